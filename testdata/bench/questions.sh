#!/usr/bin/env bash
# How long each question of an incident takes on a snapshot: warm, twenty subjects
# each, two threads, 2 GB.
# usage: testdata/bench/questions.sh SNAPSHOT
set -euo pipefail
export MIDWATCH_SNAPSHOT
MIDWATCH_SNAPSHOT=$(realpath "$1")
cd "$(dirname "$0")/../.."
go test ./queries/warehouse -run '^$' -bench '^BenchmarkQuestions$' -benchtime 1x -timeout 60m
