package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newNightly(a *app) *cobra.Command {
	var asOf, format string
	var exitFindings bool
	c := &cobra.Command{
		Use:   "nightly",
		Short: "Collect, score last night, write the reports, publish the snapshot",
		Long: `The job for cron: takes the lock, collects every source, scores the night that
ended at --as-of, writes the reports and publishes the snapshot that analysts
read. Nights that were missed, and nights that late events changed, are caught up
with: they are scored and their reports are written too. Findings of theirs that
nobody has been told of come first in this morning's reports, under their night.

It writes into the folder "reports" of the configuration:
  <night>/report.html          the page to read: verdict, what could be seen, findings
  <night>/findings.csv         one row a finding, for a person: what, why, what to do
  <night>/findings_full.csv    the same rows with all columns, for programs
  <night>/finding_repos.csv    one row for each new repository of a finding
  <night>/findings.jsonl       the findings with all their evidence
  <night>/findings.ocsf.jsonl  the findings, and those that are over, for a SIEM (OCSF)
  <night>/findings.ecs.jsonl   the findings as alerts in the Elastic Common Schema
  <night>/coverage.csv         what each source gave in each hour, and usually gives
  <night>/run.json             what each source gave and what could not be seen
  report.html, findings.csv    those of the night that was asked for last

report.html is one file without scripts that loads nothing: it opens offline, and
from a mail. Nothing is sent anywhere but to the channels under "notify" of the
configuration, of which there are none by default.`,
		Example: "  midwatch nightly\n  midwatch nightly --as-of 2026-07-22 --exit-findings",
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			day, err := nightBefore(asOf, now)
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "nightly", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				return a.watched(ctx, c, cfg, func() (night.Done, error) {
					done, err := a.nightly(ctx, c, cfg, w, day, now)
					if err != nil {
						return done, err
					}
					n := done.Night
					err = errors.Join(outcome(n, report.Print(c.OutOrStdout(), n, format)), undelivered(done.Undelivered))
					if all := len(n.Findings) + n.CountLate(); err == nil && exitFindings && all > 0 {
						return done, findingsError{all}
					}
					return done, err
				})
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	c.Flags().BoolVar(&exitFindings, "exit-findings", false, "exit with 4 when findings are listed, those of earlier nights that are told only now included")
	return c
}

// outcome is the error of printing a night, or that not all of it could be seen.
func outcome(n report.Night, err error) error {
	if err == nil && len(n.Blind) > 0 {
		return night.BlindError{Reasons: n.Blind}
	}
	return err
}

// nightly does the whole night.
func (a *app) nightly(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, day, now time.Time) (night.Done, error) {
	all, err := a.collection(c, cfg, w)
	if err != nil {
		return night.Done{}, err
	}
	if err := cfg.takeAnswers(ctx, a.log(c), w, now); err != nil {
		return night.Done{}, err
	}
	channels, err := cfg.Notify.forNight("")
	if err != nil {
		return night.Done{}, err
	}
	job := night.Job{
		Channels:   channels,
		Collection: all, Scoring: a.scoring(c, w, cfg.options()), Reports: cfg.reports(),
		Snapshot: cfg.Snapshot, Log: a.log(c),
	}
	return job.Run(ctx, day, now)
}

func newReport(a *app) *cobra.Command {
	var asOf, format string
	c := &cobra.Command{
		Use:   "report",
		Short: "Write the reports of a night that was scored, again",
		Long: `Writes the reports of the night that ended at --as-of from what is kept of it,
and prints its findings. The same night gives the same bytes. The files are those
of "midwatch nightly"; run.json is that of the run and stays as it is.`,
		Example: "  midwatch report --as-of 2026-07-22 --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			day, err := nightBefore(asOf, time.Now().UTC())
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "report", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				n, err := night.Describe(ctx, w, day, nil, version())
				if err != nil {
					return err
				}
				to := cfg.reports()
				if err := to.Write(n); err != nil {
					return err
				}
				if err := to.WriteNewest(n); err != nil {
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
