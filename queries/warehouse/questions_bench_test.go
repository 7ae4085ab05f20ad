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
	"identity":               "SELECT DISTINCT identity AS name FROM identity_form",
	"repository":             "SELECT DISTINCT repository AS name FROM repository_form WHERE repository <> ''",
	"credential":             "SELECT DISTINCT credential AS name FROM credential_form",
	"identity or credential": "SELECT DISTINCT identity AS name FROM identity_form",
	"network":                "SELECT DISTINCT ip AS name FROM address",
	"client":                 "SELECT DISTINCT agent AS name FROM agent_form",
	"app":                    "SELECT DISTINCT name FROM identity_form WHERE kind IN ('app', 'bot')",
	"finding":                "SELECT DISTINCT finding_id AS name FROM assessment WHERE listed",
	"":                       "SELECT '' AS name",
}

// BenchmarkQuestions asks each question of the snapshot that MIDWATCH_SNAPSHOT
// names about twenty subjects, each twice, and prints how long the second took:
// with two threads and 2 GB. testdata/bench/questions.sh runs it.
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
	fmt.Printf("%-12s %8s %8s %8s  %s\n", "question", "p50 ms", "p95 ms", "most ms", "rows of the largest")
	for _, q := range Questions() {
		times, rows := askAll(ctx, b, r, q)
		if len(times) == 0 {
			continue
		}
		slices.Sort(times)
		at := func(share float64) float64 {
			return float64(times[int(share*float64(len(times)-1)+.5)].Microseconds()) / 1000
		}
		fmt.Printf("%-12s %8.0f %8.0f %8.0f  %d\n", q.Name, at(.5), at(.95), at(1), rows)
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
			took, most = time.Since(begun), max(most, n)
		}
		times = append(times, took)
	}
	return times, most
}
