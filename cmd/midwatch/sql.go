package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
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

Reading other files and the network is off unless --outside is given.

In the shell: .help, .tables, .mode table|csv|json, .quit.`,
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
			r, err := warehouse.OpenSnapshot(ctx, cfg.Snapshot, outside)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, r.Close()) }()
			s := &shell{reader: r, out: c.OutOrStdout(), format: format, snapshot: cfg.Snapshot}
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

// shell runs SQL on a snapshot.
type shell struct {
	reader   *warehouse.Reader
	out      io.Writer
	format   string
	snapshot string
}

// run runs each statement of a text and prints what it gives; the first error
// ends it.
func (s *shell) run(ctx context.Context, text string) error {
	for _, statement := range statements(text) {
		if err := s.statement(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// statement runs one statement; Ctrl-C stops it.
func (s *shell) statement(ctx context.Context, text string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	rows, err := s.reader.Query(ctx, text)
	if err != nil {
		return explainSQL(err)
	}
	defer rows.Close()
	if err := report.Rows(s.out, rows, s.format); err != nil {
		return explainSQL(err)
	}
	return nil
}

// explainSQL shortens the driver's words and says what may help.
func explainSQL(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, context.Canceled), strings.Contains(text, "INTERRUPT"):
		return errors.New("stopped")
	case strings.Contains(text, "read-only mode"):
		return errors.New("the snapshot is for reading: make your own tables with CREATE TEMP TABLE")
	case strings.Contains(text, "file system operations are disabled"), strings.Contains(text, "external access"):
		return fmt.Errorf("%s (reading files is off; start with --outside to allow it)", report.Inert(text))
	}
	return errors.New(report.Lines(text))
}

// statements splits a text at semicolons that stand outside of quotes and
// comments.
func statements(text string) []string {
	var all []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'' || text[i] == '"':
			i = skipTo(text, i+1, text[i:i+1])
		case strings.HasPrefix(text[i:], "--"):
			i = skipTo(text, i, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			i = skipTo(text, i, "*/")
		case text[i] == ';':
			all = appendStatement(all, text[start:i])
			start = i + 1
		}
	}
	return appendStatement(all, text[min(start, len(text)):])
}

// skipTo returns the index of the end of what closes at the mark, or of the
// text.
func skipTo(text string, from int, mark string) int {
	if n := strings.Index(text[from:], mark); n >= 0 {
		return from + n + len(mark) - 1
	}
	return len(text)
}

func appendStatement(all []string, text string) []string {
	if strings.TrimSpace(text) == "" {
		return all
	}
	return append(all, text)
}
