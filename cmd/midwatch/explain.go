package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newExplain(a *app) *cobra.Command {
	var identity, day string
	c := &cobra.Command{
		Use:   "explain FINDING | --identity LOGIN --night DAY",
		Short: "Everything behind one finding, or why a login was not listed",
		Long: `Prints everything behind one finding, by its finding_id in findings.csv: what was
counted, observed and expected; the hypothesis that won and the one that came
second; what speaks against it; the benign cause to rule out; what to do; the
rows; and the SQL that gives them again.

With --identity and --night it prints what was weighed for one login on one night
(a UTC day), whether it was listed or not: its place, the false alarms to expect
at that weight, and every piece of evidence with what was observed and expected.`,
		Example: `  midwatch explain mw-20260722-1a2b3c4d
  midwatch explain --identity ana --night 2026-07-22`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeSubject([]string{"finding"}),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if (len(args) == 1) == (identity != "") || (identity == "") != (day == "") {
				return usageError{errors.New("name a finding, or --identity and --night together")}
			}
			r, err := a.openSnapshot(c.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, r.Close()) }()
			about, subject := "finding", identity
			if identity != "" {
				about = "identity"
			} else {
				subject = args[0]
			}
			k := &ask{naming: naming{about: []string{about}}}
			id, err := k.resolve(c.Context(), r, subject)
			if err != nil {
				return err
			}
			if identity == "" {
				return explain(c.Context(), c, r, id)
			}
			night, err := parseDay(day)
			if err != nil {
				return err
			}
			return explainIdentity(c.Context(), c, r, id, night)
		},
	}
	c.Flags().StringVar(&identity, "identity", "", "a login, to see what was weighed for it whether listed or not")
	c.Flags().StringVar(&day, "night", "", "the night (UTC day), with --identity")
	return c
}

func explain(ctx context.Context, c *cobra.Command, r *warehouse.Reader, id string) error {
	nights, err := night.KeptFinding(ctx, r, id)
	if err != nil {
		return err
	}
	if err := paged(c.OutOrStdout(), func(w io.Writer) error { return explainNights(ctx, w, r, id, nights) }); err != nil {
		return err
	}
	last := nights[0]
	if _, err := fmt.Fprintln(c.OutOrStdout()); err != nil {
		return err
	}
	return sayCoverage(ctx, c.OutOrStdout(), r, nightsSeen(len(nights)), last.First, last.Assessment.Day.AddDate(0, 0, 1))
}

// explainNights prints a finding's nights, its rows, what was usual and the SQL.
func explainNights(ctx context.Context, w io.Writer, r *warehouse.Reader, id string, nights []analyzer.Finding) error {
	if err := report.Explain(w, nights); err != nil {
		return err
	}
	return explainBehind(ctx, w, r, id, nights[0].Assessment)
}

// explainBehind prints the rows of a finding's nights, what was usual before the last
// of them, and the SQL.
func explainBehind(ctx context.Context, w io.Writer, r *warehouse.Reader, id string, a analyzer.Assessment) error {
	for _, part := range []struct {
		title, question string
		args            []warehouse.Argument
	}{
		{"The rows of its nights", "finding", []warehouse.Argument{{Name: "subject", Value: id}}},
		{"What was usual for it in the 90 days before", "normal", []warehouse.Argument{{Name: "subject", Value: a.Identity}, {Name: "until", Value: a.Day}}},
	} {
		if err := explainRows(ctx, w, r, part.title, part.question, part.args); err != nil {
			return err
		}
	}
	for _, q := range report.Queries(a) {
		if _, err := fmt.Fprintf(w, "\n%s\n  %s\n", q.Title, report.Lines(q.SQL)); err != nil {
			return err
		}
	}
	return nil
}

// explainRows prints the rows of a question under a title.
func explainRows(ctx context.Context, w io.Writer, r *warehouse.Reader, title, question string, args []warehouse.Argument) error {
	q, err := warehouse.QuestionNamed(question)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\n%s\n", title); err != nil {
		return err
	}
	rows, err := r.Ask(ctx, q, args)
	if err != nil {
		return err
	}
	if err := errors.Join(report.Rows(w, rows, "table"), rows.Close()); err != nil {
		return fmt.Errorf("reading %s: %w", title, err)
	}
	return nil
}

func nightsSeen(n int) string {
	if n == 1 {
		return "1 night."
	}
	return fmt.Sprintf("%d nights.", n)
}
