#!/usr/bin/env bash
# questions.sh [SNAPSHOT]: how long each question of an incident takes, with its coverage, warm: the 95th percentile over
# twenty subjects, two threads, 2 GB; at most a second. Called by `make bench`.
#
# Without a SNAPSHOT it makes one of EVENTS (100 million by default: an hour or more, and 40 GB of disk), and then also
# prints the peak memory of the questions about the busiest identity, and of its timeline and its export over a tenth of
# the time and over all.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/testdata/bench
ask() { (cd "$root" && MIDWATCH_SNAPSHOT=$1 go test ./queries/warehouse -run '^$' -bench '^BenchmarkQuestions$' -benchtime 1x -timeout 60m | grep -v '^\(goos\|goarch\|pkg\|cpu\|PASS\|ok\|Benchmark\)'); }
[ $# = 0 ] || { ask "$(realpath "$1")"; exit; }

events=${EVENTS:-100000000} days=${DAYS:-400}
work=$(mktemp -d "${TMPDIR:-/tmp}/midwatch-questions-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
midwatch() { "$root/bin/midwatch" --quiet "$@"; }
measure() { python3 "$here/measure.py" "$work/$1" "$root/bin/midwatch" --quiet "${@:2}"; }
cell() { midwatch sql --format csv -c "$1" | tail -n 1; }

# Weekends have fewer records, so a weekday has more than its share.
midwatch simulate --out org --from 2024-01-01 --days "$days" --events $((events * 10 / 8 / days)) --people $((events / days / 25)) \
    --repositories $((events / days / 19)) --look-alikes=false >&2
# Two identities a person, for the question about persons.
{ gzip -dc org/events.ndjson.gz 2>/dev/null || true; } | head -n 200000 | grep -o '"actor":"[^"]*"' | cut -d'"' -f4 | sort -u |
    awk 'BEGIN { print "identity,person" } { print "github:" $0 ",Person " int(NR / 2) }' >roster.csv
printf '%s\n' 'sources:' '  - {name: log, kind: files, format: github, paths: [org/events.ndjson.gz]}' 'enrich: {networks: org/netinfo.csv, roster: roster.csv}' \
    'memory_limit: 2GB' 'threads: 2' >midwatch.yaml
last=$(date -u -d "2024-01-01 + $days days" +%F)
# The night that the last attack ended in, so that there are findings to ask about; what is after it is history too.
night=$(grep -o '"end":"[0-9-]*' org/truth/labels.ndjson | cut -d'"' -f4 | sort | tail -n 1)
measure night nightly --as-of "$(date -u -d "$night + 1 day" +%F)"
read -r cpu wall peak <night
printf '%s events collected, one night scored and published: %.0f s of processor, %.0f s, %.0f MiB; snapshot %s\n\n' \
    "$(cell 'SELECT count(*) FROM event')" "$cpu" "$wall" "$peak" "$(du -h midwatch-snapshot.duckdb | cut -f1)"
ask "$work/midwatch-snapshot.duckdb"

busiest=$(cell 'SELECT identity FROM access GROUP BY identity ORDER BY sum(records) DESC, identity LIMIT 1')
questions="identity blast secrets copies stale context similar normal untouched"
for q in $questions; do measure "busiest.$q" investigate "$q" "$busiest" --format csv; done
tenth=$(date -u -d "$last - $((days / 10)) days" +%F)
midwatch case open tenth --since "$tenth" --until "$last" >/dev/null
midwatch case open all --since 2024-01-01 --until "$last" >/dev/null
for name in tenth all; do midwatch case add $name "$busiest" >/dev/null; done
measure timeline.tenth investigate timeline "$busiest" --since "$tenth" --format csv
measure timeline.all investigate timeline "$busiest" --format csv
measure export.tenth case export tenth --out tenth.zip
measure export.all case export all --out all.zip
printf '\n%s records of the busiest identity\n' "$(cell "SELECT count(*) FROM event WHERE identity = '$busiest'")"
# shellcheck disable=SC2086
python3 "$here/measure.py" --busiest "$work" $questions
python3 "$here/measure.py" --flat "$work" timeline export
