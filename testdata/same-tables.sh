#!/bin/sh
# Shows that a log leaves the same tables however it is delivered.
#
#   testdata/same-tables.sh LOG [KILLS]
#
# Collects LOG (GitHub audit-log records, one a line, plain or gzip):
#   1. once, whole;
#   2. again, as two overlapping halves, the later one first;
#   3. with KILLS (20) runs that are killed at random moments (kill -9), and one
#      after them that ends.
# Prints the content hash (testdata/content-hash.sql) of each, and ends with 1
# where they differ. MIDWATCH names the binary (bin/midwatch), WORK a folder with
# room for a few copies of LOG (a temporary one).
set -eu

log=$(realpath "${1:?usage: testdata/same-tables.sh LOG [KILLS]}")
kills=${2:-20}
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${MIDWATCH:-$here/../bin/midwatch}")
made=
[ -n "${WORK:-}" ] || { WORK=$(mktemp -d); made=$WORK; }
running=
clean() {
	[ -z "$running" ] || kill -9 "$running" 2>/dev/null || true
	[ -z "$made" ] || rm -rf "$made"
}
trap clean EXIT
trap 'exit 1' INT TERM
cd "$WORK"

# configure NAME PATH...: a database of its own for the files.
configure() {
	name=$1
	shift
	rm -rf "$name.duckdb" "$name.duckdb.wal" "$name.duckdb.work" "$name.duckdb.lock"
	{
		echo "database: $name.duckdb"
		echo "snapshot: $name.duckdb"
		echo "spool: $name.spool"
		echo "sources:"
		echo "  - name: log"
		echo "    kind: files"
		echo "    format: github"
		echo "    paths:"
		for path in "$@"; do echo "      - '$path'"; done
	} > "$name.yaml"
}

collect() { "$binary" --quiet --config "$1.yaml" collect > "$1.out"; }

# show NAME: the content hash, kept beside. Roll-ups are made before scoring, so
# the first night is scored, which costs next to nothing itself.
show() {
	first=$("$binary" --config "$1.yaml" sql --format csv -c 'SELECT min(occurred_at)::DATE AS day FROM event' | tail -n 1)
	"$binary" --quiet --config "$1.yaml" backtest --from "$first" --to "$first" > "$1.out"
	"$binary" --config "$1.yaml" sql --format csv < "$here/content-hash.sql" > "$1.hash"
	printf '%-28s %s\n' "$2" "$(sha256sum < "$1.hash" | cut -c1-32)"
}

lines() { case $log in *.gz) gzip -dc "$log" ;; *) cat "$log" ;; esac }

configure whole "$log"
collect whole
show whole 'whole'

n=$(lines | wc -l)
# Halves that share a fifth of the log. Files are read in the order of their
# names, so the later half comes first.
lines | head -n $((n * 3 / 5)) | gzip -1 > b-earlier.gz
lines | tail -n $((n * 3 / 5)) | gzip -1 > a-later.gz
configure halves "$WORK/a-later.gz" "$WORK/b-earlier.gz"
collect halves
show halves 'overlapping halves, reversed'

# How long a run takes says within what time the moments of death lie; a whole run
# that ends before its moment says it anew, as a machine is busy at one time and
# idle at another.
rm -f b-earlier.gz a-later.gz
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
begun=$(milliseconds)
configure timed "$log"
collect timed
took=$(($(milliseconds) - begun))
rm -rf timed.*

# A run that ends before its moment has nothing left to be killed in: where others
# died before it its tables are compared, and the next begins anew. So each of the
# KILLS is a death.
same=yes
finish() {
	collect killed
	show killed "killed $died times, one more run"
	cmp -s whole.hash killed.hash || { same=no; diff whole.hash killed.hash >&2 || true; }
}
anew() {
	configure killed "$log"
	died=0
}
anew
while [ "$kills" -gt 0 ]; do
	"$binary" --quiet --config killed.yaml collect > /dev/null 2>&1 &
	running=$!
	begun=$(milliseconds)
	# At random from the first moment to where a whole run would end.
	sleep "$(od -An -N2 -tu2 /dev/urandom | awk -v most="$took" '{ print $1 / 65536 * most / 1000 }')"
	if kill -9 "$running" 2> /dev/null; then
		died=$((died + 1))
		kills=$((kills - 1))
		wait "$running" 2> /dev/null || true
		running=
	else
		wait "$running" || true
		running=
		if [ "$died" -gt 0 ]; then finish; else took=$(($(milliseconds) - begun)); fi
		anew
	fi
done
[ "$died" -eq 0 ] || finish

if cmp -s whole.hash halves.hash && [ "$same" = yes ]; then
	echo "the tables are the same:"
	cat whole.hash
	exit 0
fi
echo "THE TABLES DIFFER" >&2
diff whole.hash halves.hash >&2 || true
exit 1
