package warehouse

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"midwatch/queries"
)

var update = flag.Bool("update-sources", false, "write the expected events of testdata/sources anew, to be read before they are kept")

// samples is where each format has its samples, a folder a format.
const samples = "../../testdata/sources"

// collectedAt is when the tests collect: after all samples were written.
var collectedAt = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func openTest(t *testing.T) *Warehouse {
	t.Helper()
	w, err := Open(context.Background(), Options{Path: Fresh(t), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Abandon(t, w) })
	return w
}

// load brings a file in as one source of its own.
func load(t *testing.T, w *Warehouse, format, path string) Loaded {
	t.Helper()
	return loadIn(t, w, Input{Source: "test", Format: format, Name: filepath.Base(path), Path: path, CollectedAt: collectedAt})
}

func loadIn(t *testing.T, w *Warehouse, in Input) Loaded {
	t.Helper()
	out, err := w.Load(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// loadText writes lines to a file and brings it in.
func loadText(t *testing.T, w *Warehouse, format string, lines ...string) Loaded {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadIn(t, w, Input{Source: "test", Format: format, Name: path, Path: path, CollectedAt: collectedAt})
}

// table runs a query and writes its rows, tab between columns.
func table(t *testing.T, w *Warehouse, query string) string {
	t.Helper()
	rows, err := w.conn.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		cells, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			t.Fatal(err)
		}
		for i, c := range cells {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(cell(c))
		}
		out.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case string:
		return strings.NewReplacer("\t", `\t`, "\n", `\n`).Replace(v)
	}
	return fmt.Sprint(v)
}

const eventColumns = `occurred_at, action, action_basis, outcome, identity, identity_kind, credential, repository, org, ip,
	user_agent, protocol, bytes_out, bytes_in, objects, scope, native_action`

// TestSamples holds every format's samples to the events that stand beside them
// in <sample>.events.tsv, and to the reasons of what is in quarantine; all other
// records are ignored on purpose, and how many is told too. A second load of the
// same text adds nothing.
func TestSamples(t *testing.T) {
	for _, s := range queries.Scripts("sources") {
		files, err := filepath.Glob(filepath.Join(samples, s.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, path := range files {
			if strings.HasSuffix(path, ".tsv") || strings.HasSuffix(path, ".md") {
				continue
			}
			found++
			t.Run(s.Name+"/"+filepath.Base(path), func(t *testing.T) { checkSample(t, s.Name, path) })
		}
		if found == 0 {
			t.Errorf("format %s has no sample in %s", s.Name, filepath.Join(samples, s.Name))
		}
	}
}

func checkSample(t *testing.T, format, path string) {
	w := openTest(t)
	out := load(t, w, format, path)
	got := fmt.Sprintf("records %d, events %d, repeated %d, control %d, ignored %d, quarantined %d\n",
		out.Records, out.New, out.Duplicate, out.Control, out.Ignored, out.Quarantined)
	got += table(t, w, "SELECT "+eventColumns+" FROM event ORDER BY occurred_at, event_id")
	got += table(t, w, "SELECT 'control', occurred_at, native_action, identity, repository FROM control_event ORDER BY occurred_at, event_id")
	got += table(t, w, "SELECT 'quarantine', reason, line, left(record, 60) FROM quarantine ORDER BY line, record")
	golden := path + ".events.tsv"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s does not give the events of %s:\n%s", path, golden, difference(string(want), got))
	}
	again := loadIn(t, w, Input{Source: "test", Format: format, Name: "under another name", Path: path, CollectedAt: collectedAt.Add(time.Hour)})
	if again.New != 0 {
		t.Errorf("loaded again under another name, %s gives %d new events", path, again.New)
	}
}

// difference lists the lines of one text that the other has not.
func difference(want, got string) string {
	var out strings.Builder
	for _, l := range strings.Split(want, "\n") {
		if !strings.Contains("\n"+got, "\n"+l+"\n") {
			fmt.Fprintf(&out, "  missing    %s\n", l)
		}
	}
	for _, l := range strings.Split(got, "\n") {
		if !strings.Contains("\n"+want, "\n"+l+"\n") {
			fmt.Fprintf(&out, "  unexpected %s\n", l)
		}
	}
	return out.String()
}
