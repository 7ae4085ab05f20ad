package main

import (
	"context"
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
				return outcome(n, report.Print(c.OutOrStdout(), n, format))
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	return c
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

// analyze scores a night, and those on the way that must be, keeps them and
// describes the night.
func (a *app) analyze(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, night time.Time) (report.Night, error) {
	if _, err := a.score(ctx, c, cfg, w, night); err != nil {
		return report.Night{}, err
	}
	return describe(ctx, cfg, w, night, nil)
}

// score scores a night, and those on the way that must be, keeps them and returns
// which those were, in order.
func (a *app) score(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, night time.Time) ([]time.Time, error) {
	if err := a.rollUp(ctx, c, w); err != nil {
		return nil, err
	}
	p := a.progress(c.ErrOrStderr(), "scoring")
	defer p.done()
	run := analyzer.Run{
		Warehouse: w, Options: cfg.options(), Version: version(),
		Progress: func(done, total int) { p.at(int64(done), int64(total)) },
	}
	first, to, err := run.Span(ctx, night)
	if err != nil {
		return nil, err
	}
	var kept []warehouse.ScoredNight
	var scored []time.Time
	left, err := run.Through(ctx, first, to, func(s analyzer.Scored) error {
		k, err := s.Keep(version())
		kept, scored = append(kept, k), append(scored, s.Night)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(scored) == 0 || scored[0].After(night) { // the nights that are kept begin later
		return nil, fmt.Errorf("there are no accesses up to %s: name a later day", night.Format(time.DateOnly))
	}
	state, err := left.State()
	if err != nil {
		return nil, err
	}
	return scored, w.SaveNights(ctx, kept, state)
}

// options are the model's, with what the configuration says of the list.
func (c *Config) options() analyzer.Options {
	o := analyzer.Default()
	o.Calibration.ListAt, o.Calibration.ListMost = c.List.Expected, c.List.Rows
	return o
}
