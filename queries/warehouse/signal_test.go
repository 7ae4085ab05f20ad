package warehouse_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"midwatch/analyzer"
	"midwatch/queries"
	"midwatch/queries/warehouse"
)

var update = flag.Bool("update", false, "write what signals give as what is expected of them; read the difference before you keep it")

// signalColumns is what every signal gives first, so that any two can be read
// side by side.
var signalColumns = []string{
	"night DATE", "identity VARCHAR", "identity_name VARCHAR", "family VARCHAR",
	"observed DOUBLE", "expected DOUBLE", "bound DOUBLE", "history_days BIGINT", "reason VARCHAR",
}

func TestEverySignalKeepsTheContract(t *testing.T) {
	w := openSignals(t, "")
	for _, s := range queries.Scripts("signals") {
		t.Run(s.Name, func(t *testing.T) {
			checkHeader(t, s)
			rows := ask(t, w, fmt.Sprintf("SELECT column_name || ' ' || column_type FROM (DESCRIBE FROM signal.%s(NULL::TIMESTAMP))", s.Name))
			var columns []string
			for _, r := range rows[1:] {
				columns = append(columns, r[0])
			}
			if len(columns) < len(signalColumns) || !slices.Equal(columns[:len(signalColumns)], signalColumns) {
				t.Errorf("its first columns are %v, want %v", columns, signalColumns)
			}
			for _, name := range []string{"query.sql", "events.ndjson", "expected.csv", "quiet.ndjson"} {
				if _, err := os.Stat(filepath.Join(fixture(s.Name), name)); err != nil {
					t.Errorf("its fixture: %v", err)
				}
			}
		})
	}
}

// checkHeader holds the header's form: one macro named as the file, a summary,
// and the keys that nobody may leave out.
func checkHeader(t *testing.T, s queries.Script) {
	t.Helper()
	if got := s.Macros(); len(got) != 1 || got[0] != "signal."+s.Name {
		t.Errorf("it makes %v, want the one macro signal.%s", got, s.Name)
	}
	if !strings.HasSuffix(s.Summary, ".") {
		t.Errorf("its first line %q is no sentence", s.Summary)
	}
	for _, key := range []string{"severity", "technique", "hypotheses", "quiet on"} {
		if s.Keys[key] == "" {
			t.Errorf("its header has no %q", key)
		}
	}
	if !slices.Contains([]string{"info", "low", "medium", "high", "critical"}, s.Keys["severity"]) {
		t.Errorf("its severity is %q", s.Keys["severity"])
	}
	if v := s.Keys["technique"]; v != "none" && !(strings.HasPrefix(v, "T") && strings.HasSuffix(v, " (v19)")) {
		t.Errorf("its technique %q is no ATT&CK id with its version", v)
	}
}

func TestSignalsGiveExactlyTheRowsOfTheirFixtures(t *testing.T) {
	for _, s := range queries.Scripts("signals") {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			dir := fixture(s.Name)
			query := strings.TrimSpace(string(read(t, filepath.Join(dir, "query.sql"))))
			got := ask(t, openSignals(t, filepath.Join(dir, "events.ndjson")), query)
			var text bytes.Buffer
			if err := csv.NewWriter(&text).WriteAll(got); err != nil {
				t.Fatal(err)
			}
			expected := filepath.Join(dir, "expected.csv")
			if *update {
				if err := os.WriteFile(expected, text.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := read(t, expected); !bytes.Equal(text.Bytes(), want) {
				t.Errorf("%s gives\n%s\nwant\n%s", query, &text, want)
			}
			if fired(got) == 0 {
				t.Error("its fixture makes it say nothing")
			}
		})
	}
}

func TestSignalsStayQuietOnTheirBenignTwins(t *testing.T) {
	for _, s := range queries.Scripts("signals") {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			dir := fixture(s.Name)
			w := openSignals(t, filepath.Join(dir, "quiet.ndjson"))
			query := strings.TrimSpace(string(read(t, filepath.Join(dir, "query.sql"))))
			got := ask(t, w, query)
			if fired(got) > 0 {
				t.Errorf("%s gives %v", query, got[1:])
			}
			if n := ask(t, w, "SELECT count(*) FROM access WHERE day = DATE '2026-07-21'")[1][0]; n == "0" {
				t.Error("its quiet fixture has nothing in the night, which proves nothing")
			}
		})
	}
}

// fired counts the rows that say something: those that are not assessable have
// nothing observed.
func fired(rows [][]string) int {
	n, at := 0, slices.Index(rows[0], "observed")
	for _, r := range rows[1:] {
		if r[at] != "" {
			n++
		}
	}
	return n
}

func fixture(signal string) string { return filepath.Join(signalData, signal) }

const signalData = "../../testdata/signals"

// empty is the file of a warehouse with all macros and the networks table and
// nothing else, made once: making it for every fixture would take longer than the
// fixtures.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "midwatch-signals-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, path := context.Background(), filepath.Join(dir, "empty.duckdb")
	w, err := warehouse.Open(ctx, warehouse.Options{Path: path, MemoryLimit: "500MB", Command: "test"})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(w.ReadNetworks(ctx, filepath.Join(signalData, "networks.csv")), w.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// openSignals lands a file of audit lines as a run would and rolls it up.
func openSignals(t *testing.T, events string) *warehouse.Warehouse {
	t.Helper()
	ctx := context.Background()
	made, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "w.duckdb")
	if err := os.WriteFile(path, made, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.Open(ctx, warehouse.Options{Path: path, MemoryLimit: "500MB", Threads: 1, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { warehouse.Abandon(t, w) })
	if events == "" {
		return w
	}
	surround(t, w, filepath.Dir(events))
	got, err := w.Load(ctx, warehouse.Input{
		Source: "fixture", Format: "github", Name: events, Path: events, CollectedAt: time.Date(2026, 7, 23, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Quarantined > 0 || got.Duplicate > 0 {
		t.Fatalf("%s gave %+v: every line must be a new event", events, got)
	}
	if _, err := w.RollUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	judge(t, w, filepath.Base(filepath.Dir(events)))
	return w
}

// judge has the nights of a log counted or, where a signal rests on what judging them
// taught, judged as a run would.
func judge(t *testing.T, w *warehouse.Warehouse, signal string) {
	t.Helper()
	ctx := context.Background()
	days := ask(t, w, "SELECT min(day), max(day) FROM rolled_day")[1]
	first, err := time.Parse(time.DateOnly, days[0])
	if err != nil {
		t.Fatal(err)
	}
	last, err := time.Parse(time.DateOnly, days[1])
	if err != nil {
		t.Fatal(err)
	}
	s, err := queries.Lookup("signals", signal)
	if err == nil && strings.Contains(s.SQL, "_share(") {
		run := analyzer.Run{Warehouse: w, Options: analyzer.Default(), Version: "test"}
		err = run.Through(ctx, last, last, func(analyzer.Scored) error { return nil })
	} else {
		err = w.Together(ctx, func() error {
			return errors.Join(w.SetConstants(ctx, analyzer.Default().Constants()), w.CountNights(ctx, first, last))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ask runs a query and gives its rows as text, the header first.
func ask(t *testing.T, w *warehouse.Warehouse, query string) [][]string {
	t.Helper()
	rows, err := w.Reader().Query(context.Background(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	header, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	all := [][]string{header}
	for rows.Next() {
		values, into, row := make([]any, len(header)), make([]any, len(header)), make([]string, len(header))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			row[i] = written(v)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// written is a value as fixtures have it: NULL is empty, four digits of a
// fraction, times in UTC.
func written(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(x, 'g', 4, 64)
	case time.Time:
		return strings.TrimSuffix(x.UTC().Format("2006-01-02 15:04:05.999"), " 00:00:00")
	}
	return fmt.Sprint(v)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSignalsAreInTheSnapshot(t *testing.T) {
	ctx := context.Background()
	w := openSignals(t, filepath.Join(fixture("new_repository"), "events.ndjson"))
	path := filepath.Join(t.TempDir(), "snapshot.duckdb")
	if err := w.Publish(ctx, path); err != nil {
		t.Fatal(err)
	}
	r, err := warehouse.OpenSnapshot(ctx, path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.Query(ctx, "FROM signal.new_repository(TIMESTAMP '2026-07-22')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		t.Error("the snapshot's signal gives nothing")
	}
}
