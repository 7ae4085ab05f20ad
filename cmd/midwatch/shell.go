package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ergochat/readline"

	"midwatch/analyzer/report"
)

const shellHelp = `Statements end with a semicolon. Views: event (one row a record), access (the
nightly reduction), control_event, quarantine, landing, assessment.
  .tables              tables, views and macros
  .mode table|csv|json how rows are printed
  .help                this
  .quit                leave (Ctrl-D too)
`

// interact reads statements from a terminal until the person leaves.
func (s *shell) interact(ctx context.Context) error {
	history, err := historyFile()
	if err != nil {
		return err
	}
	in, err := readline.NewFromConfig(&readline.Config{Prompt: "midwatch> ", HistoryFile: history, HistoryLimit: 1000})
	if err != nil {
		return fmt.Errorf("preparing the terminal: %w", err)
	}
	defer in.Close()
	fmt.Fprintf(s.out, "Snapshot %s, for reading. .help for help.\n", s.snapshot)
	return s.loop(ctx, in)
}

func (s *shell) loop(ctx context.Context, in *readline.Instance) error {
	pending := ""
	for {
		line, err := in.ReadLine()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, readline.ErrInterrupt):
			pending = ""
			in.SetPrompt("midwatch> ")
			continue
		case err != nil:
			return fmt.Errorf("reading the terminal: %w", err)
		}
		if pending == "" && strings.HasPrefix(strings.TrimSpace(line), ".") {
			if strings.TrimSpace(line) == ".quit" {
				return nil
			}
			s.show(s.dot(ctx, strings.Fields(line)))
			continue
		}
		pending += line + "\n"
		if !strings.HasSuffix(strings.TrimSpace(line), ";") {
			in.SetPrompt("     ...> ")
			continue
		}
		s.show(s.run(ctx, pending))
		pending = ""
		in.SetPrompt("midwatch> ")
	}
}

// show prints an error and goes on.
func (s *shell) show(err error) {
	if err != nil {
		fmt.Fprintln(s.out, err)
	}
}

// dot runs one of the shell's own commands.
func (s *shell) dot(ctx context.Context, words []string) error {
	switch words[0] {
	case ".help":
		_, err := io.WriteString(s.out, shellHelp)
		return err
	case ".tables":
		return s.run(ctx, `SELECT kind, name, what FROM (
			SELECT 'view' AS kind, view_name AS name, comment AS what FROM duckdb_views() WHERE NOT internal
			UNION ALL SELECT 'table', table_name, comment FROM duckdb_tables() WHERE NOT internal
			UNION ALL SELECT 'macro', schema_name || '.' || function_name || '(' || array_to_string(parameters, ', ') || ')', comment
			FROM duckdb_functions() WHERE NOT internal) ORDER BY kind, name`)
	case ".mode":
		if len(words) == 2 {
			for _, f := range report.Formats {
				if f == words[1] {
					s.format = f
					return nil
				}
			}
		}
		return fmt.Errorf(".mode is one of: %s", strings.Join(report.Formats, ", "))
	}
	return fmt.Errorf("there is no %s; .help shows what there is", words[0])
}

// historyFile is where the shell remembers lines, in the person's own cache.
func historyFile() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", nil // no home: no history
	}
	dir = filepath.Join(dir, "midwatch")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("making the folder of the history: %w", err)
	}
	return filepath.Join(dir, "history"), nil
}
