package warehouse_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries"
	"midwatch/queries/warehouse"
)

// Every mapping of the binary is one that a person could have put into their own
// folder.
func TestMappingsOnlyMap(t *testing.T) {
	t.Parallel()
	var all []queries.Script
	for _, s := range queries.Scripts("sources") {
		s.SQL += "\n-- a person's own copy\n"
		all = append(all, s)
	}
	if len(all) < 10 {
		t.Fatalf("%d formats", len(all))
	}
	if err := warehouse.CheckMappings(t.Context(), all); err != nil {
		t.Error(err)
	}
}

// A mapping of a person's own folder reads no file and no table but its log, and
// does nothing but read, by whatever it is written with.
func TestMappingsThatDoMore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	secret := filepath.Join(folder, "secret.csv")
	put(t, secret, []byte("a,b\n1,2\n"))
	const header = "-- A log.\n--\n-- records: json\n-- recognised by: a\n-- fields: a, b\n"
	for name, sql := range map[string]string{
		"text":      "WITH x AS (SELECT content FROM read_text('" + secret + "')) FROM x",
		"blob":      "WITH x AS (SELECT (SELECT first(content) FROM read_blob('" + secret + "')) FROM landed) FROM x",
		"csv":       "WITH x AS (FROM '" + secret + "') FROM x",
		"glob":      "WITH x AS (FROM glob('" + folder + "/*')) FROM x",
		"query":     "WITH x AS (FROM query('FROM read_te' || 'xt(''" + secret + "'')')) FROM x",
		"network":   "WITH x AS (FROM read_json('https://example.test/x.json')) FROM x",
		"table":     "WITH x AS (FROM event_fact) FROM x",
		"copy":      "WITH x AS (FROM landed) SELECT a FROM x; COPY (SELECT 1) TO '" + secret + ".x'",
		"delete":    "WITH x AS (FROM landed) DELETE FROM landed",
		"break out": "WITH x AS (FROM landed) FROM x), y AS (FROM read_text('" + secret + "')",
		"field":     "WITH x AS (FROM landed) FROM x",
	} {
		h := header
		if name == "field" {
			h = strings.Replace(header, "a, b", `a": 'VARCHAR'}), read_text('`+secret+`') --`, 1)
		}
		s := queries.Parse("sources", "mine", h+sql+"\n")
		_, err := warehouse.Open(t.Context(), warehouse.Options{Path: filepath.Join(t.TempDir(), "w.duckdb"), Formats: []queries.Script{s}})
		if err == nil || !strings.Contains(err.Error(), "the format mine: ") || !strings.Contains(err.Error(), "reads nothing else") {
			t.Errorf("%s: %v", name, err)
		}
		ev := warehouse.Evidence{In: warehouse.Landing{Source: "s", Format: "mine", Name: secret}, Path: secret, Formats: []queries.Script{s}, Work: t.TempDir()}
		wanted := filepath.Join(t.TempDir(), "wanted")
		put(t, wanted, []byte(`{"event_id":"a","occurred_at":"2026-01-01 00:00:00"}`+"\n"))
		_, _, err = ev.Find(t.Context(), wanted, func([]byte) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "the format mine: ") {
			t.Errorf("%s as evidence: %v", name, err)
		}
	}
	if _, err := os.Stat(secret + ".x"); err == nil {
		t.Error("a file was written")
	}
}

// put writes a file for its owner only.
func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
