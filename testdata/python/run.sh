#!/usr/bin/env bash
# Opens the snapshot of testdata/investigations as queries/TOOLS.md says: with
# Python's DuckDB and pandas and polars, and with DuckDB's own shell, both from PyPI.
# usage: run.sh MIDWATCH
set -euo pipefail
midwatch=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r "$here/requirements.txt"
cd "$work"
cp "$here/../investigations/events.ndjson" "$here/../investigations/networks.csv" .
printf 'sources:\n  - {name: acme, kind: files, format: github, paths: [events.ndjson]}\nenrich: {networks: networks.csv}\n' > midwatch.yaml
# The log ends before the night: it is blind, and ends with 3.
"$midwatch" --quiet nightly --as-of 2026-07-22 > night.txt 2>&1 || [ $? = 3 ] || { cat night.txt >&2; exit 1; }
"$midwatch" investigate who vault --format csv > who.csv 2> told.txt || [ $? = 3 ] || { cat told.txt >&2; exit 1; }
PATH="$work/venv/bin:$PATH" python "$here/client.py" midwatch-snapshot.duckdb who.csv
