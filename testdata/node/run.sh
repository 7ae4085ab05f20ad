#!/usr/bin/env bash
# Opens a snapshot of the sample organisation with npm's DuckDB client, and goes
# through the incident of testdata/investigations with npm's MCP client.
# usage: run.sh MIDWATCH [duckdb|mcp]
set -euo pipefail
midwatch=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/client"
cp "$here/package.json" "$here"/*.mjs "$work/client/"
(cd "$work/client" && npm install --no-package-lock --no-audit --no-fund --silent)

# snapshot FOLDER LOG... publishes what logs of GitHub hold; a log of some days is
# blind after them, which the night ends with 3 for.
snapshot() {
  local dir="$1"
  shift
  mkdir "$dir"
  cat "$@" > "$dir/events.ndjson"
  cp "$here/../investigations/networks.csv" "$dir/"
  printf 'identity,person\ngithub:ana,Ana Lima\ngithub:ana-admin,Ana Lima\n' > "$dir/roster.csv"
  printf 'sources:\n  - {name: acme, kind: files, format: github, paths: [events.ndjson]}\nenrich: {networks: networks.csv, roster: roster.csv}\n' > "$dir/midwatch.yaml"
  "$midwatch" --config "$dir/midwatch.yaml" --quiet nightly --as-of 2026-07-22 > "$dir/night.txt" 2>&1 || [ $? = 3 ] || { cat "$dir/night.txt" >&2; exit 1; }
}

if [ "${2:-duckdb}" = duckdb ]; then
  "$midwatch" simulate --out "$work"
  printf 'sources:\n  - {name: sample, kind: files, format: github, paths: [events.ndjson.gz]}\nenrich: {networks: netinfo.csv}\n' > "$work/midwatch.yaml"
  "$midwatch" --config "$work/midwatch.yaml" --quiet nightly --as-of 2026-11-14 > /dev/null
  node "$work/client/client.mjs" "$work/midwatch-snapshot.duckdb" "$here/../../queries/examples.sql"
fi

if [ "${2:-mcp}" = mcp ]; then
  node "$work/client/hostile.mjs" > "$work/hostile.ndjson"
  snapshot "$work/calm" "$here/../investigations/events.ndjson"
  snapshot "$work/hostile" "$here/../investigations/events.ndjson" "$work/hostile.ndjson"
  node "$work/client/mcp.mjs" "$midwatch" "$work/calm/midwatch.yaml" "$work/hostile/midwatch.yaml"
fi
