package warehouse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Findings of the nights before: one that goes on tonight is not among them, one
// listed on the first of these nights is, one listed before it is not, and what
// was kept is that of the last night. A facet that was scored and not listed is
// no finding.
func TestFindingsBefore(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	r := w.Reader()
	night := time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		finding string
		ago     int
		listed  bool
	}{
		{"goes-on", 0, true}, {"goes-on", 1, true}, {"last-night", 1, true}, {"last-night", 3, true},
		{"at-the-edge", 15, true}, {"beyond", 16, true}, {"not-listed", 2, false}, {"later", -1, true}, {"later", 4, true},
	} {
		answer(t, r, fmt.Sprintf("INSERT INTO assessment VALUES (DATE '%s', 1, 'i', 'i', 'personal', 0, 0, 1, %t, 'thief', '%s', '%s %d')",
			night.AddDate(0, 0, -row.ago).Format(time.DateOnly), row.listed, row.finding, row.finding, row.ago))
	}
	var got []string
	err := r.FindingsBefore(t.Context(), night, 15, func(ago int, detail string) error {
		got = append(got, fmt.Sprintf("%d %s", ago, detail))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "1 last-night 1, 4 later 4, 15 at-the-edge 15"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// The trend has a row for each calendar night up to the one asked for and none
// after it; what is not kept is NULL and not 0; nothing is new while the history
// is short; a public repository, and one known from the 90 days before, is not
// new.
func TestTrend(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	r := w.Reader()
	night := time.Date(2026, time.July, 21, 0, 0, 0, 0, time.UTC)
	touch := func(ago, identity, repository int, public bool, operations int) {
		at := night.AddDate(0, 0, -ago).Format(time.DateOnly)
		answer(t, r, fmt.Sprintf("INSERT INTO access_day VALUES (DATE '%s', %d, 1, 1, %d, %t, 1, '', 1, 1, %d, 0, 0, 0, TIMESTAMP '%s', TIMESTAMP '%s', 1, NULL)",
			at, identity, repository, public, operations, at, at))
	}
	touch(31, 1, 1, false, 1)  // the history begins: the night before the last has 30 days of it
	touch(1, 1, 1, false, 5)   // known
	touch(1, 1, 2, false, 1)   // new to identity 1
	touch(1, 2, 2, false, 1)   // and to identity 2
	touch(1, 3, 3, true, 1)    // public
	touch(0, 1, 3, false, 0)   // only denied
	touch(-1, 9, 9, false, 10) // tomorrow's
	answer(t, r, "INSERT INTO scored_night (night, chain, version, assessed, listed) VALUES (DATE '2026-07-20', 'c', 'v', 7, 2), (DATE '2026-07-22', 'c', 'v', 9, 9)")
	got, err := r.Trend(t.Context(), night, 3)
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, n := range got {
		text = append(text, fmt.Sprintf("%s %d/%t %d/%t %d/%t %d", n.Night.Format(time.DateOnly), n.Assessed.Int64, n.Assessed.Valid,
			n.Listed.Int64, n.Listed.Valid, n.WithNew.Int64, n.WithNew.Valid, n.Repositories))
	}
	want := "2026-07-19 0/false 0/false 0/false 0, 2026-07-20 7/true 2/true 2/true 3, 2026-07-21 0/false 0/false 0/true 0"
	if text := strings.Join(text, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
