package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"midwatch/analyzer/night"
	"midwatch/analyzer/report"
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
				all, err := a.collection(c, cfg, w)
				if err != nil {
					return err
				}
				sources, err := all.Run(ctx, time.Now().UTC())
				if err != nil {
					return err
				}
				if err := printSources(c.OutOrStdout(), sources); err != nil {
					return err
				}
				return night.Outcome(sources)
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
	w, err := warehouse.Open(c.Context(), cfg.writing(verb))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return warehouse.InWords(cfg.Database, f(c.Context(), cfg, w))
}

// writing are the bounds of a command that writes the database.
func (c *Config) writing(verb string) warehouse.Options {
	return warehouse.Options{
		Path: c.Database, MemoryLimit: c.MemoryLimit, Threads: c.Threads, TempDirectory: c.TempDirectory,
		Command: "midwatch " + verb, Formats: c.formats,
	}
}

// collection is what collect and nightly read.
func (a *app) collection(c *cobra.Command, cfg *Config, w *warehouse.Warehouse) (night.Collection, error) {
	sources, err := cfg.open(a.log(c))
	return night.Collection{
		Warehouse: w, Sources: sources, Surroundings: cfg.surroundings(), RetentionDays: cfg.RetentionDays,
		Log: a.log(c), Progress: a.steps(c),
	}, err
}

// printSources prints a table of what each source gave.
func printSources(w io.Writer, sources []night.Entry) error {
	var names []string
	var counts [][]int64
	for _, s := range sources {
		names = append(names, s.Name)
		counts = append(counts, []int64{int64(s.Texts), int64(s.Unchanged), s.Records, s.New, s.Duplicate, s.Late, s.Control, s.Ignored, s.Quarantined})
	}
	return report.Counts(w, []string{"source", "texts", "unchanged", "records", "new", "known", "late", "control", "ignored", "quarantined"}, names, counts)
}
