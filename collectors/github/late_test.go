package github_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
)

// runs collects each six hours for five days of 400 events a day, of which one in
// twenty arrives up to 100 hours late where late is true. It gives the requests made,
// what landed, what there was and the notes.
func runs(t *testing.T, paged, late bool) (requests int, landed map[string]bool, want []string, notes string) {
	t.Helper()
	h := newHost(t, 17)
	h.paged, h.events = paged, nil
	o := h.options()
	o.SegmentPages = 20
	landed = map[string]bool{}
	type delayed struct {
		at, arrives time.Time
		id          string
	}
	var coming []delayed
	var from collectors.Checkpoint
	at, end := now, now.AddDate(0, 0, 9).Add(6*time.Hour)
	for i := 0; at.Before(now.AddDate(0, 0, 5)); i, at = i+1, at.Add(216*time.Second) {
		d := delayed{at, at, fmt.Sprintf("event-%d.", i)}
		if late && i%20 == 0 {
			d.arrives = at.Add(time.Duration(i%101) * time.Hour)
		}
		coming = append(coming, d)
	}
	for run := now; run.Before(end); run = run.Add(6 * time.Hour) {
		rest := coming[:0]
		for _, d := range coming {
			if d.arrives.After(run) {
				rest = append(rest, d)
				continue
			}
			want = append(want, h.add(d.at, d.id))
		}
		coming = rest
		h.sort()
		landing, outcome := mustCollect(t, o, from, run)
		if len(outcome.Gaps) > 0 {
			t.Errorf("at %v: gaps %v", run, outcome.Gaps)
		}
		from = landing.Checkpoint()
		for _, record := range landing.Records() {
			landed[record] = true
		}
		notes += strings.Join(outcome.Notes, "\n") + "\n"
	}
	return len(h.asked()), landed, want, notes
}

func TestLateEventsAreHad(t *testing.T) {
	t.Parallel()
	// A host that counts its days is asked far less while nothing is late. Its bound
	// is that of one that does not: late events in every hour of a day take reading it.
	calm, _, _, quiet := runs(t, false, false)
	for _, paged := range []bool{false, true} {
		requests, landed, want, notes := runs(t, paged, true)
		lost := 0
		for _, event := range want {
			if !landed[event] {
				lost++
			}
		}
		if lost > 0 || len(want) != 2000 {
			t.Errorf("paged %v: %d of %d events were lost", paged, lost, len(want))
		}
		t.Logf("paged %v: %d requests, %d without late events", paged, requests, calm)
		if 2*requests > 3*calm {
			t.Errorf("paged %v: %d requests, and %d without late events", paged, requests, calm)
		}
		if strings.Contains(quiet, "arrived late,") || !strings.Contains(notes, "arrived late,") {
			t.Errorf("paged %v: the notes do not tell which run saw late events", paged)
		}
	}
}

// TestAWithheldEventIsToldWithItsDay: the log counts an event that it never gives.
func TestAWithheldEventIsToldWithItsDay(t *testing.T) {
	t.Parallel()
	h := newHost(t, 10)
	h.paged, h.events = true, nil
	for i := range 100 {
		h.add(now.Add(time.Duration(i-100)*time.Hour), fmt.Sprintf("event-%d.", i))
	}
	h.withheld = "event-50." // of 2026-11-20T04:00
	landing, outcome := mustCollect(t, h.options(), "", now)
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for run := range 2 {
		if len(outcome.Gaps) != 1 || !outcome.Gaps[0].From.Equal(day) || !outcome.Gaps[0].Until.Equal(day.AddDate(0, 0, 1)) ||
			!strings.Contains(outcome.Gaps[0].Reason, "counts 24 events of 2026-11-20 and gives 23") {
			t.Fatalf("run %d: gaps %v", run, outcome.Gaps)
		}
		landing, outcome = mustCollect(t, h.options(), landing.Checkpoint(), now.Add(20*time.Hour))
	}
	h.withheld = ""
	later, outcome := mustCollect(t, h.options(), landing.Checkpoint(), now.Add(48*time.Hour))
	if len(outcome.Gaps) != 0 || !strings.Contains(strings.Join(later.Records(), ""), "event-50.") {
		t.Errorf("given at last: gaps %v", outcome.Gaps)
	}
}
