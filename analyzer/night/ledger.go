package night

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/collectors"
	"midwatch/queries/warehouse"
)

// Ledger is what a run did for one night, counted while it was done: run.json.
type Ledger struct {
	SchemaVersion int     `json:"schema_version"`
	RunID         string  `json:"run_id"`
	Version       string  `json:"version"`
	Night         string  `json:"night"`
	Sources       []Entry `json:"sources"`
	// NotAssessable names what could not be judged of the findings.
	NotAssessable  []string `json:"not_assessable"`
	FacetsScored   int      `json:"facets_scored"`
	FindingsListed int      `json:"findings_listed"`
	New            int      `json:"findings_new"`
	Ongoing        int      `json:"findings_ongoing"`
	Escalated      int      `json:"findings_escalated"`
	Resolved       int      `json:"findings_resolved"`
	// Late counts findings of earlier nights that this morning is the first to
	// tell; they are not among FindingsListed. CaughtUp are the nights that no
	// morning had spoken of.
	Late     int      `json:"findings_of_earlier_nights"`
	CaughtUp []string `json:"nights_caught_up"`
	// Covered counts findings of the night that a verdict covers.
	Covered int `json:"findings_covered_by_verdict"`
	// Blind says what could not be seen; empty only when everything was.
	Blind []string `json:"blind"`
	// Coverage is the sentence that every report carries.
	Coverage string `json:"coverage"`
	Snapshot string `json:"snapshot"`
	// Started and Seconds by step are of this run and differ between runs.
	Started time.Time          `json:"started_at"`
	Seconds map[string]float64 `json:"seconds"`
}

// count fills in what a night gave.
func (l *Ledger) count(n report.Night) {
	l.SchemaVersion, l.RunID, l.Version, l.Night = report.SchemaVersion, n.RunID(), n.Version, n.Night.Format(time.DateOnly)
	l.NotAssessable, l.FacetsScored = n.NotAssessable(), n.Judged
	l.FindingsListed, l.Resolved = len(n.Findings), len(n.Resolved)
	l.Late, l.Covered, l.CaughtUp = n.CountLate(), len(n.Covered), []string{}
	for _, night := range n.CaughtUp {
		l.CaughtUp = append(l.CaughtUp, night.Format(time.DateOnly))
	}
	l.Blind, l.Coverage = append([]string{}, n.Blind...), n.Coverage
	for _, f := range n.Findings {
		switch f.Status {
		case analyzer.StatusNew:
			l.New++
		case analyzer.StatusEscalated:
			l.Escalated++
		default:
			l.Ongoing++
		}
	}
}

// Entry is what one source gave in a run.
type Entry struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Format string `json:"format"`
	// Texts read, and how many of them had not changed since they were loaded.
	Texts     int `json:"texts"`
	Unchanged int `json:"unchanged"`
	// Records read and what became of them.
	Records     int64 `json:"records"`
	New         int64 `json:"new"`
	Duplicate   int64 `json:"duplicate"`
	Late        int64 `json:"late"`
	Control     int64 `json:"control_plane"`
	Ignored     int64 `json:"ignored"`
	Quarantined int64 `json:"quarantined"`
	// Unfinished texts, with the reason; Gaps; Notes; Errors, made inert.
	Unfinished []string `json:"unfinished,omitempty"`
	Gaps       []Gap    `json:"gaps,omitempty"`
	Notes      []string `json:"notes,omitempty"`
	Errors     []string `json:"errors,omitempty"`
}

// Gap is a span in which a source gave nothing although it may have had
// something.
type Gap struct {
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

// reaches says whether any of the gap lies in a night.
func (g Gap) reaches(night time.Time) bool {
	return g.From.Before(night.AddDate(0, 0, 1)) && g.Until.After(night)
}

// pulled notes what a collector said of its run.
func (e *Entry) pulled(out collectors.Outcome) {
	e.Notes = out.Notes
	for _, g := range out.Gaps {
		e.Gaps = append(e.Gaps, Gap{From: g.From, Until: g.Until, Reason: g.Reason})
	}
}

// add counts what one text gave.
func (e *Entry) add(l warehouse.Loaded) {
	e.Texts++
	if l.Unchanged {
		e.Unchanged++
	}
	e.Records += l.Records
	e.New += l.New
	e.Duplicate += l.Duplicate
	e.Late += l.Late
	e.Control += l.Control
	e.Ignored += l.Ignored
	e.Quarantined += l.Quarantined
	if l.NotUnderstood() != "" {
		e.Errors = append(e.Errors, report.Inert(l.NotUnderstood()))
	}
	if l.MissedAccesses() != "" {
		e.Errors = append(e.Errors, report.Inert(l.MissedAccesses()))
	}
	if l.Unfinished != "" {
		e.Unfinished = append(e.Unfinished, fmt.Sprintf("%s: %s", l.Name, l.Unfinished))
	}
}

// fail notes an error; nil is none.
func (e *Entry) fail(err error) {
	if err != nil {
		e.Errors = append(e.Errors, report.Inert(err.Error()))
	}
}

// manyQuarantined is from how many records on more in quarantine than not is no
// longer a few damaged lines.
const manyQuarantined = 20

// failWhereDamaged makes it an error that more of a source's records went to
// quarantine than had a meaning.
func (e *Entry) failWhereDamaged() {
	if len(e.Errors) == 0 && e.Quarantined >= manyQuarantined && e.Quarantined > e.New+e.Duplicate+e.Control {
		e.fail(fmt.Errorf("%d of %d records were not understood and went to quarantine: look with `midwatch doctor`, and at one of its logs with `midwatch collect --explain`", e.Quarantined, e.Records))
	}
}

// unread says why this source was not read whole; empty when it was.
func (e *Entry) unread() []string {
	reasons := slices.Clone(e.Errors)
	for _, u := range e.Unfinished {
		reasons = append(reasons, "not read to its end: "+report.Inert(u))
	}
	return reasons
}

// blind says what of this source could not be seen, with those of its gaps that
// are to be told.
func (e *Entry) blind(tell func(Gap) bool) []string {
	var gaps []string
	for _, g := range e.Gaps {
		if tell(g) {
			gaps = append(gaps, fmt.Sprintf("nothing from %s to %s: %s", instant(g.From), instant(g.Until), g.Reason))
		}
	}
	reasons := slices.Insert(e.unread(), len(e.Errors), gaps...)
	for i := range reasons {
		reasons[i] = fmt.Sprintf("source %s: %s", e.Name, reasons[i])
	}
	return reasons
}

// blindBeside is blind without the gaps that reach into a night: the coverage of
// the night has those.
func (e *Entry) blindBeside(night time.Time) []string {
	return e.blind(func(g Gap) bool { return !g.reaches(night) })
}

// nothing is true where a source failed and gave no record at all.
func (e *Entry) nothing() bool { return len(e.Errors) > 0 && e.Records == 0 && e.Unchanged == 0 }

// BlindError says that the work was done but not everything could be seen.
type BlindError struct{ Reasons []string }

// Error lists the reasons, one a line.
func (b BlindError) Error() string {
	return "not everything could be seen\n  " + strings.Join(b.Reasons, "\n  ")
}

// Outcome is nil where a run's sources showed everything, and else a BlindError.
// Only where nothing at all could be read is it another error.
func Outcome(sources []Entry) error {
	var blind, failures []string
	failed := 0
	for _, e := range sources {
		blind = append(blind, e.blind(func(Gap) bool { return true })...)
		if e.nothing() {
			failed++
			failures = append(failures, e.Errors...)
		}
	}
	switch {
	case failed == len(sources):
		return errors.New(strings.Join(append([]string{"no source could be read"}, failures...), "\n  "))
	case len(blind) > 0:
		return BlindError{blind}
	}
	return nil
}

// instant writes a time as reports do; the zero time is empty.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
