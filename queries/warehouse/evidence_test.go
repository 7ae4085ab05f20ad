package warehouse

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
			ids := filepath.Join(t.TempDir(), "ids")
			var text bytes.Buffer
			known := 0
			for id := range strings.Lines(table(t, w, "SELECT event_id FROM event_fact UNION SELECT event_id FROM control_event")) {
				known++
				line, err := json.Marshal(strings.TrimSuffix(id, "\n"))
				if err != nil {
					t.Fatal(err)
				}
				text.Write(append(line, '\n'))
			}
			if err := os.WriteFile(ids, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
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
