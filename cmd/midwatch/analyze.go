package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/night"
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
			day, err := nightBefore(asOf, time.Now().UTC())
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "analyze", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				if _, err := a.scoring(c, w, cfg.options()).Run(ctx, day); err != nil {
					return err
				}
				n, err := night.Describe(ctx, w, day, nil, version())
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

// scoring is what scores the nights.
func (a *app) scoring(c *cobra.Command, w *warehouse.Warehouse, o analyzer.Options) night.Scoring {
	return night.Scoring{Warehouse: w, Options: o, Version: version(), Progress: a.steps(c)}
}

// options are the model's, with what the configuration says of the list.
func (c *Config) options() analyzer.Options {
	o := analyzer.Default()
	o.Calibration.ListAt, o.Calibration.ListMost = c.List.Expected, c.List.Rows
	return o
}
