package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func newSQL(a *app) *cobra.Command {
	var format, command, spill, formulas string
	var outside bool
	c := &cobra.Command{
		Use:   "sql",
		Short: "Query the published snapshot",
		Long: `Opens the newest published snapshot for reading, so that neither does the night
wait for you nor you for the night. On a terminal it is a shell with history and
line editing; with -c it runs one text, and without a terminal what standard
input gives. Statements end with a semicolon.

The snapshot is for reading. Your own tables go into the database scratch, which
is in memory and gone when you leave: CREATE TABLE scratch.suspect AS ...
Reading and writing files and the network is off unless --outside is given. What
does not fit in memory goes into a private folder, up to --spill, and is removed
when you leave; what a killed shell left there, when the next one starts.

With --format csv a text that a spreadsheet would take for a formula gets an
apostrophe before it in the shell, whose .output writes files for people to open,
and not with -c or from standard input, where a program reads and ids must compare
equal; --formulas guard or keep decides otherwise. What cannot be shown is written
as its number in both; --format json has every text exactly.

In the shell Tab completes tables, columns, macros and their arguments, Ctrl-C
stops the query and not the shell, and .help shows the rest.`,
		Example: `  midwatch sql
  midwatch sql -c "FROM access WHERE repository = 'acme/vault' ORDER BY first_at"
  echo "SELECT count(*) FROM event;" | midwatch sql --format csv`,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if _, err := humanize.ParseBytes(spill); err != nil {
				return usageError{fmt.Errorf("--spill %q is no size: write it as 2GB or 500MB", spill)}
			}
			if err := boundMemory(cfg.MemoryLimit); err != nil {
				return err
			}
			ctx := c.Context()
			if formulas != "auto" && formulas != "guard" && formulas != "keep" {
				return usageError{fmt.Errorf("--formulas %q: write guard, keep or auto", formulas)}
			}
			s := &shell{path: cfg.Snapshot, options: cfg.reading(), out: bare(c.OutOrStdout()), format: format}
			s.options.Outside, s.options.Scratch, s.options.Spill = outside, true, spill
			if err := s.open(ctx); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			reads := term.IsTerminal(int(os.Stdin.Fd())) && command == ""
			s.plainCSV = formulas == "keep" || formulas == "auto" && !reads
			switch {
			case command != "":
				return s.run(ctx, command)
			case !reads:
				text, err := readAll(ctx, c.InOrStdin())
				if err != nil {
					return err
				}
				return s.run(ctx, text)
			}
			// Ctrl-C stops a query and not the shell, so the shell does not
			// inherit the program's cancellation. SIGTERM ends both.
			ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
			defer stop()
			return s.interact(ctx)
		},
	}
	formatFlag(c, &format)
	c.Flags().StringVarP(&command, "command", "c", "", "SQL to run instead of a shell")
	c.Flags().BoolVar(&outside, "outside", false, "allow SQL to read and write files and use the network")
	c.Flags().StringVar(&formulas, "formulas", "auto", "guard puts an apostrophe before formulas in csv, keep does not, auto guards in the shell alone")
	_ = c.RegisterFlagCompletionFunc("formulas", cobra.FixedCompletions([]string{"auto", "guard", "keep"}, noFiles))
	c.Flags().StringVar(&spill, "spill", "2GB", "how much that does not fit in memory may go to disk")
	return c
}

// readAll reads to the end, or until the program is told to stop: a pipe that
// nobody writes to does not keep it.
func readAll(ctx context.Context, in io.Reader) (string, error) {
	type read struct {
		text []byte
		err  error
	}
	done := make(chan read, 1)
	go func() {
		text, err := io.ReadAll(in)
		done <- read{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("stopped")
	case r := <-done:
		if r.err != nil {
			return "", fmt.Errorf("reading standard input: %w", r.err)
		}
		return string(r.text), nil
	}
}
