package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/ergochat/readline"

	"midwatch/analyzer/report"
	"midwatch/queries/warehouse"
)

// shell runs SQL on a snapshot.
type shell struct {
	path    string
	options warehouse.ReadOptions
	reader  *warehouse.Reader
	// opened is the file as it was opened, to tell when another has taken its
	// place; told is the one that was told of.
	opened, told os.FileInfo
	out          io.Writer
	// file takes what queries give after .output.
	file   *os.File
	format string
	// plainCSV leaves what would begin a formula as it is.
	plainCSV bool
	timer    bool
	pager    bool
}

// open opens the newest snapshot.
func (s *shell) open(ctx context.Context) error {
	r, err := warehouse.OpenReader(ctx, s.path, s.options)
	if err != nil {
		return err
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return errors.Join(fmt.Errorf("looking at the snapshot: %w", err), r.Close())
	}
	s.reader, s.opened, s.told = r, info, info
	return nil
}

func (s *shell) close() error {
	err := s.reader.Close()
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

// reopen takes the newest snapshot; what is in scratch goes.
func (s *shell) reopen(ctx context.Context) error {
	before := s.reader
	if err := s.open(ctx); err != nil {
		return err
	}
	return before.Close()
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
	begun := time.Now()
	rows, err := s.reader.Query(ctx, text)
	if err != nil {
		return explainSQL(err)
	}
	defer rows.Close()
	format := s.format
	if format == "csv" && s.plainCSV {
		format = report.DataCSV
	}
	err = s.paged(func(w io.Writer) error { return report.Rows(w, rows, format) })
	if err != nil {
		return explainSQL(err)
	}
	if s.timer {
		fmt.Fprintf(s.out, "%s\n", time.Since(begun).Round(time.Millisecond))
	}
	return nil
}

// explainSQL shortens the driver's words and says what may help.
func explainSQL(err error) error {
	text := err.Error()
	switch {
	case errors.Is(err, context.Canceled), strings.Contains(text, "INTERRUPT"):
		return errors.New("stopped")
	case errors.Is(err, warehouse.ErrOutside):
		return fmt.Errorf("%w (start with --outside to allow it; .output writes rows to a file)", err)
	case strings.Contains(text, "max_temp_directory_size"):
		return errors.New("this takes more disk than the shell may use for what does not fit in memory: ask for less, or start with a larger --spill")
	case warehouse.IsOutOfMemory(err):
		return errors.New("this takes more memory than memory_limit of the configuration allows: ask for less, or raise it")
	case strings.Contains(text, "read-only"):
		return errors.New("the snapshot is for reading: make your own tables in scratch, as in CREATE TABLE scratch.mine AS ...")
	case strings.Contains(text, "file system operations are disabled"), strings.Contains(text, "external access"):
		return fmt.Errorf("%s (reading files is off; start with --outside to allow it)", report.Inert(text))
	}
	return errors.New(report.Lines(text))
}

const (
	prompt     = "midwatch> "
	promptMore = "     ...> "
)

// interact reads statements from a terminal until the person leaves.
func (s *shell) interact(ctx context.Context) error {
	history, err := historyFile()
	if err != nil {
		return err
	}
	in, err := readline.NewFromConfig(&readline.Config{
		Prompt: prompt, HistoryFile: history, HistoryLimit: 1000, DisableAutoSaveHistory: true,
		AutoComplete: &completer{ctx: ctx, words: s.words},
	})
	if err != nil {
		return fmt.Errorf("preparing the terminal: %w", err)
	}
	// A prompt that waits ends with the shell. Closing twice does no harm.
	defer in.Close()
	defer context.AfterFunc(ctx, func() { _ = in.Close() })()
	s.pager = true
	fmt.Fprintf(s.out, "Snapshot %s of %s UTC, for reading. .help for help, .examples to begin with.\n", s.path, s.opened.ModTime().UTC().Format("2006-01-02 15:04"))
	return s.loop(ctx, in)
}

func (s *shell) loop(ctx context.Context, in *readline.Instance) error {
	pending := ""
	for ctx.Err() == nil {
		if pending == "" {
			s.tellNewer()
		}
		line, err := in.ReadLine()
		switch {
		case ctx.Err() != nil:
			return errors.New("stopped")
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, readline.ErrInterrupt):
			pending = ""
			in.SetPrompt(prompt)
			continue
		case err != nil:
			return fmt.Errorf("reading the terminal: %w", err)
		}
		s.remember(in, line)
		if pending == "" && strings.HasPrefix(strings.TrimSpace(line), ".") {
			if leaves(line) {
				return nil
			}
			s.show(s.dot(ctx, strings.Fields(line)))
			continue
		}
		if pending == "" && leaves(line) {
			return nil
		}
		pending += line + "\n"
		if strings.TrimSpace(pending) == "" {
			pending = ""
			continue
		}
		if !strings.HasSuffix(strings.TrimSpace(line), ";") {
			in.SetPrompt(promptMore)
			continue
		}
		s.show(s.run(ctx, pending))
		pending = ""
		in.SetPrompt(prompt)
	}
	return errors.New("stopped")
}

// leaves is true for what people type to leave a shell.
func leaves(line string) bool {
	switch strings.ToLower(strings.TrimSuffix(strings.TrimSpace(line), ";")) {
	case ".quit", ".exit", "quit", "exit":
		return true
	}
	return false
}

// remember keeps a line in the history, unless it has a secret in it.
func (s *shell) remember(in *readline.Instance, line string) {
	if looksRaw(line) {
		fmt.Fprintln(s.out, "(this line has something like a token in it and is not kept in the history)")
		return
	}
	if err := in.SaveToHistory(line); err != nil {
		fmt.Fprintf(s.out, "the history cannot be written: %v\n", err)
	}
}

// tellNewer says once when a newer snapshot has taken the place of the one that
// is open.
func (s *shell) tellNewer() {
	now, err := os.Stat(s.path)
	if err != nil || os.SameFile(now, s.told) {
		return
	}
	s.told = now
	fmt.Fprintf(s.out, "A newer snapshot is there (%s UTC); this shell keeps the one it opened. .reopen takes the newer one.\n", now.ModTime().UTC().Format("2006-01-02 15:04"))
}

// show prints an error and goes on.
func (s *shell) show(err error) {
	if err != nil {
		fmt.Fprintln(s.out, err)
	}
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
