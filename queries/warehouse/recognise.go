package warehouse

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"midwatch/queries"
)

const (
	// headText is how much of a text is looked at to tell its format.
	headText = 1 << 20
	// headLines is how many of its lines.
	headLines = 2000
	// mostHeads is how many such pieces are looked at before giving up.
	mostHeads = 64
)

// Guess is a format that a text may be of.
type Guess struct {
	Format queries.Script
	// Matched of Looked lines that are not blank look like it.
	Matched, Looked int
	// Decisive is true where one such line is enough, because no other format has
	// any.
	Decisive bool
}

// score orders guesses: the share of lines, and whatever is decisive before all
// that is not.
func (g Guess) score() float64 {
	share := float64(g.Matched) / float64(max(g.Looked, 1))
	if g.Decisive && g.Matched > 0 {
		share++
	}
	return share
}

// before is true where a format says that whatever looks like it as much as like the
// other is its own.
func (g Guess) before(other Guess) bool {
	return slices.Contains(g.Format.List("rather than"), other.Format.Name)
}

// Recognise tells the format of a text from the lines it begins with, by what the
// header of each format says its lines look like. The likeliest comes first; what
// matches no line is left out. The text is not loaded.
func Recognise(in Input, formats []queries.Script) ([]Guess, error) {
	dir, err := os.MkdirTemp("", "midwatch-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to look at %s in: %w", in.Path, err)
	}
	guesses, err := recogniseHead(filepath.Join(dir, "head"), in, formats)
	return guesses, errors.Join(err, os.RemoveAll(dir))
}

// Take is the one format that guesses agree on, or an error that says what to do.
func Take(path string, guesses []Guess) (queries.Script, error) {
	switch {
	case len(guesses) == 0:
		return queries.Script{}, fmt.Errorf("%s: none of its first lines looks like a format that is known: name its format (the list is in queries/sources/README.md)", path)
	case len(guesses) > 1 && guesses[0].score() == guesses[1].score() && !guesses[0].before(guesses[1]):
		return queries.Script{}, fmt.Errorf("%s may be %s or %s: name its format", path, guesses[0].Format.Name, guesses[1].Format.Name)
	}
	return guesses[0].Format, nil
}

// recogniseHead writes the head of a text to a file, one record a line, and
// matches the formats against it; where none matches, what comes next, because a log
// may begin with hours of other things.
func recogniseHead(path string, in Input, formats []queries.Script) (guesses []Guess, err error) {
	f, _, err := openStored(in)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	t, err := openText(f, 0)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", in.Path, err)
	}
	defer func() { err = errors.Join(err, t.close()) }()
	c, err := headChunker(path, t, in)
	if err != nil {
		return nil, err
	}
	for range mostHeads {
		_, err := c.next()
		var cut *unfinished
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil && !errors.As(err, &cut) {
			return nil, fmt.Errorf("reading the beginning of %s: %w", in.Path, err)
		}
		if guesses, err = guess(path, formats); err != nil || len(guesses) > 0 {
			return guesses, err
		}
	}
	return nil, nil
}

// guess matches the formats against the lines of a file.
func guess(path string, formats []queries.Script) ([]Guess, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("reading the work file again: %w", err)
	}
	var lines []string
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		records, changed := peelLine(line)
		if !changed {
			records = [][]byte{line}
		}
		for _, r := range records {
			if len(bytes.TrimSpace(r)) > 0 && len(lines) < headLines {
				lines = append(lines, string(r))
			}
		}
	}
	var guesses []Guess
	for _, f := range formats {
		g, err := match(f, lines)
		if err != nil {
			return nil, err
		}
		if g.Matched > 0 {
			guesses = append(guesses, g)
		}
	}
	slices.SortStableFunc(guesses, func(a, b Guess) int {
		switch {
		case a.score() > b.score():
			return -1
		case a.score() < b.score():
			return 1
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return strings.Compare(a.Format.Name, b.Format.Name)
	})
	return guesses, nil
}

// headChunker cuts a text into pieces to look at, secrets scrubbed.
func headChunker(path string, t *text, in Input) (*chunker, error) {
	head, err := t.r.Peek(sniffed)
	if len(head) == 0 {
		return nil, fmt.Errorf("%s is empty: %w", in.Path, err)
	}
	return &chunker{text: t, path: path, limit: headText, json: beginsJSON.Match(head)}, nil
}

// writeHead writes the first records of a text, one a line, secrets scrubbed.
func writeHead(path string, in Input) error {
	f, _, err := openStored(in)
	if err != nil {
		return err
	}
	defer f.Close()
	t, err := openText(f, 0)
	if err != nil {
		return fmt.Errorf("reading %s: %w", in.Path, err)
	}
	defer t.close()
	c, err := headChunker(path, t, in)
	if err != nil {
		return err
	}
	_, err = c.next()
	var cut *unfinished
	if err != nil && !errors.As(err, &cut) {
		return fmt.Errorf("reading the beginning of %s: %w", in.Path, err)
	}
	return nil
}

// beginsJSON tells JSON from text that begins with a bracket, as Gerrit's does.
var beginsJSON = regexp.MustCompile(`^\s*(\{|(\[\s*)+(\{|\]|$))`)

// match counts the lines that look like a format.
func match(f queries.Script, lines []string) (Guess, error) {
	rule, decisive := strings.CutPrefix(f.Keys["recognised by"], "once ")
	g := Guess{Format: f, Looked: len(lines), Decisive: decisive}
	matches := hasKeys(rule)
	if f.Keys["records"] == "text" {
		pattern, err := regexp.Compile(rule)
		if err != nil {
			return g, fmt.Errorf("the header of the format %s: recognised by: %w", f.Name, err)
		}
		matches = pattern.MatchString
	}
	for _, line := range lines {
		if matches(line) {
			g.Matched++
		}
	}
	return g, nil
}

// hasKeys matches JSON objects with all keys of one of the alternatives: "a, b or c".
func hasKeys(rule string) func(string) bool {
	var alternatives [][]string
	for _, one := range strings.Split(rule, " or ") {
		var keys []string
		for _, k := range strings.Split(one, ",") {
			keys = append(keys, strings.TrimSpace(k))
		}
		alternatives = append(alternatives, keys)
	}
	return func(line string) bool {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(line), &object) != nil {
			return false
		}
		return slices.ContainsFunc(alternatives, func(keys []string) bool {
			return !slices.ContainsFunc(keys, func(k string) bool { _, ok := object[k]; return !ok })
		})
	}
}

// Explanation is what would become of a text.
type Explanation struct {
	Loaded Loaded
	// Events are the first mapped, in the columns of EventHeader; Reasons are those
	// of what would go to quarantine: reason, how often, first line.
	Events, Reasons [][]string
}

// EventHeader names the columns of an explanation's events.
var EventHeader = []string{"at", "what", "basis", "outcome", "who", "repository", "address", "bytes out", "objects", "scope"}

// Explain maps the first lines of a text in a database of its own, which is gone
// afterwards, and returns the first events.
func Explain(ctx context.Context, in Input, formats []queries.Script, rows int) (e Explanation, err error) {
	dir, err := os.MkdirTemp("", "midwatch-")
	if err != nil {
		return e, fmt.Errorf("making a folder to look at %s in: %w", in.Path, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	head := filepath.Join(dir, "head")
	if err := writeHead(head, in); err != nil {
		return e, err
	}
	w, err := Open(ctx, Options{Path: filepath.Join(dir, "explain.duckdb"), MemoryLimit: "1GB", Command: "midwatch collect --explain", Formats: formats})
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	in.Path, in.Name = head, "head"
	if e.Loaded, err = w.Load(ctx, in); err != nil {
		return e, err
	}
	e.Events, err = w.texts(ctx, fmt.Sprintf(`SELECT strftime(occurred_at, '%%Y-%%m-%%d %%H:%%M:%%S'), action, action_basis, outcome, identity, repository, ip, bytes_out, objects, scope
		FROM event ORDER BY occurred_at, event_id LIMIT %d`, rows))
	if err != nil {
		return e, err
	}
	e.Reasons, err = w.texts(ctx, "SELECT reason, count(*), min(line) FROM quarantine GROUP BY reason ORDER BY count(*) DESC, reason")
	return e, err
}

// texts reads rows as text; NULL is "".
func (w *Warehouse) texts(ctx context.Context, query string) ([][]string, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT COLUMNS(*)::VARCHAR FROM ("+query+")")
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	var all [][]string
	for rows.Next() {
		cells, at := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, fmt.Errorf("reading the database: %w", err)
		}
		row := make([]string, len(cells))
		for i, c := range cells {
			row[i] = c.String
		}
		all = append(all, row)
	}
	return all, rows.Err()
}
