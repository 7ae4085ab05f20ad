#!/usr/bin/env bash
# eval.sh SHARED: the score on the organisations of SHARED/eval, several seeds, against its targets, with the degradations.
# About eight minutes a seed the first time (two of them making the trace), a minute after. Called by `make eval`.
#
#   SEEDS="1 2"   which organisations (default 1 2 3 4 5; trace seed N goes with attack seed 100+N)
#   INJECT=4      what the self-test plants into each organisation, so many of each scenario, and what was listed of it
#                 (about two minutes a seed)
#   ABLATE=1      the ablation table too: every ingredient left out in turn (about eight minutes a seed)
#   JOBS=2        how many backtests at a time
#   CACHE=DIR     where traces and databases are kept (default ${XDG_CACHE_HOME:-~/.cache}/midwatch-eval); a trace N that
#                 exists there as N/events.ndjson.gz, with its netinfo.csv and truth/, is used as it is
set -euo pipefail
shared=$(cd "${1:?usage: eval.sh SHARED}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
midwatch=$root/bin/midwatch
here=$root/testdata/eval
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/midwatch-eval}
seeds=${SEEDS:-1 2 3 4 5}
jobs=${JOBS:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"

# A database is used again for as long as what makes it is the same.
mapping=$(cd "$root" && find queries collectors -type f \( -name '*.sql' -o -name '*.go' \) -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)

prepare() {
    local n=$1 base=$cache/$1
    if [ ! -e "$base/truth/meta.json" ]; then
        echo "making the trace of seed $n" >&2
        bash "$shared/eval/make-dev.sh" "$base" "$n" $((100 + n)) >/dev/null
    fi
    local db=$base/$mapping.duckdb
    cat >"$work/$n.yaml" <<YAML
database: $db
sources:
  - {name: trace, kind: files, format: github, paths: [$base/events.ndjson.gz]}
enrich: {networks: $base/netinfo.csv}
YAML
    if [ ! -e "$db.done" ]; then
        echo "collecting seed $n" >&2
        rm -rf "$base"/*.duckdb*
        "$midwatch" --quiet --config "$work/$n.yaml" collect >/dev/null
        touch "$db.done"
    fi
}

# backtest SEED NAME [FLAGS...] writes work/NAME-SEED.csv from a copy of the seed's database, because a database has one writer.
backtest() {
    local n=$1 name=$2 copy
    shift 2
    copy=$(mktemp -d -p "$work")
    cp "$cache/$n/$mapping.duckdb" "$copy/db"
    sed "s#^database:.*#database: $copy/db#" "$work/$n.yaml" >"$copy/c.yaml"
    "$midwatch" --quiet --config "$copy/c.yaml" backtest --from 2026-04-07 --to 2026-08-19 --all --format csv --output "$work/$name-$n.csv" "$@"
    rm -r "$copy"
}
# planted SEED N writes work/SEED.planted: the self-test reads a snapshot, and the seed's database is one.
planted() {
    sed "s#^database:.*#database: $work/$1.none\nsnapshot: $cache/$1/$mapping.duckdb#" "$work/$1.yaml" >"$work/$1.planted.yaml"
    "$midwatch" --quiet --config "$work/$1.planted.yaml" evaluate --inject "$2" --format csv >"$work/$1.planted"
}
export -f backtest planted
export cache mapping work midwatch

for n in $seeds; do prepare "$n"; done
{
    for n in $seeds; do
        echo "backtest $n full"
        for d in asn address token country; do echo "backtest $n no-$d --degrade $d"; done
        if [ -n "${ABLATE:-}" ]; then
            "$midwatch" backtest --help | sed -n 's/.*leave an ingredient of the score out: //p' | sed 's/, /\n/g' |
                while read -r i; do echo "backtest $n without-${i// /_} --without '$i'"; done
        fi
        if [ -n "${INJECT:-}" ]; then echo "planted $n $INJECT"; fi
    done
} | tr '\n' '\0' | xargs -0 -P "$jobs" -I{} bash -euo pipefail -c '{}'
python3 "$here/eval.py" --score "$shared/eval/score.py" --cache "$cache" --work "$work" --seeds "$seeds"
