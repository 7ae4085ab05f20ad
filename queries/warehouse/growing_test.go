package warehouse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries"
)

// TestGrowingLogs reads each sample while it grows, cut in the middle: nothing
// that a log tells in one piece may be lost when it is read in two. Where the cut
// parts an answer from what explains it, the act may count as a read where it was
// a listing, never the other way round.
func TestGrowingLogs(t *testing.T) {
	t.Parallel()
	long(t)
	const acts = `SELECT i.identity, r.repository, o.outcome, CASE WHEN o.action IN ('clone', 'fetch', 'read') THEN 'read' ELSE o.action::VARCHAR END, count(*)
		FROM operation(DATE '2010-01-01', DATE '2030-01-01') AS o JOIN identity_form AS i USING (identity_id) JOIN repository_form AS r USING (repository_id)
		WHERE o.action NOT IN ('ls_refs', 'other') GROUP BY ALL ORDER BY ALL`
	for _, f := range queries.Scripts("sources") {
		paths, err := filepath.Glob(filepath.Join(samples, f.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil || strings.HasSuffix(path, ".tsv") || strings.HasSuffix(path, ".md") || strings.Count(string(text), "\n") < 2 {
				continue
			}
			t.Run(f.Name+"/"+filepath.Base(path), func(t *testing.T) {
				whole := openTest(t)
				load(t, whole, f.Name, path)
				want := table(t, whole, acts)
				lines := strings.SplitAfter(string(text), "\n")
				w := openTest(t)
				grow(t, w, f.Name, strings.Join(lines[:len(lines)/2], ""), string(text))
				if got := table(t, w, acts); lost(want, got) {
					t.Errorf("cut after line %d, these are the acts\n%snot\n%s", len(lines)/2, got, want)
				}
			})
		}
	}
}

// grow loads a log twice, the second time with more in it.
func grow(t *testing.T, w *Warehouse, format, first, all string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	for _, text := range []string{first, all} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		loadIn(t, w, Input{Source: "test", Format: format, Name: "log", Path: path, CollectedAt: collectedAt})
	}
}

// lost is true where a line of want is in got neither with the same count nor with
// a higher one.
func lost(want, got string) bool {
	have := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
		at := strings.LastIndex(line, "\t")
		have[line[:max(at, 0)]] = line[at+1:]
	}
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		at := strings.LastIndex(line, "\t")
		n, ok := have[line[:max(at, 0)]]
		if line != "" && (!ok || len(n) < len(line[at+1:]) || n < line[at+1:]) {
			return true
		}
	}
	return false
}
