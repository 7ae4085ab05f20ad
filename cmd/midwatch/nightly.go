package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
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
read. Nights that were missed are caught up with.

It writes into the folder "reports" of the configuration:
  <night>/findings.csv        one row a finding, the same columns every night
  <night>/finding_repos.csv   one row for each new repository of a finding
  <night>/findings.jsonl      the findings with all their evidence
  <night>/coverage.csv        what each source gave in each hour, and usually gives
  <night>/run.json            what each source gave and what could not be seen
  findings.csv                the newest night's`,
		Example: "  midwatch nightly\n  midwatch nightly --as-of 2026-07-22 --exit-findings",
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			night, err := nightBefore(asOf, now)
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "nightly", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				n, err := a.nightly(ctx, c, cfg, w, night, now)
				if err != nil {
					return err
				}
				err = printNight(c, n, format)
				if err == nil && exitFindings && len(n.Findings) > 0 {
					return findingsError{len(n.Findings)}
				}
				return err
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	c.Flags().BoolVar(&exitFindings, "exit-findings", false, "exit with 4 when findings are listed")
	return c
}

// stopwatch measures the steps of a run.
type stopwatch struct {
	last    time.Time
	seconds map[string]float64
}

func (s *stopwatch) lap(step string) {
	now := time.Now()
	s.seconds[step] = now.Sub(s.last).Round(time.Millisecond).Seconds()
	s.last = now
}

// nightly does the whole night. What failed without keeping the rest from being
// done stands in Blind.
func (a *app) nightly(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, night, now time.Time) (report.Night, error) {
	watch := stopwatch{last: time.Now(), seconds: map[string]float64{}}
	sources, err := a.collect(ctx, c, cfg, w, now)
	if err != nil {
		return report.Night{}, err
	}
	watch.lap("collect")
	n, err := a.analyze(ctx, c, cfg, w, night)
	if err != nil {
		return n, errors.Join(err, collectOutcome(sources))
	}
	watch.lap("analyze")
	for _, s := range sources {
		for _, reason := range s.Blind() {
			if !slices.Contains(n.Blind, reason) { // what could not be read of the night stands there already
				n.Blind = append(n.Blind, reason)
			}
		}
	}
	if err := w.Publish(ctx, cfg.Snapshot); err != nil {
		return n, err
	}
	watch.lap("publish")
	sum := summarise(n, sources)
	sum.Snapshot, sum.Started, sum.Seconds = cfg.Snapshot, now, watch.seconds
	if err := writeReports(cfg.Reports, n); err != nil {
		return n, err
	}
	err = report.WriteFile(filepath.Join(nightFolder(cfg.Reports, night), "run.json"), sum.WriteJSON)
	a.log(c).Info("night done", "night", night.Format(time.DateOnly), "findings", len(n.Findings), "reports", nightFolder(cfg.Reports, night))
	return n, err
}

func nightFolder(reports string, night time.Time) string {
	return filepath.Join(reports, night.Format(time.DateOnly))
}

// writeReports writes a night's reports, each whole or not at all.
func writeReports(folder string, n report.Night) error {
	into := nightFolder(folder, n.Night)
	findings := func(w io.Writer) error { return report.Findings(w, n) }
	for _, f := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{filepath.Join(into, "findings.csv"), findings},
		{filepath.Join(into, "finding_repos.csv"), func(w io.Writer) error { return report.FindingRepositories(w, n) }},
		{filepath.Join(into, "coverage.csv"), func(w io.Writer) error { return report.Coverage(w, n) }},
		{filepath.Join(into, "findings.jsonl"), func(w io.Writer) error { return report.JSONLines(w, n) }},
		{filepath.Join(folder, "findings.csv"), findings},
	} {
		if err := report.WriteFile(f.path, f.write); err != nil {
			return err
		}
	}
	return nil
}

// summarise is the run for programs.
func summarise(n report.Night, sources []report.Source) report.Summary {
	s := report.Summary{
		SchemaVersion: report.SchemaVersion, RunID: n.RunID(), Version: n.Version, Night: n.Night.Format(time.DateOnly),
		Sources: sources, SignalsRun: analyzer.EvidenceNames(), SignalsFailed: []string{}, NotAssessable: n.NotAssessable(),
		FacetsScored: n.Facets, FindingsListed: len(n.Findings), Resolved: len(n.Resolved),
		Blind: append([]string{}, n.Blind...), Coverage: n.Coverage,
	}
	for _, f := range n.Findings {
		switch f.Status {
		case analyzer.StatusNew:
			s.New++
		case analyzer.StatusEscalated:
			s.Escalated++
		default:
			s.Ongoing++
		}
	}
	return s
}

func newReport(a *app) *cobra.Command {
	var asOf, format string
	c := &cobra.Command{
		Use:   "report",
		Short: "Write the reports of a night that was scored, again",
		Long: `Writes the reports of the night that ended at --as-of from what is kept of it,
and prints its findings. The same night gives the same bytes.`,
		Example: "  midwatch report --as-of 2026-07-22 --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			night, err := nightBefore(asOf, time.Now().UTC())
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "report", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				s, err := keptNight(ctx, w.Reader(), night)
				if err != nil {
					return err
				}
				n, err := a.describe(ctx, w, s)
				if err != nil {
					return err
				}
				if err := writeReports(cfg.Reports, n); err != nil {
					return fmt.Errorf("writing the reports: %w", err)
				}
				return printNight(c, n, format)
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	return c
}
