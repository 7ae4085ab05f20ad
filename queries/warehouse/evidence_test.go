package warehouse

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bits-and-blooms/bloom/v3"

	"midwatch/queries"
)

// TestEvidenceOfEveryFormat finds the records of every sample as received, by the
// ids that the database has of them: a case that lacks them has no evidence.
func TestEvidenceOfEveryFormat(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(samples, "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	formats, err := queries.Formats("")
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, path := range paths {
		format := filepath.Base(filepath.Dir(path))
		if strings.HasSuffix(path, ".tsv") {
			continue
		}
		t.Run(format+"/"+filepath.Base(path), func(t *testing.T) {
			w := openTest(t)
			load(t, w, format, path)
			ids, known := wantedOf(t, w)
			e := Evidence{In: Landing{Source: "test", Format: format, Name: path, CollectedAt: collectedAt}, Path: path, Formats: formats, Work: t.TempDir()}
			records := 0
			found, wanted, err := e.Find(context.Background(), ids, func(record []byte) error {
				records++
				return nil
			})
			if err != nil || wanted != known || found != known || records != known {
				t.Errorf("the database knows %d, looked for %d, found %d in %d records: %v", known, wanted, found, records, err)
			}
			counted += known
		})
	}
	// Of two samples nothing is known, for their lines have no time.
	if counted < 200 {
		t.Errorf("only %d records were looked for", counted)
	}
}

// wantedOf writes down all that the database knows, for Find.
func wantedOf(t *testing.T, w *Warehouse) (path string, known int) {
	t.Helper()
	rows, err := w.conn.QueryContext(context.Background(), "SELECT event_id, occurred_at FROM event_fact UNION SELECT event_id, occurred_at FROM control_event ORDER BY ALL")
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	var text bytes.Buffer
	for ; rows.Next(); known++ {
		var each Wanted
		must(t, rows.Scan(&each.EventID, &each.OccurredAt))
		must(t, json.NewEncoder(&text).Encode(each))
	}
	must(t, rows.Err())
	path = filepath.Join(t.TempDir(), "wanted")
	must(t, os.WriteFile(path, text.Bytes(), 0o600))
	return path, known
}

// TestTheFilterHoldsNoRecordBack looks at lines that name a wanted record, by
// every way there is to write it, at lines that name none, and at one that has
// the field in a client's name.
func TestTheFilterHoldsNoRecordBack(t *testing.T) {
	t.Parallel()
	f := &idFilter{[]byte(`"_document_id"`), bloom.NewWithEstimates(100, mistaken)}
	f.ids.AddString("wanted")
	for line, passes := range map[string]bool{
		`{"_document_id":"wanted","action":"git.clone"}`:                          true,
		`{"action":"git.clone","_document_id" : "wanted"}`:                        true,
		`{"_document_id":"w\u0061nted"}`:                                          true,
		`{"_document_id":"_gho_Y8CyjDllDp0bloQ7G"}`:                               true,
		`{"_document_id":"other","_document_id":"wanted"}`:                        true,
		`{"action":"git.clone"}`:                                                  true,
		`{"_document_id":null}`:                                                   true,
		`{"_document_id":7}`:                                                      true,
		`{"_document_id"`:                                                         true,
		`{"_document_id":"other","action":"git.clone"}`:                           false,
		`{"_document_id":"other","user_agent":"x\",\"_document_id\":\"wanted\""}`: false,
		`{"user_agent":"\"_document_id\":\"other\"","_document_id":"wanted"}`:     true,
		`{"user_agent":"\"_document_id\":\"other\"","action":"git.clone"}`:        true,
	} {
		if got := f.passes([]byte(line)); got != passes {
			t.Errorf("%s: passes %t, want %t", line, got, passes)
		}
	}
}

// TestEvidenceIsFoundWhereTheFieldIsAnother looks for a record whose line names
// another one in a list of its own: the second look finds it.
func TestEvidenceIsFoundWhereTheFieldIsAnother(t *testing.T) {
	t.Parallel()
	w := openTest(t)
	path := filepath.Join(t.TempDir(), "log")
	must(t, os.WriteFile(path, []byte(
		`{"@timestamp":1784000000000,"action":"git.clone","actor":"ana","repo":"acme/api","data":{"_document_id":"other"}}`+"\n"+
			`{"@timestamp":1784000001000,"_document_id":"d2","action":"git.clone","actor":"ana","repo":"acme/api"}`+"\n"), 0o600))
	load(t, w, "github", path)
	wanted, known := wantedOf(t, w)
	formats, err := queries.Formats("")
	must(t, err)
	var records []string
	found, _, err := Evidence{In: Landing{Source: "test", Format: "github", Name: path, CollectedAt: collectedAt}, Path: path, Formats: formats, Work: t.TempDir()}.
		Find(context.Background(), wanted, func(record []byte) error {
			records = append(records, string(record))
			return nil
		})
	if err != nil || known != 2 || found != 2 || !strings.Contains(records[0], `"d2"`) || !strings.Contains(records[1], `"other"`) {
		t.Errorf("found %d of %d: %q, %v", found, known, records, err)
	}
}
