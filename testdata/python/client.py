"""Asks a snapshot from Python and from DuckDB's own shell what the command was asked.

usage: client.py SNAPSHOT WHO.CSV    (the answer of: midwatch investigate who vault)
"""
import csv
import subprocess
import sys

import duckdb

snapshot, answer = sys.argv[1:]
with open(answer, newline="") as f:
    want = [row["identity"] for row in csv.DictReader(f)]
assert len(want) > 1, want

db = duckdb.connect(snapshot, read_only=True)
who = db.sql("FROM investigate.who('vault')")
assert who.df()["identity"].tolist() == want, who
assert who.pl()["identity"].to_list() == want, who
assert len(db.sql("FROM investigate.timeline('ana')").df()) > 0

# A name that names nothing is an error, and the snapshot is for reading.
for sql, says in [("FROM investigate.who('valt')", 'nearest: repository "acme/vault"'), ("CREATE TABLE mine (a INTEGER)", "read-only")]:
    try:
        db.sql(sql).fetchall() if sql.startswith("FROM") else db.execute(sql)
    except duckdb.Error as e:
        assert says in str(e), e
    else:
        raise AssertionError(f"{sql} is no error")
db.close()


def shell(sql):
    """What DuckDB's own shell prints, and its exit code."""
    p = subprocess.run(["duckdb", "-readonly", "-csv", snapshot], input=sql, capture_output=True, text=True)
    return p.returncode, p.stdout, p.stderr


code, out, err = shell("FROM investigate.who('vault');")
assert code == 0 and [row["identity"] for row in csv.DictReader(out.splitlines())] == want, (out, err)
code, out, err = shell("FROM investigate.who('valt');")
assert code != 0 and out == "" and 'nearest: repository "acme/vault"' in err, (code, out, err)
version = subprocess.run(["duckdb", "--version"], capture_output=True, text=True).stdout.split()[0]
print(f"Python's DuckDB {duckdb.__version__} and DuckDB's shell {version}: ok")
