// Package report writes what a night gave, for people and for other programs:
// CSV, JSON lines, OCSF, a page to look at, and the summary of the run.
//
// The same night gives the same bytes. Text that comes from logs is hostile and
// made inert here; files appear whole or not at all and are readable by their
// owner only.
package report

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"midwatch/analyzer"
	"midwatch/queries/warehouse"
)

// SchemaVersion counts the changes of the columns; columns are only ever added,
// at the end.
const SchemaVersion = 1

// Night is what the reports of a night are made of.
type Night struct {
	// Scored is the night with its findings.
	analyzer.Scored
	// Version of the program.
	Version string
	// Coverage says what could be seen and what not, in one sentence; never empty.
	Coverage string
	// Blind says what could not be seen, one reason each; empty when all was.
	Blind []string
	// Seen is what each source gave; Hours the same by hour.
	Seen  warehouse.Coverage
	Hours []warehouse.SourceHour
	// Judged is how many facets were, Listable the E up to which one is listed.
	Judged   int
	Listable float64
	// Before are the findings that were listed in the weeks before and not on
	// this night, those listed last first. Resolved are those that are over with it.
	Before   []Earlier
	Resolved []analyzer.Finding
	// Late are the findings of earlier nights that this morning is the first to
	// tell, told before the night's own. CaughtUp are the nights that no morning
	// had spoken of.
	Late     []LateNight
	CaughtUp []time.Time
	// Covered are findings of the night that a verdict covers: they are not listed.
	// Ending are the verdicts that end within a week.
	Covered []Covered
	Ending  []Verdict
	// Answered are the last months with what people answered about their findings,
	// the newest first.
	Answered []warehouse.VerdictMonth
	// Trend are the last nights in numbers, up to and with this one.
	Trend []warehouse.NightCount

	// runID is that of the morning where this is one of its late nights.
	runID string
}

// Verdict is what a person answered about a finding, and what that covers.
type Verdict struct {
	ID, Finding, Verdict, Reason, By, Covers string
	// Until is the first night that it does not cover; Covered counts the findings that
	// it kept off a night's list so far, 0 for one that was never needed.
	Until   time.Time
	Covered int
}

// Covered is a finding with the verdict that keeps it off the list.
type Covered struct {
	analyzer.Finding
	Verdict Verdict
}

// LateNight is an earlier night with the findings that were found late.
type LateNight struct {
	Night time.Time
	// Coverage says what could be seen of it.
	Coverage string
	Findings []analyzer.Finding
}

// CountLate counts the findings of earlier nights.
func (n Night) CountLate() int {
	all := 0
	for _, l := range n.Late {
		all += len(l.Findings)
	}
	return all
}

// each calls f for every finding that a morning tells, those of earlier nights
// first, with the night that it belongs to.
func (n Night) each(f func(Night, analyzer.Finding) error) error {
	for _, of := range append(n.lateNights(), n) {
		for _, finding := range of.Findings {
			if err := f(of, finding); err != nil {
				return err
			}
		}
	}
	return nil
}

// lateNights are the earlier nights, as reports show a finding's night.
func (n Night) lateNights() []Night {
	var all []Night
	for _, l := range n.Late {
		of := Night{Version: n.Version, Coverage: l.Coverage, Listable: n.Listable, runID: n.RunID()}
		of.Night, of.Findings = l.Night, l.Findings
		all = append(all, of)
	}
	return all
}

// Earlier is a finding that is open and was not listed on the night: it was some
// nights before.
type Earlier struct {
	analyzer.Finding
	NightsAgo int
}

// NotAssessable names what could not be judged of the listed findings, each
// once.
func (n Night) NotAssessable() []string {
	all := []string{}
	for _, f := range n.Findings {
		all = append(all, f.Assessment.NotAssessable...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// RunID names the content of a report: the same night, findings and version
// give the same.
func (n Night) RunID() string {
	if n.runID != "" {
		return n.runID
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%s", n.Night.Format(time.DateOnly), n.Version, n.Coverage)
	for _, l := range n.Late {
		fmt.Fprintf(h, "|%s", date(l.Night))
		for _, f := range l.Findings {
			fmt.Fprintf(h, "|%s %s %.6f", f.ID, f.Status, f.Assessment.Score)
		}
	}
	for _, f := range n.Findings {
		fmt.Fprintf(h, "|%s %s %.6f", f.ID, f.Status, f.Assessment.Score)
	}
	return "run-" + hex.EncodeToString(h.Sum(nil)[:6])
}

// WriteFile writes a file whole or not at all, mode 0600: to a name beside it,
// synced, and renamed into place.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("making the folder of %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w (the folder must be writable by this user)", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing %s: %w (what stood there is untouched)", path, err), os.Remove(f.Name()))
		}
	}()
	b := bufio.NewWriter(f)
	err = errors.Join(write(b), b.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
