package report_test

import (
	"bytes"
	"strings"
	"testing"

	"midwatch/analyzer/report"
)

// Those listed with a finding are in its row, and their repositories beside its own
// under its id.
func TestThoseListedWithAFindingAreInItsFiles(t *testing.T) {
	n := fullNight()
	n.Findings = n.Findings[4:5]
	n.Findings[0].Around.Changes = 1
	id := n.Findings[0].ID
	var rows, repositories bytes.Buffer
	if err := report.FullFindings(&rows, n); err != nil {
		t.Fatal(err)
	}
	if err := report.FindingRepositories(&repositories, n); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"emre0 and 3 others read repositories", " 1 change of access rights or settings came in the day before. 3 other accounts came the same way: github:hana, github:ivo, github:jun.",
		"midwatch contain github:emre0 # and so each of the 3 others listed with it", ",github:hana; github:ivo; github:jun,,,,\n",
	} {
		if !strings.Contains(rows.String(), want) {
			t.Errorf("the row has not %q:\n%s", want, &rows)
		}
	}
	for want, times := range map[string]int{
		id + ",2026-07-21,github:hana,":                                            0,
		id + ",2026-07-21,github:ivo,northwind-labs/grouped-0,1.50,0,true,false\n": 1,
		id + ",2026-07-21,github:jun,northwind-labs/grouped-":                      2,
	} {
		if got := strings.Count(repositories.String(), want); got != times {
			t.Errorf("%d rows %q, want %d:\n%s", got, want, times, &repositories)
		}
	}
	n.Findings[0].Assessment.Group = append(n.Findings[0].Assessment.Group, groupOfThree()...)
	rows.Reset()
	if err := report.FullFindings(&rows, n); err != nil || !strings.Contains(rows.String(), "github:hana, github:ivo and 1 more") {
		t.Errorf("six are not cut to five: %v\n%s", err, &rows)
	}
}
