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
	var study study
	c := &cobra.Command{
		Use:   "backtest",
		Short: "Score each night of a span as it would have been scored then",
		Long: `Scores every night from --from to --to (UTC days, both included), each against
the nights before it alone, and writes a row for each account and kind of access
that would have been listed, or with --all for each that was seen. It keeps nothing and changes nothing that a nightly run kept.
Adding later events changes no byte of it.

Columns: night, rank, identity, identity_name, score (higher is worse),
expected_benign (expected false alarms: harmless
accounts a night that look at least this unusual), listed, reasons, family,
kind, hypothesis, raw, ongoing, finding_id, status, new_repositories,
not_assessable.

--without and --degrade are for studies of the score: the first leaves an
ingredient of it out, the second what a host may not give.`,
		Example: "  midwatch backtest --from 2026-04-07 --to 2026-08-19 --all --format csv --output b.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			nights, err := readSpan(from, to)
			if err != nil {
				return err
			}
			if err := study.check(); err != nil {
				return err
			}
			return a.withWarehouse(c, "backtest", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				write := func(out io.Writer) error {
					return a.backtest(ctx, c, w, study.options(cfg), nights, all, format, out)
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
	c.Flags().BoolVar(&all, "all", false, "everything that was scored, not only what was listed")
	c.Flags().StringVar(&output, "output", "", "file to write to (default standard output)")
	formatFlag(c, &format)
	study.flags(c)
	return c
}

// span is from a first to a last night, both included.
type span struct{ first, last time.Time }

// readSpan reads the two ends of a span of nights.
func readSpan(from, to string) (s span, err error) {
	if from == "" || to == "" {
		return s, usageError{errors.New("name the first and the last night with --from and --to")}
	}
	if s.first, err = parseDay(from); err != nil {
		return s, err
	}
	if s.last, err = parseDay(to); err != nil {
		return s, err
	}
	if s.last.Before(s.first) {
		return s, usageError{fmt.Errorf("--to %s is before --from %s", to, from)}
	}
	return s, nil
}

func (a *app) backtest(ctx context.Context, c *cobra.Command, w *warehouse.Warehouse, o analyzer.Options, nights span, all bool, format string, out io.Writer) error {
	b := bufio.NewWriter(out)
	r, err := report.NewRanking(b, format)
	if err != nil {
		return err
	}
	err = a.scoring(c, w, o).Each(ctx, nights.first, nights.last, func(n analyzer.Scored) error { return r.Write(n, all) })
	if err != nil {
		return err
	}
	return errors.Join(r.Close(), b.Flush())
}
