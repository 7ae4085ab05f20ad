package triage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"midwatch/analyzer"
	"midwatch/analyzer/triage"
)

func TestReadRows(t *testing.T) {
	t.Parallel()
	rows, err := triage.ReadRows(strings.NewReader("\ufefffinding_id,verdict,verdict_reason,verdict_until\na,,,\nb,Benign, new office ,2026-08-01\nc,theft,it was,\n"), "f.csv")
	got := fmt.Sprintf("%+v %v", rows, err)
	want := "[{Finding:b Verdict:benign Reason:new office Until:2026-08-01 Scope: Where:f.csv, line 3} {Finding:c Verdict:theft Reason:it was Until: Scope: Where:f.csv, line 4}] <nil>"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	find := func(string) (analyzer.Finding, error) { return small(night), nil }
	rows[0].Until = "next week"
	if _, err := rows[0].Decide([]string{"lea"}, decided, find); err == nil || err.Error() != `f.csv, line 3: "next week" is not a day: write it as 2026-07-22 (nothing of the file was kept)` {
		t.Error(err)
	}
	none := errors.New("there is no finding")
	if _, err := rows[1].Decide([]string{"lea"}, decided, func(string) (analyzer.Finding, error) { return analyzer.Finding{}, none }); !errors.Is(err, none) {
		t.Error(err)
	}
	if _, err := triage.ReadRows(strings.NewReader("finding_id,verdict\n"), "f.csv"); err == nil || !strings.Contains(err.Error(), "no column verdict_reason") {
		t.Error(err)
	}
}
