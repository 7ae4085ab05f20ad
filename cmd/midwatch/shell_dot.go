package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"midwatch/analyzer/report"
	"midwatch/queries"
)

const shellHelp = `Statements end with a semicolon. Begin with the views event (one row a record)
and access (the nightly reduction); your own tables go into scratch.
  .questions            what can be asked: FROM investigate.<question>(...)
  .signals              what can be observed: FROM signal.<signal>(...)
  .examples [N]         twenty worked examples; with a number, run that one
  .tables               tables, views and macros
  .mode table|csv|json  how rows are printed
  .output [FILE]        write rows to a new file; without one, back to the screen
  .read FILE            run the statements of a file
  .timer on|off         how long each statement took
  .pager on|off         long answers through $PAGER (less)
  .reopen               take the newest snapshot; scratch is emptied
  .help                 this
  .quit                 leave (exit and Ctrl-D too)
Tab completes; Ctrl-C stops a query.
`

// dots are the shell's own commands by name.
func (s *shell) dots() map[string]func(context.Context, []string) error {
	return map[string]func(context.Context, []string) error{
		".help": func(context.Context, []string) error {
			_, err := io.WriteString(s.out, shellHelp)
			return err
		},
		".tables":    func(ctx context.Context, _ []string) error { return s.list(ctx, "table", "view", "macro") },
		".questions": func(ctx context.Context, _ []string) error { return s.macros(ctx, "investigate.", "Q") },
		".signals":   func(ctx context.Context, _ []string) error { return s.macros(ctx, "signal.", "") },
		".examples":  s.examples,
		".mode":      s.setMode,
		".output":    s.setOutput,
		".read":      s.readFile,
		".timer":     func(_ context.Context, w []string) error { return setSwitch(&s.timer, ".timer", w) },
		".pager":     func(_ context.Context, w []string) error { return setSwitch(&s.pager, ".pager", w) },
		".reopen":    func(ctx context.Context, _ []string) error { return s.reopen(ctx) },
		".quit":      func(context.Context, []string) error { return nil },
	}
}

// dot runs one of the shell's own commands.
func (s *shell) dot(ctx context.Context, words []string) error {
	run, ok := s.dots()[words[0]]
	if !ok {
		return fmt.Errorf("there is no %s; .help shows what there is", report.Inert(words[0]))
	}
	return run(ctx, words[1:])
}

func setSwitch(to *bool, name string, words []string) error {
	if len(words) != 1 || words[0] != "on" && words[0] != "off" {
		return fmt.Errorf("%s is on or off", name)
	}
	*to = words[0] == "on"
	return nil
}

// list shows what the snapshot has of some kinds.
func (s *shell) list(ctx context.Context, kinds ...string) error {
	words, err := s.reader.Vocabulary(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, w := range words {
		if slices.Contains(kinds, w.Kind) {
			name := w.Name
			if w.Kind == "macro" {
				name += "(" + strings.Join(w.Parameters, ", ") + ")"
			}
			rows = append(rows, []string{w.Kind, name, w.Comment})
		}
	}
	return s.paged(func(out io.Writer) error { return report.Table(out, s.format, []string{"kind", "name", "what"}, rows) })
}

// macros shows the macros of a schema whose comment begins so: questions have
// their number there, and what they are built on has none.
func (s *shell) macros(ctx context.Context, schema, begin string) error {
	words, err := s.reader.Vocabulary(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, w := range words {
		if w.Kind == "macro" && strings.HasPrefix(w.Name, schema) && strings.HasPrefix(w.Comment, begin) {
			rows = append(rows, []string{w.Name + "(" + strings.Join(w.Parameters, ", ") + ")", w.Comment})
		}
	}
	return s.paged(func(out io.Writer) error { return report.Table(out, s.format, []string{"macro", "what"}, rows) })
}

// examples shows the worked examples, or runs one.
func (s *shell) examples(ctx context.Context, words []string) error {
	all := queries.Examples()
	if len(words) == 0 {
		return s.paged(func(out io.Writer) error {
			for _, e := range all {
				if _, err := fmt.Fprintf(out, "%s\n  %s\n", e.Title, strings.ReplaceAll(e.SQL, "\n", "\n  ")); err != nil {
					return err
				}
			}
			return nil
		})
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 1 || n > len(all) {
		return fmt.Errorf(".examples takes a number from 1 to %d", len(all))
	}
	fmt.Fprintln(s.out, all[n-1].SQL)
	return s.run(ctx, all[n-1].SQL)
}

func (s *shell) setMode(_ context.Context, words []string) error {
	if len(words) != 1 || !slices.Contains(report.Formats, words[0]) {
		return fmt.Errorf(".mode is one of: %s", strings.Join(report.Formats, ", "))
	}
	s.format = words[0]
	return nil
}

// setOutput sends rows to a file that is not there yet, readable by its owner
// only, or back to the screen.
func (s *shell) setOutput(_ context.Context, words []string) error {
	if len(words) > 1 {
		return errors.New(".output takes one file")
	}
	var err error
	if s.file != nil {
		err = s.file.Close()
		s.file = nil
	}
	if len(words) == 0 || err != nil {
		return err
	}
	if s.belongsToSnapshot(words[0]) {
		return fmt.Errorf("%s would be taken for a part of the snapshot: name another file", report.Inert(words[0]))
	}
	f, err := os.OpenFile(filepath.Clean(words[0]), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and is left as it is: name another", report.Inert(words[0]))
	}
	if err != nil {
		return fmt.Errorf("writing rows to a file: %w", err)
	}
	s.file = f
	return nil
}

// belongsToSnapshot is true for the names that the database looks for beside the
// snapshot, such as its log (.wal), and where the next one is written.
func (s *shell) belongsToSnapshot(path string) bool {
	if !strings.HasPrefix(strings.ToLower(filepath.Base(path)), strings.ToLower(filepath.Base(s.path))+".") {
		return false
	}
	there, err := os.Stat(filepath.Dir(path))
	ours, err2 := os.Stat(filepath.Dir(s.path))
	return err == nil && err2 == nil && os.SameFile(there, ours)
}

// readFile runs a file's statements. The person names the file; SQL still
// cannot read any.
func (s *shell) readFile(ctx context.Context, words []string) error {
	if len(words) != 1 {
		return errors.New(".read takes one file")
	}
	text, err := os.ReadFile(filepath.Clean(words[0]))
	if err != nil {
		return fmt.Errorf("reading statements: %w", err)
	}
	return s.run(ctx, string(text))
}
