package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries/warehouse/warehousetest"
)

// doctor runs `midwatch doctor` and gives its exit code and, as CSV, its rows.
func (e *estate) doctor() (int, string) {
	e.t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(io.Discard)
	root.SetArgs([]string{"--config", filepath.Join(e.dir, "midwatch.yaml"), "doctor", "--format", "csv"})
	err := root.ExecuteContext(e.t.Context())
	return exitCode(err), out.String()
}

func TestDoctorChecksWhatSurroundsAnAccess(t *testing.T) {
	e := newEstate(t, `sources:
  - {name: log, kind: files, format: github, paths: [log.ndjson]}
enrich: {roster: roster.csv, mirrors: [{path: mirrors}]}
`)
	e.write("roster.csv", "identity,person\ngithub:ana,Ana\nbob,Bob\n")
	code, rows := e.doctor()
	if code != exitBlind || !strings.Contains(rows, `enrich,failed,roster,`) || !strings.Contains(rows, "roster.csv line 3, field identity") ||
		!strings.Contains(rows, "enrich,failed,mirrors ") {
		t.Errorf("ended with %d:\n%s", code, rows)
	}
	e.write("midwatch.yaml", "sources:\n  - {name: log, kind: files, format: github, paths: [log.ndjson]}\nenrich: {roster: roster.csv}\n")
	e.write("roster.csv", "identity,person\ngithub:ana,Ana\n")
	if code, rows := e.doctor(); code != exitDone || !strings.Contains(rows, "enrich,ok,roster,") {
		t.Errorf("mended it ended with %d:\n%s", code, rows)
	}
}

// TestDoctorKnowsTheRhythm: a source that was silent on the last whole day, and
// one whose addresses are gone, are told with what to do.
func TestDoctorKnowsTheRhythm(t *testing.T) {
	warehousetest.Long(t)
	e := newEstate(t, "sources:\n  - {name: log, kind: files, format: github, paths: [log.ndjson]}\n")
	today := time.Now().UTC().Truncate(24 * time.Hour)
	for day := 10; day >= 2; day-- {
		for minute := range 30 {
			e.log(today.AddDate(0, 0, -day).Add(time.Duration(minute)*time.Minute), "ana", "git.fetch", repo("acme/a"))
		}
	}
	if code := e.run("nightly", "--as-of", today.AddDate(0, 0, -1).Format(time.DateOnly)); code != exitDone {
		t.Fatalf("nightly ended with %d", code)
	}
	code, rows := e.doctor()
	if code != exitBlind || !strings.Contains(rows, "log,failed,records of "+today.AddDate(0, 0, -1).Format(time.DateOnly)+",") || !strings.Contains(rows, "still logs") {
		t.Errorf("a day without a record ended with %d:\n%s", code, rows)
	}
	for minute := range 30 {
		e.log(today.AddDate(0, 0, -1).Add(time.Duration(minute)*time.Minute), "ana", "git.fetch", repo("acme/a")+`,"actor_ip":null`)
	}
	if code := e.run("nightly", "--as-of", today.Format(time.DateOnly)); code != exitBlind {
		t.Fatalf("nightly without addresses ended with %d", code)
	}
	code, rows = e.doctor()
	if code != exitBlind || !strings.Contains(rows, "log,failed,an address,") || !strings.Contains(rows, "0 of 30 records have one, 100 % are usual") || !strings.Contains(rows, "log,ok,never says,\"page views") {
		t.Errorf("records without addresses ended with %d:\n%s", code, rows)
	}
}
