package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"midwatch/queries/warehouse"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database, also while a night runs",
		Long: `Copies the database into a new file and reads every row of the copy. A night may
be running meanwhile: the copy holds what was committed when it was made, and
nothing by halves. A file that is there already is left as it is.

The copy is a DuckDB file like the database itself. Keep the configuration, the
spool, the cases and the reports with it: they are files, and a copy of their
folders is enough. cmd/midwatch/README.md says how to upgrade, move and go back.`,
		Example: "  midwatch backup /backup/midwatch-2026-11-27.duckdb",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			held, err := warehouse.Backup(c.Context(), cfg.Database, args[0])
			if err != nil {
				return err
			}
			return tellHeld(c.OutOrStdout(), args[0], held)
		},
	}
}

func newRestore(a *app) *cobra.Command {
	var dryRun bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the database",
		Long: `Reads every row of a backup and then puts a copy of it in the place of the
database. The database that was there is kept beside it, its name ending in
.before-restore; where one from an earlier restore is there still, nothing is
done. It waits for nobody: while another run has the database it fails.

A published snapshot can be restored too. It holds everything but what scoring
has learnt, which the next night learns again from the events.

After it, run midwatch nightly: it collects what the backup does not have, as far
as the sources still do, and publishes the snapshot anew.`,
		Example: `  midwatch restore --dry-run /backup/midwatch-2026-11-27.duckdb
  midwatch restore /backup/midwatch-2026-11-27.duckdb`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if _, err := os.Stat(args[0]); err != nil {
				return fmt.Errorf("opening the backup: %w", err)
			}
			if dryRun {
				held, err := warehouse.Verify(c.Context(), args[0])
				if err != nil {
					return err
				}
				if err := tellHeld(c.OutOrStdout(), args[0], held); err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "It would become %s. Nothing was changed.\n", cfg.Database)
				return err
			}
			held, err := warehouse.Restore(c.Context(), args[0], cfg.Database, "midwatch restore")
			if err != nil {
				return err
			}
			if err := tellHeld(c.OutOrStdout(), cfg.Database, held); err != nil {
				return err
			}
			return tellKept(c.OutOrStdout(), warehouse.Before(cfg.Database))
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "read the backup and change nothing")
	return c
}

// tellHeld says what a database holds, all of which was read.
func tellHeld(w io.Writer, path string, h warehouse.Held) error {
	events := "no events"
	if h.Events > 0 {
		events = fmt.Sprintf("%s events from %s to %s", humanize.Comma(h.Events), h.First.Format(time.DateOnly), h.Last.Format(time.DateOnly))
	}
	_, err := fmt.Fprintf(w, "%s holds %s, %s rows in %d tables, schema %d, %s. Every row was read.\n",
		path, events, humanize.Comma(h.Rows), h.Tables, h.Schema, humanize.Bytes(uint64(h.Bytes)))
	return err
}

// tellKept says where the database of before is, if there was one.
func tellKept(w io.Writer, path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil // there was none
	}
	_, err := fmt.Fprintf(w, "The database that was there is kept as %s: delete it when you no longer need it.\n", path)
	return err
}
