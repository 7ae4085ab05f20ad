package report_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// TestTimelineMarks draws each kind of mark where it was, and nothing else.
func TestTimelineMarks(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 7, day, hour, 0, 0, 0, time.UTC) }
	day := warehouse.LaneDay{Kind: "network", Lane: "192.0.2.0/24", First: at(1, 0), Last: at(1, 12), Operations: 2, Repositories: 1}
	copied, pushed, denied := day, day, day
	copied.First, copied.Last, copied.Copies, copied.New = at(5, 0), at(5, 1), 3, sql.NullBool{Bool: true, Valid: true}
	pushed.First, pushed.Last, pushed.Pushes = at(10, 22), at(10, 23), 1
	denied.First, denied.Last, denied.Operations, denied.Denied = at(3, 0), at(3, 1), 0, 4
	text := drawn(t, report.Timeline{
		Subject: "github:ana", Days: []warehouse.LaneDay{day, denied, copied, pushed},
		Changes:  []warehouse.ControlMark{{At: at(4, 12), Relation: "by the subject", Action: "personal_access_token.create", Identity: "github:ana"}},
		Findings: []warehouse.ListedNight{{Night: at(5, 0), Rank: 2, Finding: "mw-1", Identity: "github:ana", Hypothesis: "thief", Expected: 0.01}},
		Seen: warehouse.Window{Spans: []warehouse.Span{
			{Source: "acme", What: "seen", From: at(1, 0), Until: at(10, 0)}, {Source: "acme", What: "gap", From: at(7, 0), Until: at(8, 0), Reason: sql.NullString{String: "outage", Valid: true}},
			{Source: "acme", What: "gap", From: at(20, 0), Until: at(21, 0)},
		}},
	})
	// Ten days are a thousand units.
	for mark, n := range map[string]int{
		`<rect class="act" x="0" y="8" width="50" height="10">`: 1, `<rect class="denied" x="200" y="8" width="7" height="10">`: 1,
		`<rect class="copy" x="400" y="3" width="7" height="20">`: 1, `<rect class="push" x="991" y="19" width="7" height="5">`: 1,
		`<rect class="new" x="396" y="0" width="4" height="26">`: 1, `<rect class="change" x="350" y="5" width="7" height="16">`: 1,
		// Behind the lane and behind the changes.
		`<rect class="finding" x="400" y="0" width="100" height="26">`: 2, `<rect class="unseen" x="600" y="0" width="100" height="26">`: 2,
	} {
		if got := strings.Count(text, mark); got != n {
			t.Errorf("%s: %d times, want %d", mark, got, n)
		}
	}
	for _, words := range []string{"<b>new on 5 Jul</b>", "4 Jul 12:00 personal_access_token.create by github:ana, by the subject", "Night of 5 Jul 2026: github:ana, place 2, looks like thief", "What is not seen may still have happened."} {
		if !strings.Contains(text, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}

// TestTimelineOfNothing says that nothing seen is not nothing done.
func TestTimelineOfNothing(t *testing.T) {
	if text := drawn(t, report.Timeline{Subject: "github:none"}); !strings.Contains(text, "<b>Nothing was seen</b>, which does not say that there was no access.") {
		t.Errorf("got %s", text)
	}
}

// TestTimelineIsInert draws what would do something in a page.
func TestTimelineIsInert(t *testing.T) {
	var days []warehouse.LaneDay
	for i, text := range hostile {
		days = append(days, warehouse.LaneDay{Kind: "client", Lane: fmt.Sprint(text, i), First: time.Unix(int64(i), 0).UTC(), Last: time.Unix(int64(i), 0).UTC(), Operations: 1})
	}
	text := drawn(t, report.Timeline{Subject: "<script>alert(1)</script>\u202e", Days: days})
	if strings.Contains(text, "<script") || strings.ContainsAny(text, "\u202e\x1b") {
		t.Error("a name does something")
	}
	if got := strings.Count(text, `<div class="lane">`); got != 12 || !strings.Contains(text, fmt.Sprint(len(days)-12, " more with fewer acts are not drawn.")) {
		t.Errorf("%d lanes of %d", got, len(days))
	}
}

func drawn(t *testing.T, of report.Timeline) string {
	t.Helper()
	var a, b strings.Builder
	for _, w := range []*strings.Builder{&a, &b} {
		if err := report.WriteTimeline(w, of.Subject, []report.Timeline{of}); err != nil {
			t.Fatal(err)
		}
	}
	if a.String() != b.String() {
		t.Error("the same timeline is drawn in two ways")
	}
	return a.String()
}
