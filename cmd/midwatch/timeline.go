package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/casework"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// drawTimeline draws subjects, which are named in full, into a new file that its
// owner alone can read, and says what could be seen.
func drawTimeline(c *cobra.Command, r *warehouse.Reader, path, title string, subjects []string, since, until time.Time) (err error) {
	var all []report.Timeline
	for _, s := range subjects {
		t, err := timelineOf(c.Context(), r, s, since, until)
		if err != nil {
			return err
		}
		all = append(all, t)
	}
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usageError{fmt.Errorf("%s is there already: name a new file", path)}
	}
	if err != nil {
		return fmt.Errorf("making the page: %w", err)
	}
	if err := errors.Join(report.WriteTimeline(f, title, all), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return sayCoverage(c.Context(), c.OutOrStdout(), r, "Drawn into "+report.Inert(path)+".", since, until)
}

// timelineOf reads what is drawn of a subject. What changed and what was found is
// looked for where anything was done.
func timelineOf(ctx context.Context, r *warehouse.Reader, subject string, since, until time.Time) (t report.Timeline, err error) {
	t.Subject = subject
	if t.Seen, err = r.Seen(ctx, since, until); err != nil {
		return t, err
	}
	if t.Days, err = r.Lanes(ctx, subject, since, until); err != nil || len(t.Days) == 0 {
		return t, err
	}
	from, to := since, until
	for _, d := range t.Days {
		if since.IsZero() && (from.IsZero() || d.First.Before(from)) {
			from = d.First
		}
		if until.IsZero() && d.Last.After(to) {
			to = d.Last.Add(time.Microsecond)
		}
	}
	if t.Changes, err = r.ControlMarks(ctx, subject, from, to); err != nil {
		return t, err
	}
	t.Findings, err = r.ListedNights(ctx, subject, from, to)
	return t, err
}

// drawCase draws the identities, persons and credentials of a case.
func (a *app) drawCase(c *cobra.Command, k casework.Case, path string) (err error) {
	var subjects []string
	for _, e := range k.Subjects() {
		switch e.Kind {
		case "identity", "person", "credential":
			subjects = append(subjects, e.Text)
		}
	}
	if len(subjects) == 0 {
		return usageError{fmt.Errorf("the case %s has no identity, person or credential to draw: midwatch case add %s NAME", report.Inert(k.Name), report.Inert(k.Name))}
	}
	r, err := a.openSnapshot(c.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return drawTimeline(c, r, path, "Case "+k.Name+": "+k.Title, subjects, k.Since, k.Until)
}
