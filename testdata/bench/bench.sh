#!/usr/bin/env bash
# bench.sh SHARED: speed and memory, in one run. Called by `make bench`; about a quarter of an hour and 6 GB of disk.
#
#   1. collect against DuckDB's own strict read_json of the same log into a plain table: processor time a record, at
#      most 2.5 times; peak memory at most 800 MiB
#   2. one more night with 1.8 and with 18 million events of history: at most 1.5 times
#
#   CACHE=DIR  where the trace is kept (default ${XDG_CACHE_HOME:-~/.cache}/midwatch-eval, which `make eval` shares)
#   ROUNDS=3   how often the two of part 1 are run, in turns
set -euo pipefail
shared=$(cd "${1:?usage: bench.sh SHARED}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
midwatch=$root/bin/midwatch
here=$root/testdata/bench
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/midwatch-eval}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -e "$cache/1/truth/meta.json" ] || { echo "making the trace" >&2; bash "$shared/eval/make-dev.sh" "$cache/1" 1 101 >/dev/null; }

# measure NAME COMMAND...: its processor seconds, wall seconds and peak MiB, appended to work/NAME.
measure() { python3 "$here/measure.py" "$work/$1" "${@:2}"; }

configure() {
    mkdir -p "$1"
    printf 'database: w.duckdb\nsources:\n  - {name: log, kind: files, format: github, paths: [%s]}\nenrich: {networks: %s}\n' "$2" "$3" >"$1/c.yaml"
}

(cd "$root" && go test -c -o "$work/strict.test" ./queries/warehouse)
configure "$work/one" "$cache/1/events.ndjson.gz" "$cache/1/netinfo.csv"
for _ in $(seq "${ROUNDS:-3}"); do
    MIDWATCH_BENCH_LOG=$cache/1/events.ndjson.gz measure strict "$work/strict.test" -test.run '^$' -test.bench StrictRead -test.benchtime 1x
    rm -rf "$work"/one/w.duckdb*
    measure collect "$midwatch" --quiet --config "$work/one/c.yaml" collect
done
rm -rf "$work/one"

# night NAME DAYS: an organisation's history, all of it scored, and then one more night as cron runs it.
night() {
    local dir=$work/history last
    "$midwatch" --quiet simulate --out "$dir/org" --days "$2" --from 2020-01-06 --events 10400 --no-attacks --look-alikes=false >/dev/null
    last=$(date -u -d "2020-01-06 + $(($2 - 1)) days" +%F)
    configure "$dir" "logs" "org/netinfo.csv"
    mkdir "$dir/logs"
    gzip -dc "$dir/org/events.ndjson.gz" | awk -v at="$(date -u -d "$last" +%s)000" -v night="$dir/last" \
        'later || substr($0, index($0, "\"@timestamp\":") + 13, 13) >= at { later = 1; print > night; next } { print }' | gzip -1 >"$dir/logs/a.gz"
    rm "$dir/org/events.ndjson.gz"
    "$midwatch" --quiet --config "$dir/c.yaml" nightly --as-of "$last" >/dev/null || [ $? = 3 ]
    mv "$dir/last" "$dir/logs/b.ndjson"
    measure "$1" "$midwatch" --quiet --config "$dir/c.yaml" nightly --as-of "$(date -u -d "$last + 1 day" +%F)"
    "$midwatch" --config "$dir/c.yaml" sql --format csv -c 'SELECT count(*) FROM event' | tail -n 1 >"$work/$1.events"
    rm -rf "$dir"
}
night short 180
night long 1800
python3 "$here/measure.py" --report "$work"
