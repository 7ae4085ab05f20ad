package github_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"midwatch/collectors"
	"midwatch/collectors/collectortest"
	"midwatch/collectors/github"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, paged := range map[string]bool{"github.com": false, "enterprise server": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			collectortest.Run(t, func(t *testing.T) collectortest.Source {
				h := newHost(t, 2)
				h.paged = paged
				return collectortest.Source{
					New:  func(t *testing.T) collectors.Collector { return newCollector(t, h.options()) },
					Now:  now,
					Want: h.all(),
					Grow: func(*testing.T) []string {
						return []string{h.add(now, "new-1"), h.add(now.Add(time.Minute), "new-2"), h.add(now.Add(time.Hour), "new-3")}
					},
				}
			})
		})
	}
}

// mustCollect runs to the end.
func mustCollect(t *testing.T, o github.Options, from collectors.Checkpoint, at time.Time) (*collectortest.Landing, collectors.Outcome) {
	t.Helper()
	landing := &collectortest.Landing{}
	outcome, err := newCollector(t, o).Collect(t.Context(), from, at, landing)
	if err != nil {
		t.Fatal(err)
	}
	return landing, outcome
}

// fields of a checkpoint.
func fields(t *testing.T, checkpoint collectors.Checkpoint) map[string]any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(checkpoint), &all); err != nil {
		t.Fatalf("checkpoint %q: %v", checkpoint, err)
	}
	return all
}

func TestQueriesAndCheckpoint(t *testing.T) {
	t.Parallel()
	h := newHost(t, 3)
	o := h.options()
	o.Phrase = "actor:alice"
	landing, outcome := mustCollect(t, o, "", now)
	if !slices.Equal(landing.Records(), h.all()) || outcome.Records != 7 || len(outcome.Gaps) != 0 {
		t.Errorf("outcome %+v", outcome)
	}
	first := h.asked()[0]
	want := map[string]string{
		"include": "all", "order": "asc", "per_page": "100", "after": "",
		"phrase": "created:>=2026-11-15T06:00:00Z actor:alice", // seven days before now
	}
	for key, value := range want {
		if first.Get(key) != value {
			t.Errorf("%s is %q, want %q", key, first.Get(key), value)
		}
	}
	if after := h.asked()[1].Get("after"); after != "3" {
		t.Errorf("the second page was asked for after %q", after)
	}
	newest := time.Date(2026, 11, 21, 3, 1, 40, 0, time.UTC)
	checkpoint := fields(t, landing.Checkpoint())
	if checkpoint["newest_ms"] != float64(newest.UnixMilli()) || checkpoint["complete_ms"] != float64(now.UnixMilli()) || checkpoint["walk"] != nil {
		t.Errorf("checkpoint %v", checkpoint)
	}
	mustCollect(t, o, landing.Checkpoint(), now.Add(19*time.Hour))
	if phrase := h.asked()[3].Get("phrase"); phrase != "created:>=2026-11-21T02:00:00Z actor:alice" { // the hour of 45 minutes before the newest
		t.Errorf("the second run asked for %q", phrase)
	}
}

func TestPagesAreSealedTogether(t *testing.T) {
	t.Parallel()
	for pages, want := range map[int][]int{0: {7}, 2: {4, 3}, 3: {6, 1}, 4: {7}} {
		h := newHost(t, 2) // four pages
		o := h.options()
		o.SegmentPages = pages
		landing, _ := mustCollect(t, o, "", now)
		var got []int
		for _, segment := range landing.Segments() {
			got = append(got, len(segment.Records))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d pages a segment gave segments of %v records, want %v", pages, got, want)
		}
	}
}

func TestEmptySource(t *testing.T) {
	t.Parallel()
	h := newHost(t, 2)
	h.events = nil
	landing, outcome := mustCollect(t, h.options(), "", now)
	if outcome.Records != 0 || len(landing.Segments()) != 1 || fields(t, landing.Checkpoint())["complete_ms"] != float64(now.UnixMilli()) {
		t.Errorf("outcome %+v, checkpoint %s", outcome, landing.Checkpoint())
	}
	// Quiet for ten days, looked at every five: nothing was missed.
	for day := 5; day <= 10; day += 5 {
		at := now.AddDate(0, 0, day)
		again, outcome := mustCollect(t, h.options(), landing.Checkpoint(), at)
		if len(outcome.Gaps) != 0 {
			t.Errorf("after %d days: gaps %v", day, outcome.Gaps)
		}
		landing = again
	}
}

func TestOneOddEntryAmongAHundred(t *testing.T) {
	t.Parallel()
	odd := []string{
		`"text"`, `17`, `null`, `[1]`, `{}`, `{"@timestamp":{}}`, `{"@timestamp":"soon"}`, `{"@timestamp":-5}`,
		`{"@timestamp":1e30}`, `{"@timestamp":99999999999999}`, `{"@timestamp":12}`, `{"@timestamp":"NaN"}`, `{"@timestamp":null,"created_at":[]}`,
	}
	for _, entry := range odd {
		t.Run(entry, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 100)
			h.events = nil
			for i := range 99 {
				h.add(now.Add(time.Duration(i-200)*time.Minute), fmt.Sprint(i))
			}
			h.events = slices.Insert(h.events, 50, json.RawMessage(entry))
			landing, outcome := mustCollect(t, h.options(), "", now)
			if !slices.Equal(landing.Records(), h.all()) || outcome.Records != 100 {
				t.Errorf("%d records landed", len(landing.Records()))
			}
			if newest := fields(t, landing.Checkpoint())["newest_ms"]; newest != float64(now.Add(-102*time.Minute).UnixMilli()) {
				t.Errorf("newest is %v", newest)
			}
			if !strings.Contains(strings.Join(outcome.Notes, "\n"), "1 entries have no time") {
				t.Errorf("notes %q", outcome.Notes)
			}
		})
	}
}

func TestTimesThatCanBeRead(t *testing.T) {
	t.Parallel()
	want := float64(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).UnixMilli())
	for _, entry := range []string{
		`{"@timestamp":1795262400000}`, `{"@timestamp":1795262400}`, `{"@timestamp":1795262400000.0}`, `{"@timestamp":1.7952624e12}`,
		`{"@timestamp":1795262400.0}`, `{"@timestamp":"1795262400000"}`, `{"@timestamp":"2026-11-21T12:00:00Z"}`,
		`{"@timestamp":"2026-11-21T13:00:00.000+01:00"}`, `{"created_at":1795262400000}`, `{"@timestamp":"x","created_at":1795262400}`,
	} {
		t.Run(entry, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, 100)
			h.before = func(w http.ResponseWriter, _ *http.Request, _ int) bool { fmt.Fprintf(w, "[%s]", entry); return true }
			landing, outcome := mustCollect(t, h.options(), "", now)
			if got := fields(t, landing.Checkpoint())["newest_ms"]; got != want || len(outcome.Notes) != 1 { // the note of the first run
				t.Errorf("newest is %v, want %v; notes %q", got, want, outcome.Notes)
			}
		})
	}
}

func TestEventsAfterTheRunBeganDoNotMoveTheCheckpointPastIt(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	h.add(now.Add(23*time.Hour), "early bird")
	landing, _ := mustCollect(t, h.options(), "", now)
	if got := fields(t, landing.Checkpoint())["newest_ms"]; got != float64(now.UnixMilli()) {
		t.Errorf("newest is %v", got)
	}
}
