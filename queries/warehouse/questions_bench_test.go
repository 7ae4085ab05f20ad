package warehouse

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// subjectsFor picks what each kind of question is asked about: twenty, spread
// over all there are by a hash of their names.
var subjectsFor = map[string]string{
	"identity":           "SELECT DISTINCT identity AS name FROM identity_form",
	"repository":         "SELECT DISTINCT repository AS name FROM repository_form WHERE repository <> ''",
	"credential":         "SELECT DISTINCT credential AS name FROM credential_form",
	"identity or person": "SELECT DISTINCT identity AS name FROM identity_form",
	"person":             "SELECT DISTINCT person AS name FROM roster_entry",
	"network":            "SELECT DISTINCT ip AS name FROM address",
	"client":             "SELECT DISTINCT agent AS name FROM agent_form",
	"app":                "SELECT DISTINCT name FROM identity_form WHERE kind IN ('app', 'bot')",
	"finding":            "SELECT DISTINCT finding_id AS name FROM assessment WHERE listed",
	"":                   "SELECT '' AS name",

	"identity, person or credential": "SELECT DISTINCT identity AS name FROM identity_form",
}

// slowest is how long an answer may take in milliseconds: 95 of a hundred.
const slowest = 1000

// BenchmarkQuestions asks each question of the snapshot that MIDWATCH_SNAPSHOT
// names about twenty subjects, each twice, and prints how long the second took,
// the sentence on what could be seen included: with two threads and 2 GB.
// testdata/bench/questions.sh runs it.
func BenchmarkQuestions(b *testing.B) {
	path := os.Getenv("MIDWATCH_SNAPSHOT")
	if path == "" {
		b.Skip("MIDWATCH_SNAPSHOT names no snapshot to ask")
	}
	ctx := context.Background()
	r, err := OpenReader(ctx, path, ReadOptions{MemoryLimit: "2GB", Threads: 2, TempDirectory: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	fmt.Printf("%-12s %8s %8s %8s %8s  %-14s %s\n", "question", "subjects", "p50 ms", "p95 ms", "most ms", "under a second", "rows of the largest")
	for _, q := range Questions() {
		times, rows := askAll(ctx, b, r, q)
		if len(times) == 0 {
			fmt.Printf("%-12s %8d  not asked: the snapshot has no %s\n", q.Name, 0, q.Subject)
			continue
		}
		slices.Sort(times)
		at := func(share float64) float64 {
			return float64(times[int(share*float64(len(times)-1)+.5)].Microseconds()) / 1000
		}
		holds := "holds"
		if at(.95) > slowest {
			holds = "DOES NOT HOLD"
		}
		fmt.Printf("%-12s %8d %8.0f %8.0f %8.0f  %-14s %d\n", q.Name, len(times), at(.5), at(.95), at(1), holds, rows)
	}
}

// askAll times the second of two askings for each subject.
func askAll(ctx context.Context, b *testing.B, r *Reader, q Question) (times []time.Duration, most int) {
	names, err := r.conn.QueryContext(ctx, "SELECT name FROM ("+subjectsFor[q.Subject]+") ORDER BY hash(name) LIMIT 20")
	if err != nil {
		b.Fatal(err)
	}
	var subjects []string
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			b.Fatal(err)
		}
		subjects = append(subjects, name)
	}
	for _, s := range subjects {
		var args []Argument
		if q.Subject != "" {
			args = append(args, Argument{"subject", s})
		}
		var took time.Duration
		for range 2 {
			begun := time.Now()
			rows, err := r.Ask(ctx, q, args)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for rows.Next() {
				n++
			}
			if err := rows.Err(); err != nil {
				b.Fatal(err)
			}
			rows.Close()
			if _, err := r.Seen(ctx, time.Time{}, time.Time{}); err != nil {
				b.Fatal(err)
			}
			took, most = time.Since(begun), max(most, n)
		}
		times = append(times, took)
	}
	return times, most
}
