package analyzer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
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
func through(t *testing.T, r analyzer.Run, from, to int) (nights []analyzer.Scored, scored int, left *analyzer.Left) {
	t.Helper()
	r.Progress = func(done, _ int) { scored = done }
	left, err := r.Through(t.Context(), runNight(from), runNight(to), func(s analyzer.Scored) error {
		nights = append(nights, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return nights, scored, left
}

// keep saves nights as a nightly run does.
func keep(t *testing.T, w *warehouse.Warehouse, nights []analyzer.Scored, left *analyzer.Left) {
	t.Helper()
	var all []warehouse.ScoredNight
	for _, s := range nights {
		n, err := s.Keep("test")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	state, err := left.State()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SaveNights(t.Context(), all, state); err != nil {
		t.Fatal(err)
	}
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
	nights, scored, left := through(t, run, 20, 20)
	if scored != 21 || len(nights) != 1 {
		t.Fatalf("%d nights scored, %d given", scored, len(nights))
	}
	keep(t, w, nights, left)

	scoredFor := func(change func(*analyzer.Run)) int {
		r := run
		change(&r)
		_, n, _ := through(t, r, 21, 21)
		return n
	}
	for name, x := range map[string]struct {
		change func(*analyzer.Run)
		want   int
	}{
		"as it was":       {func(*analyzer.Run) {}, 1},
		"fresh":           {func(r *analyzer.Run) { r.Fresh = true }, 22},
		"another version": {func(r *analyzer.Run) { r.Version = "other" }, 22},
		"another option":  {func(r *analyzer.Run) { r.Options.Calibration.ListMost++ }, 22},
	} {
		if got := scoredFor(x.change); got != x.want {
			t.Errorf("%s: %d nights were scored, want %d", name, got, x.want)
		}
	}
	// A day after it leaves it valid, a day before it does not.
	late := `{"@timestamp":` + stamp(runNight(22)) + `,"_document_id":"late","action":"git.clone","actor":"ana","repo":"acme/app"}` + "\n"
	add(t, w, late)
	if got := scoredFor(func(*analyzer.Run) {}); got != 1 {
		t.Errorf("after a later day changed, %d nights were scored", got)
	}
	add(t, w, strings.Replace(strings.Replace(late, stamp(runNight(22)), stamp(runNight(3)), 1), `"late"`, `"later"`, 1))
	if got := scoredFor(func(*analyzer.Run) {}); got != 22 {
		t.Errorf("after an earlier day changed, %d nights were scored", got)
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
	nights, _, left := through(t, run, 10, 12)
	keep(t, w, nights, left)
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
	nights, scored, _ := through(t, run, scoredDays, scoredDays+2)
	if len(nights) != 3 || scored != scoredDays+3 || len(nights[0].Assessments) != 0 || len(nights[2].Findings) != 0 {
		t.Errorf("%d nights, %d scored", len(nights), scored)
	}
	_, err := run.Through(t.Context(), runNight(-3), runNight(-1), func(analyzer.Scored) error { return nil })
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
	left, err := run.Through(ctx, runNight(0), runNight(20), func(analyzer.Scored) error { return nil })
	if err == nil || left != nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("%v, %v", left, err)
	}
}
