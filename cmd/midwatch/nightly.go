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
read. Nights that were missed, and nights that late events changed, are caught up
with: they are scored and their reports are written too.

It writes into the folder "reports" of the configuration:
  <night>/report.html          the page to read: verdict, what could be seen, findings
  <night>/findings.csv         one row a finding, the same columns every night
  <night>/finding_repos.csv    one row for each new repository of a finding
  <night>/findings.jsonl       the findings with all their evidence
  <night>/findings.ocsf.jsonl  the findings, and those that are over, for a SIEM
  <night>/coverage.csv         what each source gave in each hour, and usually gives
  <night>/run.json             what each source gave and what could not be seen
  report.html, findings.csv    those of the night that was asked for last

report.html is one file without scripts that loads nothing: it opens offline, and
from a mail. Nothing is sent anywhere.`,
		Example: "  midwatch nightly\n  midwatch nightly --as-of 2026-07-22 --exit-findings",
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now().UTC()
			night, err := nightBefore(asOf, now)
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "nightly", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				n, missed, err := a.nightly(ctx, c, cfg, w, night, now)
				if err != nil {
					return err
				}
				err = outcome(n, report.Print(c.OutOrStdout(), n, format))
				if all := len(n.Findings) + missed; err == nil && exitFindings && all > 0 {
					return findingsError{all}
				}
				return err
			})
		},
	}
	asOfFlag(c, &asOf)
	formatFlag(c, &format)
	c.Flags().BoolVar(&exitFindings, "exit-findings", false, "exit with 4 when findings are listed, also on nights that were missed")
	return c
}

// outcome is the error of printing a night, or that not all of it could be seen.
func outcome(n report.Night, err error) error {
	if err == nil && len(n.Blind) > 0 {
		return blindError{n.Blind}
	}
	return err
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

// nightly does the whole night and says how many findings the nights had that
// were missed before it. What failed without keeping the rest from being done
// stands in Blind.
func (a *app) nightly(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, night, now time.Time) (n report.Night, missed int, err error) {
	watch := stopwatch{last: time.Now(), seconds: map[string]float64{}}
	sources, err := a.collect(ctx, c, cfg, w, now)
	if err != nil {
		return n, 0, err
	}
	watch.lap("collect")
	known, err := w.ScoredNights(ctx)
	if err != nil {
		return n, 0, err
	}
	scored, err := a.score(ctx, c, cfg, w, night)
	if err != nil {
		return n, 0, errors.Join(err, collectOutcome(sources))
	}
	watch.lap("analyze")
	if err := w.Publish(ctx, cfg.Snapshot); err != nil {
		return n, 0, err
	}
	watch.lap("publish")
	to := writing{cfg: cfg, sources: sources, started: now, seconds: watch.seconds}
	for _, other := range untold(scored, known, night) {
		found, err := a.catchUp(ctx, c, w, other.night, to)
		if err != nil {
			return n, 0, err
		}
		if other.missed {
			missed += found
		}
	}
	if n, err = describe(ctx, cfg, w, night, sources); err != nil {
		return n, 0, err
	}
	if err := to.night(n); err != nil {
		return n, missed, err
	}
	if err := writeNewest(cfg.Reports, n); err != nil {
		return n, missed, err
	}
	a.log(c).Info("night done", "night", night.Format(time.DateOnly), "findings", len(n.Findings), "reports", nightFolder(cfg.Reports, night))
	return n, missed, nil
}

// untoldNight is a night beside the one asked for whose reports are to be written:
// it was missed, or late events changed it.
type untoldNight struct {
	night  time.Time
	missed bool
}

// untold are those of the nights that a run scored: the missed ones, after the
// newest that was known before, and of the others those in which a finding can
// still be open. A first run over a long history is told of the night it was asked
// for, and a new version does not write years of reports again.
func untold(scored []time.Time, known []warehouse.ScoredNight, night time.Time) []untoldNight {
	if len(known) == 0 {
		return nil
	}
	newest, over := known[len(known)-1].Night, night.AddDate(0, 0, -analyzer.NightsToResolved())
	var all []untoldNight
	for _, s := range scored {
		if missed := s.After(newest); !s.Equal(night) && (missed || s.After(over) && wasKnown(known, s)) {
			all = append(all, untoldNight{s, missed})
		}
	}
	return all
}

func wasKnown(known []warehouse.ScoredNight, night time.Time) bool {
	return slices.ContainsFunc(known, func(k warehouse.ScoredNight) bool { return k.Night.Equal(night) })
}

// catchUp writes the reports of another night that a run scored, because it was
// missed or late events changed it, and returns how many findings it has. Nobody
// would be told of them else.
func (a *app) catchUp(ctx context.Context, c *cobra.Command, w *warehouse.Warehouse, night time.Time, to writing) (int, error) {
	n, err := describe(ctx, to.cfg, w, night, to.sources)
	if err != nil {
		return 0, err
	}
	a.log(c).Info("caught up with a night", "night", night.Format(time.DateOnly), "findings", len(n.Findings), "reports", nightFolder(to.cfg.Reports, night))
	return len(n.Findings), to.night(n)
}

// writing is how a run writes the nights it scored.
type writing struct {
	cfg     *Config
	sources []report.Source
	started time.Time
	seconds map[string]float64
}

// night writes the reports of a night and the summary of the run beside them.
func (w writing) night(n report.Night) error {
	if err := writeReports(w.cfg.Reports, n); err != nil {
		return fmt.Errorf("%w\nThe night of %s is scored and kept; when that is mended, `midwatch report --as-of %s` writes its files",
			err, n.Night.Format(time.DateOnly), n.Night.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	sum := summarise(n, w.sources)
	sum.Snapshot, sum.Started, sum.Seconds = w.cfg.Snapshot, w.started, w.seconds
	return report.WriteFile(filepath.Join(nightFolder(w.cfg.Reports, n.Night), "run.json"), sum.WriteJSON)
}

func nightFolder(reports string, night time.Time) string {
	return filepath.Join(reports, night.Format(time.DateOnly))
}

// file is one of a night's files.
type file struct {
	name  string
	write func(io.Writer, report.Night) error
}

// writeReports writes a night's reports, each whole or not at all; the page, which
// names the others, last.
func writeReports(folder string, n report.Night) error {
	return writeFiles(nightFolder(folder, n.Night), n, []file{
		{"findings.csv", report.Findings},
		{"finding_repos.csv", report.FindingRepositories},
		{"coverage.csv", report.Coverage},
		{"findings.jsonl", report.JSONLines},
		{"findings.ocsf.jsonl", report.OCSF},
		{"report.html", report.HTML},
	})
}

// writeNewest writes what always stands in the same place: the night that was
// asked for last.
func writeNewest(folder string, n report.Night) error {
	return writeFiles(folder, n, []file{{"findings.csv", report.Findings}, {"report.html", report.HTML}})
}

func writeFiles(folder string, n report.Night, files []file) error {
	for _, f := range files {
		err := report.WriteFile(filepath.Join(folder, f.name), func(w io.Writer) error { return f.write(w, n) })
		if err != nil {
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
		FacetsScored: n.Judged, FindingsListed: len(n.Findings), Resolved: len(n.Resolved),
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
and prints its findings. The same night gives the same bytes. The files are those
of "midwatch nightly"; run.json is that of the run and stays as it is.`,
		Example: "  midwatch report --as-of 2026-07-22 --format csv",
		RunE: func(c *cobra.Command, _ []string) error {
			night, err := nightBefore(asOf, time.Now().UTC())
			if err != nil {
				return err
			}
			return a.withWarehouse(c, "report", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				n, err := describe(ctx, cfg, w, night, nil)
				if err != nil {
					return err
				}
				if err := writeReports(cfg.Reports, n); err != nil {
					return err
				}
				if err := writeNewest(cfg.Reports, n); err != nil {
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
