package analyzer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/collectors/synthetic"
	"midwatch/queries/warehouse"
)

// scoredDays is how long the organisation of these tests lives.
const scoredDays = 24

var runFrom = time.Date(2025, time.March, 3, 0, 0, 0, 0, time.UTC)

func runNight(n int) time.Time { return runFrom.AddDate(0, 0, n) }

// runOrganisation is a warehouse with a small organisation, rolled up.
func runOrganisation(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	o := synthetic.Default()
	o.From, o.Days, o.EvalFrom, o.People, o.Repositories, o.EventsPerDay = runFrom, scoredDays, 10, 40, 40, 300
	o.Attacks = []string{}
	var log bytes.Buffer
	if _, err := synthetic.Generate(o, synthetic.Writers{Events: &log}); err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.Open(t.Context(), warehouse.Options{Path: filepath.Join(t.TempDir(), "w.duckdb"), Threads: 1, MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	add(t, w, log.String())
	return w
}

// add loads lines as a log of their own and rolls up.
func add(t *testing.T, w *warehouse.Warehouse, lines string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	in := warehouse.Input{Source: "log", Format: "github", Name: path, Path: path, CollectedAt: runNight(scoredDays + 30)}
	if _, err := w.Load(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.RollUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// through scores nights and returns them with how many were scored on the way.
func through(t *testing.T, r analyzer.Run, from, to int) (nights []analyzer.Scored, scored int) {
	t.Helper()
	r.Progress = func(done, _ int) { scored = done }
	err := r.Through(t.Context(), runNight(from), runNight(to), func(s analyzer.Scored) error {
		nights = append(nights, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return nights, scored
}

// number is the answer to a query of one row and column.
func number(t *testing.T, w *warehouse.Warehouse, query string) (n int) {
	t.Helper()
	rows, err := w.Reader().Query(context.WithoutCancel(t.Context()), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() || rows.Scan(&n) != nil {
		t.Fatalf("%s: %v", query, rows.Err())
	}
	return n
}

func span(t *testing.T, r analyzer.Run, night int) (from, to int) {
	t.Helper()
	a, b, err := r.Span(t.Context(), runNight(night))
	if err != nil {
		t.Fatal(err)
	}
	return int(a.Sub(runFrom).Hours() / 24), int(b.Sub(runFrom).Hours() / 24)
}

// What was learnt is gone on from only as long as everything that it rests on is
// as it was.
func TestRunGoesOnFromWhatStillHolds(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
	nights, scored := through(t, run, 20, 20)
	if scored != 21 || len(nights) != 1 {
		t.Fatalf("%d nights scored, %d given", scored, len(nights))
	}
	if judged, kept := number(t, w, "SELECT count(*) FROM judged_night"), number(t, w, "SELECT count(*) FROM scored_night"); judged != 21 || kept != 1 {
		t.Errorf("%d nights are remembered and %d kept for reports, want 21 and the one that was asked for", judged, kept)
	}
	scoredFor := func(change func(*analyzer.Run)) int {
		r := run
		change(&r)
		_, n := through(t, r, 21, 21)
		return n
	}
	same := func(*analyzer.Run) {}
	for _, x := range []struct {
		name   string
		change func(*analyzer.Run)
		want   int
	}{
		{"as it was", same, 1},
		{"the same night again", same, 1},
		{"fresh", func(r *analyzer.Run) { r.Fresh = true }, 22},
		{"after a fresh one", same, 1},
		{"another version", func(r *analyzer.Run) { r.Version = "other" }, 22},
		{"the first version again", same, 22},
		{"another option", func(r *analyzer.Run) { r.Options.Calibration.ListMost++ }, 22},
		{"the first options again", same, 22},
		{"and again", same, 1},
	} {
		if got := scoredFor(x.change); got != x.want {
			t.Errorf("%s: %d nights were scored, want %d", x.name, got, x.want)
		}
	}
	// A day after it leaves it valid, a day before it does not: what is told by the end
	// of each of the last two weeks is gone on from, and before those all is judged again.
	for _, x := range []struct{ night, want int }{{22, 1}, {21, 1}, {20, 2}, {10, 12}, {3, 22}} {
		add(t, w, fmt.Sprintf(`{"@timestamp":%s,"_document_id":"late%d","action":"git.clone","actor":"ana","repo":"acme/app"}`+"\n", stamp(runNight(x.night)), x.night))
		if got := scoredFor(same); got != x.want {
			t.Errorf("after night %d changed, %d nights were scored, want %d", x.night, got, x.want)
		}
	}
}

// What a run goes on from gives the same as judging all again.
func TestRunGoesOnAsIfNothingHappened(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
	var got []analyzer.Scored
	for _, n := range [][2]int{{9, 9}, {10, 10}, {11, 17}, {18, 18}, {18, 18}, {15, 20}} {
		some, _ := through(t, run, n[0], n[1])
		got = append(slices.DeleteFunc(got, func(s analyzer.Scored) bool { return !s.Night.Before(runNight(n[0])) }), some...)
	}
	before := number(t, w, "SELECT hash(list(e ORDER BY e.night, e.facet_id)) % 1000000007 FROM facet_score AS e")
	run.Fresh = true
	want, _ := through(t, run, 9, 20)
	if !reflect.DeepEqual(got, want) {
		for i := range want {
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("the night %d is\n%+v\nwant\n%+v", i+9, got[i], want[i])
			}
		}
		t.Fatalf("%d nights, want %d", len(got), len(want))
	}
	if after := number(t, w, "SELECT hash(list(e ORDER BY e.night, e.facet_id)) % 1000000007 FROM facet_score AS e"); after != before {
		t.Error("a fresh run changed what is kept")
	}
	// A late day is judged as if it had come in time.
	run.Fresh = false
	add(t, w, `{"@timestamp":`+stamp(runNight(16))+`,"_document_id":"late","action":"git.clone","actor":"ana","repo":"acme/app"}`+"\n")
	got, scored := through(t, run, 20, 20)
	run.Fresh = true
	want, _ = through(t, run, 20, 20)
	if !reflect.DeepEqual(got, want) || scored != 5 {
		t.Errorf("after a late day %d nights were scored, and the last is\n%+v\nwant\n%+v", scored, got, want)
	}
}

// One record of years ago neither makes the log look old nor has all the years
// since judged.
func TestARecordOfYearsAgo(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
	want, scored := through(t, run, 20, 20)
	if scored != 21 {
		t.Fatalf("%d nights were scored", scored)
	}
	const censored = "SELECT count(*) FILTER (is_censored) * 100000 + count(*) FILTER (is_own) FROM facet_night WHERE night >= DATE '2025-03-03'"
	before := number(t, w, censored)
	if before == 0 {
		t.Fatal("nobody is censored: the test says nothing")
	}
	add(t, w, `{"@timestamp":`+stamp(runNight(-2000))+`,"_document_id":"old","action":"git.clone","actor":"nobody","repo":"acme/old","repository_public":true}`+"\n")
	got, scored := through(t, run, 20, 20)
	if scored != 21+57 {
		t.Errorf("%d nights were scored, want 21, the old one and the eight weeks after it", scored)
	}
	if after := number(t, w, censored); after != before {
		t.Errorf("nights that are censored, and that count for themselves: %d, want %d", after, before)
	}
	if len(got) != 1 || len(got[0].Assessments) != len(want[0].Assessments) {
		t.Fatalf("%d nights", len(got))
	}
	for i, a := range got[0].Assessments {
		if w := want[0].Assessments[i]; a.Identity != w.Identity || a.Score != w.Score || a.Expected != w.Expected || a.Listed != w.Listed {
			t.Errorf("%s: score %v, E %v, listed %v, want %s: %v, %v, %v", a.Identity, a.Score, a.Expected, a.Listed, w.Identity, w.Score, w.Expected, w.Listed)
		}
	}
}

func stamp(at time.Time) string {
	text, err := json.Marshal(at.UnixMilli())
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Span names the nights that no longer say the truth, and those that are missing.
func TestSpanOfNights(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
	expect := func(what string, night, from, to int) {
		t.Helper()
		if a, b := span(t, run, night); a != from || b != to {
			t.Errorf("%s: night %d asks for %d to %d, want %d to %d", what, night, a, b, from, to)
		}
	}
	expect("nothing is kept", 10, 10, 10)
	through(t, run, 10, 12)
	expect("the next night", 13, 13, 13)
	expect("nights were missed", 16, 13, 16)
	expect("a kept night again", 11, 11, 12)
	expect("the last one again", 12, 12, 12)
	expect("a night before all that is kept", 8, 8, 12)
	add(t, w, `{"@timestamp":`+stamp(runNight(11))+`,"_document_id":"late","action":"git.clone","actor":"ana","repo":"acme/app"}`+"\n")
	expect("a kept day changed", 13, 11, 13)
	add(t, w, `{"@timestamp":`+stamp(runNight(2))+`,"_document_id":"late2","action":"git.clone","actor":"ana","repo":"acme/app"}`+"\n")
	expect("a day before all that is kept changed", 13, 10, 13)
}

// A night without a single access is scored like any other, and one that no
// record reaches yet is refused.
func TestNightsWithoutAccess(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
	nights, scored := through(t, run, scoredDays, scoredDays+2)
	if len(nights) != 3 || scored != scoredDays+3 || len(nights[0].Assessments) != 0 || len(nights[2].Findings) != 0 {
		t.Errorf("%d nights, %d scored", len(nights), scored)
	}
	err := run.Through(t.Context(), runNight(-3), runNight(-1), func(analyzer.Scored) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "there are no accesses up to 2025-03-02: collect first, or name a later day") {
		t.Errorf("%v", err)
	}
}

func TestRunStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	w := runOrganisation(t)
	ctx, cancel := context.WithCancel(t.Context())
	run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test", Progress: func(done, _ int) {
		if done == 5 {
			cancel()
		}
	}}
	err := run.Through(ctx, runNight(0), runNight(20), func(analyzer.Scored) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("%v", err)
	}
	if n := number(t, w, "SELECT (SELECT count(*) FROM judged_night) + (SELECT count(*) FROM facet_night) + (SELECT count(*) FROM scored_night)"); n != 0 {
		t.Errorf("%d rows of nights are left of a run that was stopped", n)
	}
}
