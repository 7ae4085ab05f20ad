package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
)

func TestOCSF(t *testing.T) {
	t.Parallel()
	golden(t, "full.ocsf14.jsonl", func(w io.Writer) error { return report.OCSF(w, fullNight(), report.OCSF14) })
	golden(t, "quiet.ocsf14.jsonl", func(w io.Writer) error { return report.OCSF(w, quietNight(), report.OCSF14) })
}

// Each status is an activity; type_uid is the class and the activity; only what is
// new or far worse is an alert; nothing claims that a person has looked at it.
func TestOCSFActivities(t *testing.T) {
	t.Parallel()
	n := quietNight()
	for i, s := range []analyzer.Status{analyzer.StatusNew, analyzer.StatusOngoing, analyzer.StatusEscalated} {
		f := thiefFinding()
		f.ID, f.Status = fmt.Sprintf("mw-%d", i), s
		n.Findings = append(n.Findings, f)
	}
	over := thiefFinding()
	over.ID, over.Status, over.First, over.Last = "mw-over", analyzer.StatusResolved, ago(20), ago(15)
	n.Resolved = []analyzer.Finding{over}
	var out bytes.Buffer
	if err := report.OCSF(&out, n, report.OCSF14); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		var e struct {
			Activity int  `json:"activity_id"`
			Type     int  `json:"type_uid"`
			Status   int  `json:"status_id"`
			Alert    bool `json:"is_alert"`
			Time     int64
			Info     struct{ UID string } `json:"finding_info"`
			Evidence []any                `json:"evidences"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if at := time.UnixMilli(e.Time).UTC(); !at.Equal(tonight.AddDate(0, 0, 1)) {
			t.Errorf("%s is of %s, not of the end of the night", e.Info.UID, at)
		}
		got = append(got, fmt.Sprintf("%s %d %d %d %t %d", e.Info.UID, e.Activity, e.Type, e.Status, e.Alert, len(e.Evidence)))
	}
	want := "mw-0 1 200401 1 true 6, mw-1 2 200402 99 false 6, mw-2 2 200402 99 true 6, mw-over 3 200403 99 false 0"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// Every observable repeats the value of the attribute that it points at.
func TestOCSFObservables(t *testing.T) {
	t.Parallel()
	n := quietNight()
	n.Findings = []analyzer.Finding{thiefFinding()}
	var out bytes.Buffer
	if err := report.OCSF(&out, n, report.OCSF14); err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	resources := map[string]bool{}
	for _, r := range e["resources"].([]any) {
		resources[r.(map[string]any)["uid"].(string)] = true
	}
	observables := e["observables"].([]any)
	if len(observables) != 5+41 {
		t.Errorf("%d observables", len(observables))
	}
	for _, o := range observables {
		name, value := o.(map[string]any)["name"].(string), o.(map[string]any)["value"].(string)
		if name == "resources.uid" {
			if !resources[value] {
				t.Errorf("%s is no resource", value)
			}
			continue
		}
		at := e["evidences"].([]any)[0]
		for _, step := range strings.Split(strings.TrimPrefix(name, "evidences[0]."), ".") {
			at = at.(map[string]any)[step]
		}
		if at != value {
			t.Errorf("%s is %v, not %q", name, at, value)
		}
	}
}
