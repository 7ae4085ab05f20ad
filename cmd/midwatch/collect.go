package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/report"
	"midwatch/collectors"
	"midwatch/queries/warehouse"
)

func newCollect(a *app) *cobra.Command {
	var look explained
	c := &cobra.Command{
		Use:   "collect",
		Short: "Read every source once, from where the last run stopped",
		Long: `Reads every source once, from where the last run stopped, and keeps each event
once, however often it is delivered. What cannot be mapped goes to quarantine
with its reason and is counted.

With --explain FILE nothing is collected and no database is touched: it says what
the file is taken for, maps its first lines, shows the first events and what
would go to quarantine, and prints what to write into the configuration.`,
		Example: "  midwatch collect\n  midwatch --config other.yaml collect\n  midwatch collect --explain /var/log/nginx/access.log",
		RunE: func(c *cobra.Command, _ []string) error {
			if look.path != "" {
				return look.run(c, a)
			}
			return a.withWarehouse(c, "collect", func(ctx context.Context, cfg *Config, w *warehouse.Warehouse) error {
				sources, err := a.collect(ctx, c, cfg, w, time.Now().UTC())
				if err != nil {
					return err
				}
				if err := report.Sources(c.OutOrStdout(), sources); err != nil {
					return err
				}
				return collectOutcome(sources)
			})
		},
	}
	look.flags(c)
	return c
}

// withWarehouse loads the configuration, opens the database for writing and
// closes it after.
func (a *app) withWarehouse(c *cobra.Command, verb string, f func(context.Context, *Config, *warehouse.Warehouse) error) (err error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	w, err := warehouse.Open(c.Context(), warehouse.Options{
		Path: cfg.Database, MemoryLimit: cfg.MemoryLimit, Threads: cfg.Threads, TempDirectory: cfg.TempDirectory,
		Command: "midwatch " + verb, Formats: cfg.formats,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return warehouse.InWords(cfg.Database, f(c.Context(), cfg, w))
}

// collect reads every source and rolls up what changed. A source that fails
// does not keep the others from being read; its error stands in its summary.
func (a *app) collect(ctx context.Context, c *cobra.Command, cfg *Config, w *warehouse.Warehouse, now time.Time) ([]report.Source, error) {
	sources, err := cfg.open(a.log(c))
	if err != nil {
		return nil, err
	}
	if err := cfg.enrich(ctx, w); err != nil {
		return nil, usageError{err}
	}
	problems, err := cfg.readMirrors(ctx, w, now)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		a.log(c).Warn("a mirror was not read; what was known of it stays", "problem", p.Error())
	}
	var all []report.Source
	for _, s := range sources {
		sum := a.collectSource(ctx, c, s, w, now)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("stopped while reading %s; what was read is kept: %w", s.Name, ctx.Err())
		}
		if _, err := s.spool.Prune(now.AddDate(0, 0, -cfg.RetentionDays), w.IsLoaded(ctx, s.Name), false); err != nil {
			sum.Notes = append(sum.Notes, err.Error())
		}
		if err := w.RecordReading(ctx, s.Name, sum.Unread(), now); err != nil {
			return nil, err
		}
		for _, note := range sum.Notes {
			a.log(c).Info(note, "source", s.Name)
		}
		all = append(all, sum)
	}
	return all, nil
}

// rollUp brings the roll-ups up to what was collected.
func (a *app) rollUp(ctx context.Context, c *cobra.Command, w *warehouse.Warehouse) error {
	p := a.progress(c.ErrOrStderr(), "rolling up")
	defer p.done()
	_, err := w.RollUp(ctx, func(done, total int) { p.at(int64(done), int64(total)) })
	return err
}

// collectSource reads one source and loads what it gave.
func (a *app) collectSource(ctx context.Context, c *cobra.Command, s source, w *warehouse.Warehouse, now time.Time) report.Source {
	sum := report.Source{Name: s.Name, Kind: s.Kind, Format: s.Format}
	land := landing{}
	out, err := a.pull(ctx, s, now, &land)
	sum.Notes = out.Notes
	for _, g := range out.Gaps {
		sum.Gaps = append(sum.Gaps, report.Gap{From: g.From, Until: g.Until, Reason: g.Reason})
	}
	sum.Fail(err)
	inputs, err := toLoad(ctx, s, land.logs, w)
	sum.Fail(err)
	for _, in := range inputs {
		p := a.progress(c.ErrOrStderr(), "reading "+in.Path)
		in.CollectedAt, in.Zone, in.Progress = now, s.TimeZone, p.at
		got, err := w.Load(ctx, in)
		p.done()
		sum.Add(got)
		sum.Fail(err)
		if ctx.Err() != nil {
			break
		}
	}
	if len(sum.Errors) == 0 && mostlyDamaged(sum) {
		sum.Fail(fmt.Errorf("%d of %d records were not understood and went to quarantine: look with `midwatch doctor`, and at one of its logs with `midwatch collect --explain`", sum.Quarantined, sum.Records))
	}
	return sum
}

// manyQuarantined is from how many records on more in quarantine than not is no
// longer a few damaged lines.
const manyQuarantined = 20

// mostlyDamaged is true where more of a source's records went to quarantine than
// had a meaning.
func mostlyDamaged(s report.Source) bool {
	return s.Quarantined >= manyQuarantined && s.Quarantined > s.New+s.Duplicate+s.Control
}

// pull lets the collector bring what is new: into the spool, or as names of
// logs.
func (a *app) pull(ctx context.Context, s source, now time.Time, land *landing) (out collectors.Outcome, err error) {
	if s.damage != nil {
		return out, s.damage
	}
	switch s.Kind {
	case "files":
	case "gitlab":
		// The receiver has the lock as long as it runs.
		late := &lateLock{spool: s.spool, format: s.Format, now: now}
		defer func() { err = errors.Join(err, late.Close()) }()
		land.Sealing = late
	default:
		sealer, err := s.spool.Lock(s.Format, func() time.Time { return now })
		if err != nil {
			return out, err
		}
		defer func() { err = errors.Join(err, sealer.Close()) }()
		land.Sealing = sealer
	}
	return s.collector.Collect(ctx, s.from, now, land)
}

// landing takes what a collector brings: segments go to the spool, logs are
// remembered.
type landing struct {
	Sealing interface {
		Seal(context.Context, collectors.Segment) error
	}
	logs []collectors.Log
}

func (l *landing) Seal(ctx context.Context, s collectors.Segment) error {
	if l.Sealing == nil {
		return errors.New("this source reads logs and keeps no segments")
	}
	return l.Sealing.Seal(ctx, s)
}

func (l *landing) Log(_ context.Context, log collectors.Log) error {
	l.logs = append(l.logs, log)
	return nil
}

// toLoad names the texts of a source that are to be loaded: its logs, and the
// segments of its spool that are not yet.
func toLoad(ctx context.Context, s source, logs []collectors.Log, w *warehouse.Warehouse) ([]warehouse.Input, error) {
	all, unknown := toRead(s, logs)
	segments, err := s.spool.Segments()
	err = errors.Join(unknown, err)
	loaded := w.IsLoaded(ctx, s.Name)
	for _, g := range segments {
		// The manifest is where a gap is kept for good: a run may end before here.
		for _, gap := range g.Manifest.Gaps {
			err = errors.Join(err, w.RecordGap(ctx, s.Name, s.Format, gap.From, gap.Until, gap.Reason, g.Manifest.SealedAt))
		}
		if g.Manifest.Records > 0 && !loaded(g.ID) {
			all = append(all, warehouse.Input{Source: s.Name, Format: g.Manifest.Format, Name: g.ID, Path: g.Path})
		}
	}
	return all, err
}

// collectOutcome is nil when everything was seen. Only when nothing at all could
// be read is it an error and not blindness.
func collectOutcome(sources []report.Source) error {
	var reasons, failures []string
	failed := 0
	for _, s := range sources {
		reasons = append(reasons, s.Blind()...)
		if len(s.Errors) > 0 && s.Records == 0 && s.Unchanged == 0 {
			failed++
			failures = append(failures, s.Errors...)
		}
	}
	if failed == len(sources) {
		err := errors.New("no source could be read")
		for _, f := range failures {
			err = fmt.Errorf("%w\n  %s", err, f)
		}
		return err
	}
	if len(reasons) > 0 {
		return blindError{reasons}
	}
	return nil
}
