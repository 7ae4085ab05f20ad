package warehouse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse"
)

// A record that comes late rebuilds the day it falls on and no other.
func TestLateEventsRebuildTheirDay(t *testing.T) {
	t.Parallel()
	w := opened(t, 2)
	lines := quietOrganisation(t)
	deliver(t, w, []file{{"log", text(lines)}})
	before := days(t, w)
	if len(before) < 21 {
		t.Fatalf("%d days", len(before))
	}
	late := now.AddDate(0, 0, -50).Truncate(24 * time.Hour)
	deliver(t, w, []file{{"late", []byte(fmt.Sprintf(`{"@timestamp":%d,"_document_id":"late","action":"git.clone","actor":"ana","repo":"acme/app"}`+"\n", late.UnixMilli()))}})
	if n, err := w.RollUp(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("%d days were rebuilt, want 1 (%v)", n, err)
	}
	after := days(t, w)
	for day, digest := range before {
		if (after[day] != digest) != (day == late.Format(time.DateOnly)) {
			t.Errorf("the digest of %s changed: %v", day, after[day] != digest)
		}
	}
	// What adds nothing rebuilds nothing.
	deliver(t, w, []file{{"again", text(lines)}})
	if n, err := w.RollUp(t.Context(), nil); err != nil || n != 0 {
		t.Errorf("%d days were rebuilt for nothing (%v)", n, err)
	}
}

func days(t *testing.T, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	if _, err := w.RollUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	all, err := w.Days(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, d := range all {
		of[d.Day.Format(time.DateOnly)] = d.Digest
	}
	return of
}

// Late is what lies in a night that was scored: until the midnight that ends it,
// and not after.
func TestLateIsBeforeTheLastScoredNight(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	deliver(t, w, []file{{"log", []byte(act{0, "git.fetch", ""}.record(1) + "\n")}})
	if _, err := w.Days(t.Context()); err == nil || !strings.Contains(err.Error(), "1 days of") || !strings.Contains(err.Error(), "roll up first") {
		t.Errorf("days that are not rolled up: %v", err)
	}
	if _, err := w.RollUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	night := tenOClock.Truncate(24 * time.Hour)
	err := w.SaveScored(t.Context(), warehouse.ScoredNight{Night: night, Chain: "c", Version: "v"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log")
	lines := act{midnight - 1, "git.fetch", ""}.record(2) + "\n" + act{midnight, "git.fetch", ""}.record(3) + "\n"
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := w.Load(t.Context(), input(path))
	if err != nil || got.New != 2 || got.Late != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A day whose only event is a record that says nothing of access has roll-ups of
// its own source only; one without any event has none.
func TestTimesThatCannotBe(t *testing.T) {
	t.Parallel()
	w := opened(t, 1)
	future, past := now.AddDate(0, 0, 1), time.Date(2005, time.April, 7, 0, 0, 0, 0, time.UTC)
	var lines []string
	for i, at := range []time.Time{future, future.Add(time.Millisecond), past, past.Add(-time.Millisecond)} {
		lines = append(lines, act{at.Sub(tenOClock).Milliseconds(), "git.fetch", ""}.record(i))
	}
	deliver(t, w, []file{{"log", text(lines)}})
	if got := answer(t, w.Reader(), "SELECT event_id FROM event ORDER BY ALL"); got != "id0\nid2" {
		t.Errorf("kept: %s", got)
	}
	got := answer(t, w.Reader(), "SELECT line, reason FROM quarantine ORDER BY ALL")
	if want := "2|time: more than a day in the future\n4|time: before git existed"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
