package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newBacktest(a *app) *cobra.Command {
	var from, to, format, output string
	var all bool
	c := &cobra.Command{
		Use:   "backtest",
		Short: "Score each night of a span as it would have been scored then",
		Long: `Scores every night from --from to --to (UTC days, both included), each against
the nights before it alone, and writes one row a listed facet, or with --all one
row a facet seen. It keeps nothing and changes nothing that a nightly run kept.
Adding later events changes no byte of it.

Columns: night, rank, identity, identity_name, score (higher is worse),
expected_benign (benign facets a night this unusual), listed, reasons, family,
kind, hypothesis, raw, ongoing, finding_id, status, new_repositories,
not_assessable.`,
		Example: "  midwatch backtest --from 2026-04-07 --to 2026-08-19 --all --format csv --output b.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			first, last, err := span(from, to)
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "backtest", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				write := func(out io.Writer) error {
					return a.backtest(ctx, c, cfg, w, first, last, all, format, out)
				}
				if output == "" || output == "-" {
					return write(c.OutOrStdout())
				}
				return report.WriteFile(output, write)
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "first night (UTC day)")
	c.Flags().StringVar(&to, "to", "", "last night (UTC day)")
	c.Flags().BoolVar(&all, "all", false, "every facet that was scored, not only those listed")
	c.Flags().StringVar(&output, "output", "", "file to write to (default standard output)")
	formatFlag(c, &format)
	return c
}

// span reads the two ends of a span of nights.
func span(from, to string) (first, last time.Time, err error) {
	if from == "" || to == "" {
		return first, last, usageError{errors.New("name the first and the last night with --from and --to")}
	}
	if first, err = parseDay(from); err != nil {
		return first, last, err
	}
	if last, err = parseDay(to); err != nil {
		return first, last, err
	}
	if last.Before(first) {
		return first, last, usageError{fmt.Errorf("--to %s is before --from %s", to, from)}
	}
	return first, last, nil
}

func (a *app) backtest(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, first, last time.Time, all bool, format string, out io.Writer) error {
	if err := a.rollUp(ctx, c, w); err != nil {
		return err
	}
	b := bufio.NewWriter(out)
	r, err := report.NewRanking(b, format)
	if err != nil {
		return err
	}
	p := a.progress(c.ErrOrStderr(), "scoring")
	defer p.done()
	run := analyzer.Run{
		Warehouse: w, Options: cfg.options(), Version: version(), Fresh: true,
		Progress: func(done, total int) { p.at(int64(done), int64(total)) },
	}
	_, err = run.Through(ctx, first, last, func(s analyzer.Scored) error { return r.Write(s, all) })
	if err != nil {
		return err
	}
	return errors.Join(r.Close(), b.Flush())
}
