package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"midwatch/queries/warehouse"
)

// Source is what one source gave in a run.
type Source struct {
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
	// Unfinished texts, with the reason; Gaps; Notes; Errors.
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

// Add counts what one text gave.
func (s *Source) Add(l warehouse.Loaded) {
	s.Texts++
	if l.Unchanged {
		s.Unchanged++
	}
	s.Records += l.Records
	s.New += l.New
	s.Duplicate += l.Duplicate
	s.Late += l.Late
	s.Control += l.Control
	s.Ignored += l.Ignored
	s.Quarantined += l.Quarantined
	if l.NotUnderstood() != "" {
		s.Errors = append(s.Errors, Inert(l.NotUnderstood()))
	}
	if l.Unfinished != "" {
		s.Unfinished = append(s.Unfinished, fmt.Sprintf("%s: %s", l.Name, l.Unfinished))
	}
}

// Fail notes an error; nil is none.
func (s *Source) Fail(err error) {
	if err != nil {
		s.Errors = append(s.Errors, Inert(err.Error()))
	}
}

// Unread says why this source was not read whole; empty when it was.
func (s *Source) Unread() []string {
	reasons := slices.Clone(s.Errors)
	for _, u := range s.Unfinished {
		reasons = append(reasons, "not read to its end: "+Inert(u))
	}
	return reasons
}

// Blind says what of this source could not be seen.
func (s *Source) Blind() []string { return s.blind(func(Gap) bool { return true }) }

// BlindBeside is Blind without the gaps that reach into a night: the coverage of
// the night has those.
func (s *Source) BlindBeside(night time.Time) []string {
	return s.blind(func(g Gap) bool { return !g.From.Before(night.AddDate(0, 0, 1)) || !g.Until.After(night) })
}

func (s *Source) blind(tell func(Gap) bool) []string {
	var gaps []string
	for _, g := range s.Gaps {
		if tell(g) {
			gaps = append(gaps, fmt.Sprintf("nothing from %s to %s: %s", at(g.From), at(g.Until), g.Reason))
		}
	}
	reasons := slices.Insert(s.Unread(), len(s.Errors), gaps...)
	for i := range reasons {
		reasons[i] = fmt.Sprintf("source %s: %s", s.Name, reasons[i])
	}
	return reasons
}

// Sources prints a table of what each source gave.
func Sources(w io.Writer, sources []Source) error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"source", "texts", "unchanged", "records", "new", "known", "late", "control", "ignored", "quarantined"})
	for _, s := range sources {
		t.AppendRow(table.Row{s.Name, s.Texts, s.Unchanged, s.Records, s.New, s.Duplicate, s.Late, s.Control, s.Ignored, s.Quarantined})
	}
	_, err := fmt.Fprintln(w, t.Render())
	return err
}

// Summary is what a nightly run did, for programs.
type Summary struct {
	SchemaVersion int      `json:"schema_version"`
	RunID         string   `json:"run_id"`
	Version       string   `json:"version"`
	Night         string   `json:"night"`
	Sources       []Source `json:"sources"`
	// Signals that ran, failed, and could not be assessed, by name.
	SignalsRun     []string `json:"signals_run"`
	SignalsFailed  []string `json:"signals_failed"`
	NotAssessable  []string `json:"not_assessable"`
	FacetsScored   int      `json:"facets_scored"`
	FindingsListed int      `json:"findings_listed"`
	New            int      `json:"findings_new"`
	Ongoing        int      `json:"findings_ongoing"`
	Escalated      int      `json:"findings_escalated"`
	Resolved       int      `json:"findings_resolved"`
	// Blind says what could not be seen; empty only when everything was.
	Blind []string `json:"blind"`
	// Coverage is the sentence that every report carries.
	Coverage string `json:"coverage"`
	Snapshot string `json:"snapshot"`
	// Started and Seconds by step are of this run and differ between runs.
	Started time.Time          `json:"started_at"`
	Seconds map[string]float64 `json:"seconds"`
}

// WriteJSON writes the summary, indented.
func (s Summary) WriteJSON(w io.Writer) error {
	e := newEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(s)
}
