#!/bin/sh
# Fuzzes everything that parses what others wrote, each for FUZZTIME (1m).
#
#   testdata/fuzz.sh [NAME]     only targets whose name holds NAME
#
# FuzzHostile has its time for each format of a log; MIDWATCH_FUZZ_FORMAT names one.
# What fails is kept by go in testdata/fuzz of its package: it is a test from then
# on. Minimising is off because the database's own threads make it take for ever.
set -eu
cd "$(dirname "$0")/.."
go=${GO:-go}
for package in $($go list ./...); do
	for target in $($go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		case $target in
		*"${1:-}"*)
			formats=-
			[ "$target" != FuzzHostile ] || formats=${MIDWATCH_FUZZ_FORMAT:-$(basename -a -s .sql queries/sources/*.sql)}
			for format in $formats; do
				echo "== $package $target $format"
				MIDWATCH_FUZZ_FORMAT=$format $go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-1m}" -fuzzminimizetime 1x "$package"
			done
			;;
		esac
	done
done
