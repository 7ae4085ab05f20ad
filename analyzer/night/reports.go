package night

import (
	"cmp"
	"io"
	"path/filepath"
	"time"

	"midwatch/analyzer/report"
)

// Reports is the folder that each night's reports go to.
type Reports struct {
	Folder string
	// OCSF is the version that findings.ocsf.jsonl is written in, one of
	// report.OCSFVersions; "" is the first of them.
	OCSF string
}

// file is one of a night's files.
type file struct {
	name  string
	write func(io.Writer, report.Night) error
}

// Of is the folder of a night.
func (r Reports) Of(night time.Time) string {
	return filepath.Join(r.Folder, night.Format(time.DateOnly))
}

// Write writes a night's reports, each whole or not at all; the page, which names
// the others, last.
func (r Reports) Write(n report.Night) error {
	return writeFiles(r.Of(n.Night), n, []file{
		{"findings.csv", report.Findings},
		{"findings_full.csv", report.FullFindings},
		{"finding_repos.csv", report.FindingRepositories},
		{"coverage.csv", report.Coverage},
		{"findings.jsonl", report.JSONLines},
		{"findings.ocsf.jsonl", func(w io.Writer, n report.Night) error {
			return report.OCSF(w, n, cmp.Or(r.OCSF, report.OCSFVersions[0]))
		}},
		{"findings.ecs.jsonl", report.ECS},
		{"report.html", report.HTML},
	})
}

// WriteNewest writes what is always in the same place: the night that was asked
// for last.
func (r Reports) WriteNewest(n report.Night) error {
	return writeFiles(r.Folder, n, []file{{"findings.csv", report.Findings}, {"report.html", report.HTML}})
}

// WriteLedger writes what a run did for a night beside its reports: run.json.
func (r Reports) WriteLedger(night time.Time, l Ledger) error {
	return report.WriteFile(filepath.Join(r.Of(night), "run.json"), func(w io.Writer) error { return report.JSON(w, l) })
}

func writeFiles(folder string, n report.Night, files []file) error {
	for _, f := range files {
		err := report.WriteFile(filepath.Join(folder, f.name), func(w io.Writer) error { return f.write(w, n) })
		if err != nil {
			return err
		}
	}
	return nil
}
