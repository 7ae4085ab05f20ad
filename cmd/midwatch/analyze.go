package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newAnalyze(a *app) *cobra.Command {
	var asOf, format string
	c := &cobra.Command{
		Use:   "analyze",
		Short: "Score one night from what was collected",
		Long: `Scores the night that ends at --as-of (the UTC day before it), against what was
normal before that night. Nights since the last run, and nights that late events
changed, are scored on the way.`,
		Example: "  midwatch analyze\n  midwatch analyze --as-of 2026-07-22",
		RunE: func(c *cobra.Command, _ []string) error {
			night, err := nightBefore(asOf, time.Now().UTC())
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "analyze", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				n, err := a.analyze(ctx, c, cfg, w, night)
				if err != nil {
					return err
				}
				return printNight(c, n, format)
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	return c
}

// printNight prints a night, and ends blind where not all of it could be seen.
func printNight(c *cobra.Command, n report.Night, format string) error {
	if err := report.Print(c.OutOrStdout(), n, format); err != nil {
		return err
	}
	if len(n.Blind) > 0 {
		return blindError{n.Blind}
	}
	return nil
}

func asOfFlag(c *cobra.Command, asOf *string) {
	c.Flags().StringVar(asOf, "as-of", "", "day (UTC) whose midnight ends the night that is judged (default today)")
}

func formatFlag(c *cobra.Command, format *string) {
	*format = "table"
	c.Flags().Var(formatValue{format}, "format", "table, csv or json")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return report.Formats, cobra.ShellCompDirectiveNoFileComp
	})
}

// formatValue is the value of --format, refused before any work is done.
type formatValue struct{ to *string }

func (v formatValue) Set(text string) error {
	if !slices.Contains(report.Formats, text) {
		return fmt.Errorf("there is no format %q: %s", text, strings.Join(report.Formats, ", "))
	}
	*v.to = text
	return nil
}

// String gives the value, also where there is none yet.
func (v formatValue) String() string {
	if v.to == nil {
		return ""
	}
	return *v.to
}

// Type is how help names it.
func (formatValue) Type() string { return "string" }

// nightBefore is the night that ends at a day's midnight, today's by default. A
// day in the future has no night to judge yet: half a night would be judged as
// if it were whole.
func nightBefore(asOf string, now time.Time) (time.Time, error) {
	today := now.Truncate(24 * time.Hour)
	day := today
	if asOf != "" {
		var err error
		if day, err = parseDay(asOf); err != nil {
			return time.Time{}, err
		}
	}
	if day.After(today) {
		return time.Time{}, usageError{fmt.Errorf("%s is in the future: its night is not over yet; it is %s in UTC", asOf, now.Format("2006-01-02 15:04"))}
	}
	return day.AddDate(0, 0, -1), nil
}

func parseDay(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, usageError{fmt.Errorf("%q is no day: write it as 2026-07-22 (UTC)", text)}
	}
	return day, nil
}

// analyze scores a night, and those on the way that must be, and keeps them.
func (a *app) analyze(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, night time.Time) (report.Night, error) {
	if err := a.rollUp(ctx, c, w); err != nil {
		return report.Night{}, err
	}
	p := a.progress(c.ErrOrStderr(), "scoring")
	defer p.done()
	run := analyzer.Run{
		Warehouse: w, Options: cfg.options(), Version: version(),
		Progress: func(done, total int) { p.at(int64(done), int64(total)) },
	}
	first, to, err := run.Span(ctx, night)
	if err != nil {
		return report.Night{}, err
	}
	var kept []warehouse.ScoredNight
	var last analyzer.Scored
	left, err := run.Through(ctx, first, to, func(s analyzer.Scored) error {
		k, err := s.Keep(version())
		kept = append(kept, k)
		if s.Night.Equal(night) {
			last = s
		}
		return err
	})
	if err != nil {
		return report.Night{}, err
	}
	state, err := left.State()
	if err != nil {
		return report.Night{}, err
	}
	if err := w.SaveNights(ctx, kept, state); err != nil {
		return report.Night{}, err
	}
	return a.describe(ctx, w, last)
}

// options are the model's, with what the configuration says of the list.
func (c *Config) options() analyzer.Options {
	o := analyzer.Default()
	o.Calibration.ListAt, o.Calibration.ListMost = c.List.Expected, c.List.Rows
	return o
}

// describe adds to a night what could not be seen of it.
func (a *app) describe(ctx context.Context, w *warehouse.Warehouse, s analyzer.Scored) (report.Night, error) {
	cov, err := w.Coverage(ctx, s.Night)
	if err != nil {
		return report.Night{}, err
	}
	hours, err := w.SourceHours(ctx, s.Night)
	if err != nil {
		return report.Night{}, err
	}
	facets, err := w.Reader().FacetsScored(ctx, s.Night)
	if err != nil {
		return report.Night{}, err
	}
	return report.Night{Scored: s, Version: version(), Facets: facets, Coverage: cov.Sentence(), Blind: cov.Blind(), Hours: hours}, nil
}

// keptNight reads a night that was scored back from what is kept of it.
func keptNight(ctx context.Context, r *warehouse.Reader, night time.Time) (analyzer.Scored, error) {
	s := analyzer.Scored{Night: night}
	err := r.Findings(ctx, night, func(detail string) error {
		var f analyzer.Finding
		if err := json.Unmarshal([]byte(detail), &f); err != nil {
			return fmt.Errorf("a kept finding of %s: %w", night.Format(time.DateOnly), err)
		}
		s.Findings = append(s.Findings, f)
		return nil
	})
	analyzer.CertainFirst(s.Findings)
	return s, err
}
