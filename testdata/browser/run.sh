#!/usr/bin/env bash
# Draws the timeline of a planted theft, has Chromium make a picture of the page, and
# looks at the picture. Installs Chromium from Debian where it is missing.
# usage: run.sh MIDWATCH [PICTURE]
set -euo pipefail
midwatch=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
picture=$(realpath -m "${2:-$work/timeline.png}")
if ! command -v chromium > /dev/null; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get -o DPkg::Lock::Timeout=120 update -q > /dev/null
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends chromium > /dev/null
fi
mkdir "$work/client"
cp "$here/package.json" "$here/look.mjs" "$work/client/"
(cd "$work/client" && npm install --no-package-lock --no-audit --no-fund --silent)

cd "$work"
"$midwatch" simulate --out . --from 2025-03-03 --days 45 --warm-up 30 --people 40 --repositories 40 --events 500 --attacks midnight_blizzard
printf 'sources:\n  - {name: sample, kind: files, format: github, paths: [events.ndjson.gz]}\nenrich: {networks: netinfo.csv}\n' > midwatch.yaml
first=$(node -p 'JSON.parse(fs.readFileSync("truth/labels.ndjson")).days[0].day')
last=$(node -p 'JSON.parse(fs.readFileSync("truth/labels.ndjson")).days.at(-1).day')
for night in "$first" "$last"; do
  "$midwatch" --quiet nightly --as-of "$(date -u -d "$night + 1 day" +%F)" > /dev/null
done
# From two weeks before the theft to the end of its last day.
since=$(date -u -d "$first - 14 days" +%F)
"$midwatch" investigate timeline session-test --since "$since" --until "${last}T12:00" --html timeline.html > told.txt || [ $? = 3 ] || { cat told.txt >&2; exit 1; }
"$midwatch" sql --format csv -c "SELECT DISTINCT strftime(night, '%Y-%m-%d') AS night FROM assessment WHERE listed AND identity = 'github:session-test' ORDER BY 1" | tail -n +2 > nights.txt
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --window-size=1200,1000 \
  --user-data-dir="$work/profile" --screenshot="$picture" "file://$work/timeline.html" > browser.txt 2>&1 || { cat browser.txt >&2; exit 1; }
node client/look.mjs "$picture" truth/labels.ndjson nights.txt "$since" "$last"
