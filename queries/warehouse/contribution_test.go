package warehouse_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

func TestContributionsAddUpAndAreReplacedAsAWhole(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, "")
	day := func(n int) time.Time { return time.Date(2026, 7, n, 0, 0, 0, 0, time.UTC) }
	save := func(h warehouse.History) {
		t.Helper()
		h.Repository = "acme/a"
		if err := w.SaveHistory(ctx, h, day(30)); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(step string, want ...[]string) {
		t.Helper()
		got := ask(t, w, "SELECT repository, contributor, first_at, last_at, commits FROM contribution ORDER BY ALL")[1:]
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	save(warehouse.History{Whole: true, LastAt: day(5), Heads: []string{"aa", "bb"}, Mailmap: "m", Contributions: []warehouse.Contribution{
		{Contributor: "1", First: day(2), Last: day(5), Commits: 3}, {Contributor: "2", First: day(3), Last: day(3), Commits: 1}}})
	if err := w.SaveHistory(ctx, warehouse.History{Repository: "acme/b", Whole: true, LastAt: day(1), Heads: []string{"cc"},
		Contributions: []warehouse.Contribution{{Contributor: "1", First: day(1), Last: day(1), Commits: 9}}}, day(30)); err != nil {
		t.Fatal(err)
	}
	other := []string{"acme/b", "1", "2026-07-01", "2026-07-01", "9"}
	// An older author date than any, and a committer date that is older too.
	save(warehouse.History{LastAt: day(4), Heads: []string{"dd"}, Mailmap: "m", Owners: []warehouse.CodeOwner{{Line: 1, Pattern: "*", Owner: "@x"}},
		Contributions: []warehouse.Contribution{{Contributor: "1", First: day(1), Last: day(1), Commits: 1}, {Contributor: "3", First: day(4), Last: day(4), Commits: 2}}})
	expect("added", []string{"acme/a", "1", "2026-07-01", "2026-07-05", "4"}, []string{"acme/a", "2", "2026-07-03", "2026-07-03", "1"},
		[]string{"acme/a", "3", "2026-07-04", "2026-07-04", "2"}, other)
	if got := ask(t, w, "SELECT last_at, heads FROM repository_history WHERE repository = 'acme/a'")[1]; !slices.Equal(got, []string{"2026-07-05", "dd"}) {
		t.Errorf("seen as %q", got)
	}
	if heads, mailmap, err := w.SeenHistory(ctx, "acme/a"); err != nil || !slices.Equal(heads, []string{"dd"}) || mailmap != "m" {
		t.Errorf("seen %q %q %v", heads, mailmap, err)
	}
	save(warehouse.History{Whole: true, LastAt: day(3), Heads: []string{"ee"}, Contributions: []warehouse.Contribution{{Contributor: "2", First: day(3), Last: day(3), Commits: 1}}})
	expect("replaced", []string{"acme/a", "2", "2026-07-03", "2026-07-03", "1"}, other)
	if got := ask(t, w, "SELECT count(*) FROM code_owner")[1][0]; got != "0" {
		t.Errorf("%s owners are left of a file that is gone", got)
	}
	if heads, _, err := w.SeenHistory(ctx, "acme/nobody"); err != nil || len(heads) != 0 {
		t.Errorf("an unknown repository was seen: %q, %v", heads, err)
	}
	if err := w.ForgetHistories(ctx); err != nil {
		t.Fatal(err)
	}
	expect("forgotten")
}
