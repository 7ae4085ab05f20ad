#!/usr/bin/env bash
# Makes what is released: for each architecture an archive, a deb and an rpm, the
# list of what is in the program (SBOM), and the checksums of all of it. The same
# commit gives the same bytes.
#
# usage: release.sh OUT [ARCHITECTURE...]    amd64 and arm64 where none is named
#
# VERSION and SOURCE_DATE_EPOCH come from git where they are not set. arm64 needs
# aarch64-linux-gnu-gcc on another machine (Debian: gcc-aarch64-linux-gnu and
# g++-aarch64-linux-gnu).
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC

# The tools, of versions whose modules can all be had.
nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- amd64 arm64
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$top"

: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
# version is a tag's, as v1.2.3 without the v, else one that is older than any and
# grows with the commits. Packages allow no dash in it.
version() {
	local tag
	if tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null); then
		echo "${tag#v}" | tr - '~'
	else
		echo "0~$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M).$(git rev-parse --short=12 HEAD)"
	fi
}
: "${VERSION:=$(version)}"

# build ARCHITECTURE FILE builds the program. It is named with the configuration of
# a package, and nothing of this machine or its folders comes into it.
build() {
	local cc="${CC:-gcc}" cxx="${CXX:-g++}"
	if [ "$1" != "$(go env GOHOSTARCH)" ]; then
		case "$1" in
		arm64) cc=aarch64-linux-gnu-gcc cxx=aarch64-linux-gnu-g++ ;;
		amd64) cc=x86_64-linux-gnu-gcc cxx=x86_64-linux-gnu-g++ ;;
		esac
		command -v "$cc" >/dev/null || { echo "release.sh: there is no $cc to build for $1: install it, or name the architectures to build" >&2; exit 1; }
	fi
	CGO_ENABLED=1 GOOS=linux GOARCH="$1" CC="$cc" CXX="$cxx" go build -trimpath -buildvcs=false \
		-ldflags "-s -w -buildid= -X main.release=$VERSION -X main.systemConfig=/etc/midwatch/midwatch.yaml" -o "$2" ./cmd/midwatch
}

# shared FOLDER fills a folder with what is the same for every architecture, made
# by the program for this machine.
shared() {
	mkdir -p "$1"/{completions,man,systemd,etc,state}
	"$work/native" completion bash > "$1/completions/midwatch.bash"
	"$work/native" completion zsh > "$1/completions/_midwatch"
	"$work/native" completion fish > "$1/completions/midwatch.fish"
	"$work/native" man "$1/man"
	gzip -9n "$1"/man/*
	for unit in midwatch.service midwatch-receive.service; do
		{ cat "$here/systemd/$unit"; echo; cat "$here/systemd/service.conf"; } > "$1/systemd/$unit"
	done
	cp "$here/systemd/midwatch.timer" "$1/systemd/"
	# In a package, files have their places, and the token is a file.
	"$work/native" init --print | sed -E \
		-e 's,^# Midwatch\. Paths,# Midwatch. Relative paths,' \
		-e 's,^database: ,&/var/lib/midwatch/,' \
		-e 's,^# (snapshot|spool|reports|cases): ,\1: /var/lib/midwatch/,' \
		-e 's,^    token_env: MIDWATCH_GITHUB_TOKEN .*,    token_file: /etc/midwatch/token  # or: token_env: MIDWATCH_GITHUB_TOKEN\, with its line in /etc/midwatch/env,' \
		> "$1/etc/midwatch.yaml"
	cp "$here/README.md" "$1/"
	cp "$here/../README.md" "$1/RUNNING.md"
	cp "$here/Containerfile" "$top/LICENSE" "$1/"
	third_party > "$1/THIRD-PARTY.txt"
}

# third_party prints the licences of all modules that are in the program.
third_party() {
	go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/midwatch | sort -u |
		while read -r path version dir; do
			printf '%s\n%s %s\n\n' "$(printf '=%.0s' {1..80})" "$path" "$version"
			find "$dir" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) | sort | xargs -r -d '\n' cat
			echo
		done
}

# archive FOLDER packs a folder, the same bytes for the same content.
archive() {
	tar -C "$(dirname "$1")" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode='u+rwX,go=rX' --format=gnu \
		-cf - "$(basename "$1")" | gzip -9n > "$out/$(basename "$1").tar.gz"
}

# packages ARCHITECTURE FOLDER makes the deb and the rpm.
packages() {
	local kind
	for kind in deb rpm; do
		(cd "$here" && ARCH="$1" VERSION="$VERSION" TREE="$2" \
			"$work/bin/nfpm" package --packager "$kind" --target "$out/" > "$work/log") || { cat "$work/log" >&2; exit 1; }
	done
}

# contents PROGRAM FILE writes what a program says that it was built from, as CycloneDX.
contents() {
	"$work/bin/cyclonedx-gomod" bin -json -licenses -std -noserial -notimestamp -version "$VERSION" -output "$2" "$1" 2> "$work/log" ||
		{ cat "$work/log" >&2; exit 1; }
}

echo "midwatch $VERSION"
GOFLAGS= GOBIN="$work/bin" go install "$nfpm"
GOFLAGS= GOBIN="$work/bin" go install "$cyclonedx"
build "$(go env GOHOSTARCH)" "$work/native"
for arch; do
	folder="$work/midwatch_${VERSION}_linux_$arch"
	shared "$folder"
	if [ "$arch" = "$(go env GOHOSTARCH)" ]; then cp "$work/native" "$folder/midwatch"; else build "$arch" "$folder/midwatch"; fi
	archive "$folder"
	packages "$arch" "$folder"
	contents "$folder/midwatch" "$out/midwatch_${VERSION}_linux_$arch.cdx.json"
done
(cd "$out" && sha256sum midwatch* > SHA256SUMS && ls -l)
