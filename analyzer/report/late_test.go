package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// lateNight is a quiet night on whose morning a theft of three nights ago is told,
// and one finding is covered by a verdict that ends soon.
func lateNight() report.Night {
	n := quietNight()
	f := thiefFinding()
	f.First, f.Nights, f.PreviousRank, f.Status = ago(3), 1, 0, analyzer.StatusNew
	f.Assessment.Day = ago(3)
	n.Late = []report.LateNight{{Night: ago(3), Coverage: "Coverage of that night", Findings: []analyzer.Finding{f}}}
	v := report.Verdict{ID: "v-1", Finding: "mw-1", Verdict: "expected", Reason: "on <call>", By: "lea", Until: ago(-3), Covers: "github:emre reading acme/pay"}
	covered := insiderFinding()
	covered.ID = "mw-20260719-00000099"
	n.Answered = []warehouse.VerdictMonth{
		{Month: time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC), Findings: 12, Answered: 9, Theft: 1, Harmless: 7, Unclear: 1},
		{Month: time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), Findings: 1},
	}
	n.Covered, n.Ending = []report.Covered{{Finding: covered, Verdict: v}}, []report.Verdict{v}
	return n
}

// What is told late comes first in every file, under its own night, with what could
// be seen then.
func TestLateNightComesFirst(t *testing.T) {
	t.Parallel()
	n := lateNight()
	n.Findings = []analyzer.Finding{factFinding()}
	var rows, lines, events, page bytes.Buffer
	for out, write := range map[*bytes.Buffer]func() error{
		&rows: func() error { return report.FullFindings(&rows, n) }, &lines: func() error { return report.JSONLines(&lines, n) },
		&events: func() error { return report.OCSF(&events, n, report.OCSF14) }, &page: func() error { return report.HTML(&page, n) },
	} {
		if err := write(); err != nil || out.Len() == 0 {
			t.Fatal(err)
		}
	}
	all, err := csv.NewReader(&rows).ReadAll()
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	column := map[string]int{}
	for i, name := range all[0] {
		column[name] = i
	}
	got := all[1][column["night"]] + " " + all[1][column["finding_id"]] + " " + all[1][column["coverage_note"]][:22] + "; " + all[2][column["night"]]
	if want := "2026-07-18 mw-20260720-00000002 Coverage of that night; 2026-07-21"; got != want || all[1][column["run_id"]] != all[2][column["run_id"]] {
		t.Errorf("got %s, want %s", got, want)
	}
	var line struct {
		Night string `json:"night"`
	}
	if err := json.Unmarshal([]byte(strings.Split(lines.String(), "\n")[0]), &line); err != nil || line.Night != "2026-07-18" {
		t.Error(line, err)
	}
	if first := strings.Split(events.String(), "\n")[0]; !strings.Contains(first, `"uid":"mw-20260720-00000002"`) || !strings.Contains(first, `"night":"2026-07-18"`) {
		t.Error(first)
	}
	text := page.String()
	at := func(s string) int { return strings.Index(text, s) }
	if !(at("1 finding is from an earlier night that nobody has been told of before") > 0 && at(`id="late-2026-07-18"`) > 0 && at(`id="late-2026-07-18"`) < at(`id="findings"`)) ||
		at(`id="mw-20260720-00000002-2026-07-18"`) < 0 || at("<b>2</b> need action") < 0 {
		t.Error(text)
	}
}

// A finding that a verdict covers has no row; the report says who decided, and when
// that ends.
func TestCoveredIsSaid(t *testing.T) {
	t.Parallel()
	n := lateNight()
	var page, table, rows bytes.Buffer
	for _, err := range []error{report.HTML(&page, n), report.Print(&table, n, "table"), report.FullFindings(&rows, n)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"covered by a verdict until 2026-07-24: expected, given by lea for mw-1. on &lt;call&gt;", "github:emre reading acme/pay", "ends on 2026-07-24", "it was never needed", "July 2026: 12 findings, 9 answered: 1 theft, 7 harmless, 1 unclear", "June 2026: 1 finding, 0 answered<"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has not %q", want)
		}
	}
	if !strings.Contains(table.String(), "is covered by a verdict until 2026-07-24: expected, given for mw-1 by lea (on <call>).") {
		t.Error(table.String())
	}
	if strings.Contains(rows.String(), "mw-20260719-00000099") {
		t.Error("a covered finding has a row")
	}
}
