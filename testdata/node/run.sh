#!/usr/bin/env bash
# Opens a snapshot of the sample organisation with npm's DuckDB client.
# usage: run.sh MIDWATCH
set -euo pipefail
midwatch=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$midwatch" simulate --out "$work"
printf 'sources:\n  - {name: sample, kind: files, format: github, paths: [events.ndjson.gz]}\nenrich: {networks: netinfo.csv}\n' > "$work/midwatch.yaml"
"$midwatch" --config "$work/midwatch.yaml" --quiet nightly --as-of 2026-11-14 > /dev/null
mkdir "$work/client"
cp "$here/package.json" "$here/client.mjs" "$work/client/"
(cd "$work/client" && npm install --no-package-lock --no-audit --no-fund --silent)
node "$work/client/client.mjs" "$work/midwatch-snapshot.duckdb" "$here/../../queries/examples.sql"
