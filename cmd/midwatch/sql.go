package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func newSQL(a *app) *cobra.Command {
	var format, command string
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
Reading other files and the network is off unless --outside is given.

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
			// Ctrl-C stops a query and not the shell, so the shell does not
			// inherit the program's cancellation.
			ctx := context.WithoutCancel(c.Context())
			s := &shell{path: cfg.Snapshot, options: cfg.reading(), out: c.OutOrStdout(), format: format}
			s.options.Outside, s.options.Scratch = outside, true
			if err := s.open(ctx); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			switch {
			case command != "":
				return s.run(ctx, command)
			case !term.IsTerminal(int(os.Stdin.Fd())):
				text, err := io.ReadAll(c.InOrStdin())
				if err != nil {
					return fmt.Errorf("reading standard input: %w", err)
				}
				return s.run(ctx, string(text))
			}
			return s.interact(ctx)
		},
	}
	formatFlag(c, &format)
	c.Flags().StringVarP(&command, "command", "c", "", "SQL to run instead of a shell")
	c.Flags().BoolVar(&outside, "outside", false, "allow SQL to read files and the network")
	return c
}
