package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer"
	"midwatch/analyzer/evaluate"
	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

func newEvaluate(a *app) *cobra.Command {
	e := evaluation{app: a}
	c := &cobra.Command{
		Use:   "evaluate [TRACE...]",
		Short: "Measure what would have been caught, on traces or on your own data",
		Long: `Measures how well attacks are ranked and listed.

With TRACE folders (events.ndjson or events.ndjson.gz, netinfo.csv and truth/, as
` + "`midwatch simulate`" + ` writes them) each is collected into a database of its own
and its judged nights are scored as they would have been scored then. It reports,
as mean and spread over the traces: what the ranking reaches (rec@K: campaigns
among a night's first K; lost@5: share of what they took by the end of the first
night among the first five; AP: average precision; look@5: look-alikes among the
first five; beaten: pairs in which a look-alike stands above a campaign), what the
market's usual rules reach on the same nights, what the list is worth to a reader,
and whether the expected number of benign rows is true.

With --inject N it tests itself on your own data: it copies the published
snapshot, plants N synthetic campaigns of each scenario among your own identities
and repositories in the copy, scores it, and says by scenario which it would have
caught, on which night and at which rank. Nothing is ever written to your own
database or snapshot.

Both speak of made-up attacks. Neither says how often a real one happens.`,
		Example: `  midwatch simulate --out sample && midwatch evaluate sample
  midwatch evaluate --inject 3 --seed 7`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, traces []string) error {
			switch {
			case len(traces) > 0 && e.inject > 0:
				return usageError{errors.New("name traces, or use --inject, not both")}
			case len(traces) == 0 && e.inject <= 0:
				return usageError{errors.New("name the folders of traces, or use --inject N to plant N campaigns of each kind into a copy of your own data")}
			case e.inject > 0:
				return e.plant(c.Context(), c)
			}
			return e.traces(c.Context(), c, traces)
		},
	}
	f := c.Flags()
	f.StringVar(&e.keep, "keep", "", "folder to keep the databases in (default: they are removed)")
	f.IntVar(&e.inject, "inject", 0, "campaigns of each scenario to plant into a copy of your own data")
	f.Uint64Var(&e.seed, "seed", 1, "picks what --inject plants")
	formatFlag(c, &e.format)
	return c
}

// evaluation is one run of the command.
type evaluation struct {
	app          *app
	keep, format string
	inject       int
	seed         uint64
}

// traces measures each trace and prints what they give together.
func (e *evaluation) traces(ctx context.Context, c *cobra.Command, folders []string) (err error) {
	work, done, err := e.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	var results []evaluate.Result
	for i, folder := range folders {
		r, err := e.trace(ctx, c, folder, filepath.Join(work, fmt.Sprintf("trace-%d-%s.duckdb", i+1, filepath.Base(filepath.Clean(folder)))))
		if err != nil {
			return fmt.Errorf("evaluating %s: %w", folder, err)
		}
		results = append(results, r)
	}
	return e.print(c.OutOrStdout(), results)
}

// folder is where the databases go, and what to do with it afterwards.
func (e *evaluation) folder() (path string, done func() error, err error) {
	if e.keep != "" {
		if err := os.MkdirAll(e.keep, 0o700); err != nil {
			return "", nil, fmt.Errorf("making the folder of --keep: %w", err)
		}
		return e.keep, func() error { return nil }, nil
	}
	path, err = os.MkdirTemp("", "midwatch-evaluate-*")
	if err != nil {
		return "", nil, fmt.Errorf("making a folder for the databases: %w (TMPDIR names where)", err)
	}
	return path, func() error { return os.RemoveAll(path) }, nil
}

// trace collects one trace and measures it.
func (e *evaluation) trace(ctx context.Context, c *cobra.Command, folder, database string) (r evaluate.Result, err error) {
	truth, err := evaluate.ReadTruth(filepath.Join(folder, "truth"))
	if err != nil {
		return r, err
	}
	w, err := openNew(ctx, database)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := e.collect(ctx, c, w, folder); err != nil {
		return r, err
	}
	p := e.app.progress(c.ErrOrStderr(), "scoring "+folder)
	defer p.Done()
	run := analyzer.Run{
		Warehouse: w, Options: analyzer.Default(), Version: version(),
		Progress: func(done, total int) { p.At(int64(done), int64(total)) },
	}
	return evaluate.Trace(ctx, filepath.Base(filepath.Clean(folder)), run, truth)
}

// openNew opens a database that is not there yet.
func openNew(ctx context.Context, path string) (*warehouse.Warehouse, error) {
	if _, err := os.Stat(path); err == nil {
		return nil, fmt.Errorf("%s is there already: name another folder with --keep, or move it away", path)
	}
	return warehouse.Open(ctx, warehouse.Options{Path: path, MemoryLimit: "2GB", Command: "evaluate"})
}

// collect lands a trace's log and rolls it up.
func (e *evaluation) collect(ctx context.Context, c *cobra.Command, w *warehouse.Warehouse, folder string) error {
	if err := w.ReadNetworks(ctx, filepath.Join(folder, "netinfo.csv")); err != nil {
		return err
	}
	log := filepath.Join(folder, "events.ndjson.gz")
	if _, err := os.Stat(log); errors.Is(err, os.ErrNotExist) {
		log = filepath.Join(folder, "events.ndjson")
	}
	p := e.app.progress(c.ErrOrStderr(), "reading "+log)
	_, err := w.Load(ctx, warehouse.Input{
		Source: "trace", Format: "github", Name: log, Path: log, CollectedAt: time.Now().UTC(), Progress: p.At,
	})
	p.Done()
	if err != nil {
		return err
	}
	return night.RollUp(ctx, w, e.app.steps(c))
}

// print writes the measures: a table a part for people, one row a measure
// otherwise.
func (e *evaluation) print(out io.Writer, results []evaluate.Result) error {
	if e.format != "table" && e.format != "" {
		header, rows := evaluate.Long(results)
		return report.Table(out, e.format, header, rows)
	}
	for _, part := range evaluate.Parts {
		header, rows := evaluate.Wide(results, part)
		if err := report.Table(out, e.format, header, rows); err != nil {
			return err
		}
	}
	return nil
}
