package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/queries"
)

var rewrite = flag.Bool("update-investigations", false, "write what the questions answer into their fixtures")

const fixtures = "../../testdata/investigations"

// incident publishes the snapshot of the fixture and opens it for reading.
func incident(t *testing.T) *Reader {
	t.Helper()
	snapshot, err := incidentFile()
	must(t, err)
	path := filepath.Join(t.TempDir(), "snapshot.duckdb")
	must(t, os.WriteFile(path, snapshot, 0o600))
	return readingFrom(t, path)
}

// incidentFile is the snapshot of the incident, which many tests ask.
var incidentFile = sync.OnceValues(func() (text []byte, err error) {
	dir, err := os.MkdirTemp("", "midwatch-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path, err := publishIn(dir, filepath.Join(fixtures, "events.ndjson"), filepath.Join(fixtures, "facts.sql"))
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// published lands a log and what surrounds it, and opens the snapshot of it.
func published(t *testing.T, events, facts string) *Reader {
	t.Helper()
	path, err := publishIn(t.TempDir(), events, facts)
	must(t, err)
	return readingFrom(t, path)
}

// publishIn lands a log and what surrounds it in a folder, and gives the path of the
// snapshot of it.
func publishIn(dir, events, facts string) (snapshot string, err error) {
	ctx, path := context.Background(), filepath.Join(dir, "w.duckdb")
	text, err := empty()
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", err
	}
	w, err := Open(ctx, Options{Path: path, Threads: 2})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.ReadNetworks(ctx, filepath.Join(fixtures, "networks.csv")); err != nil {
		return "", err
	}
	if _, err = w.Load(ctx, Input{Source: "acme", Format: "github", Name: "events", Path: events, CollectedAt: time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC)}); err != nil {
		return "", err
	}
	if _, err = w.RollUp(ctx, nil); err != nil {
		return "", err
	}
	if facts != "" {
		text, err := os.ReadFile(facts)
		if err != nil {
			return "", err
		}
		if _, err = w.conn.ExecContext(ctx, string(text)); err != nil {
			return "", err
		}
	}
	snapshot = filepath.Join(dir, "snapshot.duckdb")
	return snapshot, w.Publish(ctx, snapshot)
}

// readingFrom is a reader of a snapshot.
func readingFrom(t *testing.T, path string) *Reader {
	t.Helper()
	r, err := OpenReader(context.Background(), path, ReadOptions{})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestQuestionsAnswer holds each question to its exact rows: all of it, both
// edges of the window, the empty case.
func TestQuestionsAnswer(t *testing.T) {
	t.Parallel()
	r := incident(t)
	for _, q := range Questions() {
		t.Run(q.Name, func(t *testing.T) {
			path := filepath.Join(fixtures, q.Name+".txt")
			text, err := os.ReadFile(path)
			must(t, err)
			var got strings.Builder
			cases, empty, edges := 0, 0, 0
			for _, block := range strings.Split(strings.TrimPrefix(string(text), "== "), "\n\n== ") {
				title, rest, _ := strings.Cut(block, "\n")
				query, _, _ := strings.Cut(rest, "\n")
				rows, refused := tryAnswers(t, r, strings.TrimSpace(query))
				if refused != nil {
					rows = "refused: " + refused.Error() + "\n"
				}
				if strings.Count(rows, "\n") == 1 {
					empty++ // no rows, or a name that is none
				}
				cases++
				if strings.Contains(title, "both edges") {
					edges++
				}
				fmt.Fprintf(&got, "== %s\n%s\n%s\n", strings.TrimSpace(title), strings.TrimSpace(query), rows)
			}
			// A finding has its nights, and no window.
			if edges == 0 && q.Name != "finding" {
				t.Errorf("no case for both edges of the window")
			}
			if cases < 2 || empty == 0 && q.Name != "coverage" {
				t.Errorf("%d cases, %d of them without rows: each question needs both", cases, empty)
			}
			if *rewrite {
				must(t, os.WriteFile(path, []byte(got.String()), 0o644))
				return
			}
			if got.String() != string(text) {
				t.Errorf("%s differs; got:\n%s", path, got.String())
			}
		})
	}
}

// answers are the rows of a query as text, a header first.
func answers(t *testing.T, r *Reader, query string) string {
	t.Helper()
	text, err := tryAnswers(t, r, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return text
}

// tryAnswers is answers, and the error of a question that refuses to answer.
func tryAnswers(t *testing.T, r *Reader, query string) (string, error) {
	t.Helper()
	rows, err := r.Query(context.Background(), query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	header, err := rows.Columns()
	must(t, err)
	var b strings.Builder
	b.WriteString(strings.Join(header, " | ") + "\n")
	for rows.Next() {
		b.WriteString(rowText(t, rows, len(header)) + "\n")
	}
	return b.String(), rows.Err()
}

func rowText(t *testing.T, rows *sql.Rows, columns int) string {
	t.Helper()
	values, into := make([]any, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	must(t, rows.Scan(into...))
	var cells []string
	for _, v := range values {
		switch x := v.(type) {
		case []any:
			cells = append(cells, fmt.Sprintf("%q", x))
		case time.Time:
			cells = append(cells, x.Format("2006-01-02 15:04:05.000"))
		case string:
			cells = append(cells, strings.Trim(fmt.Sprintf("%q", x), `"`))
		default:
			cells = append(cells, fmt.Sprint(v))
		}
	}
	return strings.Join(cells, " | ")
}

// TestQuestionsAreCalledAsTheySay describes each macro, which catches what
// CREATE MACRO does not.
func TestQuestionsAreCalledAsTheySay(t *testing.T) {
	r := incident(t)
	for _, q := range Questions() {
		var args []Argument
		if q.Subject != "" {
			args = append(args, Argument{"subject", spellings()[q.Subjects[0]].same[0]})
		}
		if q.Windowed {
			args = append(args, WindowArguments(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC))...)
		}
		rows, err := r.Ask(context.Background(), q, args)
		if err != nil {
			t.Errorf("%s: %v", q.Name, err)
			continue
		}
		must(t, rows.Close())
		if got := answers(t, r, strings.TrimSuffix(q.Show(args), ";")); !strings.Contains(got, " | ") {
			t.Errorf("%s: the SQL that is shown gave %q", q.Name, got)
		}
	}
}

// TestShownSQLKeepsHostileNamesText asks about a name that would end a literal.
func TestShownSQLKeepsHostileNamesText(t *testing.T) {
	r := incident(t)
	q, err := QuestionNamed("credential")
	must(t, err)
	got := answers(t, r, strings.TrimSuffix(q.Show([]Argument{{"subject", "';DROP TABLE event;--"}}), ";"))
	if strings.Count(got, "\n") != 2 {
		t.Errorf("got %q", got)
	}
	const name = "a'b\x1b[2J\u202e\nc"
	text := Question{queries.Question{Name: "who"}}.Show([]Argument{{"subject", name}})
	if want := `FROM investigate.who(subject := 'a''b' || chr(27) || '[2J' || chr(8238) || '' || chr(10) || 'c');`; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if got := answers(t, r, "SELECT "+shown(name)+" AS name"); got != `name
a'b\x1b[2J\u202e\nc
` {
		t.Errorf("the database reads %q", got)
	}
}
