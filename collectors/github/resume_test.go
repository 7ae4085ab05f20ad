package github_test

import (
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

// TestTrap09CursorOlderThanSevenDays is trap 9 of FORMATS 7: a gap is told, on both
// sides of the edge.
func TestTrap09CursorOlderThanSevenDays(t *testing.T) {
	t.Parallel()
	h := newHost(t, 3)
	landing, _ := mustCollect(t, h.options(), "", now)
	covered := now // the run was complete
	for _, test := range []struct {
		after time.Duration
		gap   bool
	}{{7 * 24 * time.Hour, false}, {7*24*time.Hour + time.Millisecond, true}, {30 * 24 * time.Hour, true}} {
		at := now.Add(test.after)
		again, outcome := mustCollect(t, h.options(), landing.Checkpoint(), at)
		var sealed []collectors.Gap
		for _, segment := range again.Segments() {
			sealed = append(sealed, segment.Gaps...)
		}
		if !test.gap {
			if len(outcome.Gaps)+len(sealed) != 0 {
				t.Errorf("after %v: gaps %v, sealed %v", test.after, outcome.Gaps, sealed)
			}
			continue
		}
		if len(outcome.Gaps) != 1 || !outcome.Gaps[0].From.Equal(covered) || !outcome.Gaps[0].Until.Equal(at.AddDate(0, 0, -7)) || outcome.Gaps[0].Reason == "" {
			t.Errorf("after %v: gaps %v", test.after, outcome.Gaps)
		}
		if !slices.Equal(sealed, outcome.Gaps) {
			t.Errorf("after %v: sealed were the gaps %v", test.after, sealed)
		}
		_, outcome = mustCollect(t, h.options(), again.Checkpoint(), at.Add(time.Hour))
		if len(outcome.Gaps) != 0 {
			t.Errorf("the gap came again: %v", outcome.Gaps)
		}
	}
}

// stopMidway collects until the host fails for good at its fourth request, and
// gives what was sealed.
func stopMidway(t *testing.T, h *host, o github.Options) *collectortest.Landing {
	t.Helper()
	h.before = func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n >= 4 {
			answer(w, http.StatusForbidden, "no more")
		}
		return n >= 4
	}
	landing := &collectortest.Landing{}
	if _, err := newCollector(t, o).Collect(t.Context(), "", now, landing); err == nil {
		t.Fatal("no error")
	}
	h.before = nil
	return landing
}

func TestRestartFromMidway(t *testing.T) {
	t.Parallel()
	for _, pages := range []int{1, 2, 20} { // the last leaves all three pages to be rescued
		h := newHost(t, 2)
		o := h.options()
		o.SegmentPages = pages
		landing := stopMidway(t, h, o)
		if got := len(landing.Records()); got != 6 {
			t.Errorf("%d pages a segment: %d records were sealed before the failure", pages, got)
		}
		rest, _ := mustCollect(t, o, landing.Checkpoint(), now)
		if after := h.asked()[4].Get("after"); after != "6" {
			t.Errorf("went on after %q", after)
		}
		if got := append(landing.Records(), rest.Records()...); !slices.Equal(got, h.all()) {
			t.Errorf("landed %d records", len(got))
		}
	}
}

func TestRestartWhenTheCursorIsNotKnownAnyMore(t *testing.T) {
	t.Parallel()
	h := newHost(t, 2)
	landing := stopMidway(t, h, h.options())
	h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Query().Get("after") == "6" {
			answer(w, http.StatusUnprocessableEntity, "Invalid cursor")
			return true
		}
		return false
	}
	h.size = 100
	rest, outcome := mustCollect(t, h.options(), landing.Checkpoint(), now)
	if !slices.Equal(rest.Records(), h.all()) || !strings.Contains(outcome.Notes[0], "no longer knows") {
		t.Errorf("landed %d records, notes %q", len(rest.Records()), outcome.Notes)
	}
}

func TestGapAfterStoppingMidway(t *testing.T) {
	t.Parallel()
	h := newHost(t, 2)
	landing := stopMidway(t, h, h.options())
	at := now.AddDate(0, 0, 10)
	_, outcome := mustCollect(t, h.options(), landing.Checkpoint(), at)
	seen := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC) // of the sixth record
	if len(outcome.Gaps) != 1 || !outcome.Gaps[0].From.Equal(seen) || !outcome.Gaps[0].Until.Equal(at.AddDate(0, 0, -7)) {
		t.Errorf("gaps %v", outcome.Gaps)
	}
}

// TestGapIsToldOnce stops a walk behind a gap: the next run tells only what was
// lost in the meantime.
func TestGapIsToldOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t, 2)
	landing, _ := mustCollect(t, h.options(), "", now)
	for i := range 9 {
		h.add(now.Add(time.Duration(i)*time.Minute), fmt.Sprint("kept for longer ", i))
	}
	at := now.AddDate(0, 0, 10)
	sofar := len(h.asked())
	h.before = func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n-sofar >= 5 { // the first asks for a count
			answer(w, http.StatusForbidden, "no more")
		}
		return n-sofar >= 5
	}
	stopped := &collectortest.Landing{}
	outcome, err := newCollector(t, h.options()).Collect(t.Context(), landing.Checkpoint(), at, stopped)
	if err == nil || len(outcome.Gaps) != 1 {
		t.Fatalf("outcome %+v, %v", outcome, err)
	}
	var sealed []collectors.Gap
	for _, segment := range stopped.Segments() {
		sealed = append(sealed, segment.Gaps...)
	}
	if len(stopped.Segments()) != 3 || !slices.Equal(sealed, outcome.Gaps) {
		t.Errorf("%d segments with the gaps %v", len(stopped.Segments()), sealed)
	}
	h.before = nil
	_, outcome = mustCollect(t, h.options(), stopped.Checkpoint(), at.Add(time.Hour))
	until := at.AddDate(0, 0, -7)
	if len(outcome.Gaps) != 1 || !outcome.Gaps[0].From.Equal(until) || !outcome.Gaps[0].Until.Equal(until.Add(time.Hour)) {
		t.Errorf("gaps %v", outcome.Gaps)
	}
}

// TestCursorRefusedInTheMiddle must not start over within a run, which might
// never end.
func TestCursorRefusedInTheMiddle(t *testing.T) {
	t.Parallel()
	h := newHost(t, 2)
	h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Query().Get("after") == "4" {
			answer(w, http.StatusUnprocessableEntity, "Invalid cursor")
			return true
		}
		return false
	}
	landing := &collectortest.Landing{}
	_, err := newCollector(t, h.options()).Collect(t.Context(), "", now, landing)
	if err == nil || !strings.Contains(err.Error(), "Invalid cursor") || len(h.asked()) != 3 || len(landing.Records()) != 4 {
		t.Errorf("%v after %d requests and %d records", err, len(h.asked()), len(landing.Records()))
	}
}

// TestHostThatIgnoresTheOrder gives the newest first: what was read until a
// failure must not pass for all that is older.
func TestHostThatIgnoresTheOrder(t *testing.T) {
	t.Parallel()
	for _, paged := range []bool{false, true} {
		h := newHost(t, 2)
		h.paged = paged
		slices.Reverse(h.events)
		landing := stopMidway(t, h, h.options())
		rest, _ := mustCollect(t, h.options(), landing.Checkpoint(), now)
		for _, text := range h.all() {
			if !slices.Contains(append(landing.Records(), rest.Records()...), text) {
				t.Errorf("paged %v: lost %s", paged, text)
			}
		}
		at := now.AddDate(0, 0, 10)
		_, outcome := mustCollect(t, h.options(), landing.Checkpoint(), at)
		if len(outcome.Gaps) != 1 || !outcome.Gaps[0].From.Equal(now.AddDate(0, 0, -7)) || !outcome.Gaps[0].Until.Equal(at.AddDate(0, 0, -7)) {
			t.Errorf("paged %v: ten days later the gaps are %v", paged, outcome.Gaps)
		}
	}
}

func TestChangedSearchReadsAgain(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	o := h.options()
	o.Include = "web"
	landing, _ := mustCollect(t, o, "", now)
	o.Include = "all"
	again, outcome := mustCollect(t, o, landing.Checkpoint(), now)
	if !slices.Equal(again.Records(), h.all()) || !strings.Contains(outcome.Notes[0], "was changed") {
		t.Errorf("landed %d records, notes %q", len(again.Records()), outcome.Notes)
	}
}

func TestCheckpointOfAnotherSource(t *testing.T) {
	t.Parallel()
	h := newHost(t, 100)
	landing, _ := mustCollect(t, h.options(), "", now)
	other := newHost(t, 100)
	again, outcome := mustCollect(t, other.options(), landing.Checkpoint(), now)
	if !slices.Equal(again.Records(), other.all()) || !strings.Contains(outcome.Notes[0], "starting anew") {
		t.Errorf("landed %d records, notes %q", len(again.Records()), outcome.Notes)
	}
	for _, bad := range []collectors.Checkpoint{"x", "{}", `{"version":2}`, `{"version":1,"more":1}`} {
		landing := &collectortest.Landing{}
		if _, err := newCollector(t, h.options()).Collect(t.Context(), bad, now, landing); err == nil || landing.Calls() != 0 {
			t.Errorf("checkpoint %q: %v, %d landings", bad, err, landing.Calls())
		}
	}
}

func TestACircleOfPagesIsAnError(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"after=here", "page=2"} {
		h := newHost(t, 100)
		h.before = func(w http.ResponseWriter, r *http.Request, _ int) bool {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, h.URL, r.URL.Path, link))
			return false
		}
		landing := &collectortest.Landing{}
		_, err := newCollector(t, h.options()).Collect(t.Context(), "", now, landing)
		if err == nil || !strings.Contains(err.Error(), "circle") || len(h.asked()) != 2 {
			t.Errorf("%s: %v after %d requests", link, err, len(h.asked()))
		}
		if walk, ok := fields(t, landing.Checkpoint())["walk"].(map[string]any); !ok || walk["after"] != nil {
			t.Errorf("%s: the next run goes on in the circle: checkpoint %s", link, landing.Checkpoint())
		}
	}
}
