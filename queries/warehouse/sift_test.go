package warehouse

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLooksPlain(t *testing.T) {
	for _, c := range []struct {
		name, lines string
		want        bool
	}{
		{"one object a line", `{"a":{"b":1},"c":[{"d":2}]}` + "\n" + `{"a":1}` + "\n", true},
		{"line ends of another system", `{"a":1}` + "\r\n", true},
		{"no braces", "none here\n", true},
		{"the last byte is a brace", `{"a":1}`, true},
		{"two objects", `{"a":1}{"b":2}` + "\n", false},
		{"two objects apart", `{"a":1} {"b":2}` + "\n", false},
		{"text behind an object", `{"a":1} trailing` + "\n", false},
		{"a brace in a name", `{"a":"x}y"}` + "\n", false},
	} {
		if got := looksPlain([]byte(c.lines)); got != c.want {
			t.Errorf("%s: looksPlain(%q) = %v, want %v", c.name, c.lines, got, c.want)
		}
	}
}

func TestObjectsOf(t *testing.T) {
	for _, c := range []struct{ name, line, want, reason string }{
		{"one", `{"a":1}`, `{"a":1}`, ""},
		{"two written at once", `{"a":1} {"b":2}`, `{"a":1}|{"b":2}`, ""},
		{"blank", ``, ``, ""},
		{"damaged", `{"a":`, ``, "not JSON"},
		{"text behind it", `{"a":1} x`, ``, "not JSON"},
		{"a list", `[{"a":1}]`, ``, "not a JSON object"},
		{"another format", `192.0.2.7 - - "GET /"`, ``, "not JSON"},
		{"no UTF-8", "{\"a\":\"\xff\"}", ``, "not JSON"},
		{"half a character", `{"a":"\ud800x"}`, `{"a":"\ufffdx"}`, ""},
		{"the other half", `{"a":"\uDFFF"}`, `{"a":"\ufffd"}`, ""},
		{"a whole one", `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d\ude00"}`, ""},
	} {
		objects, reason := objectsOf([]byte(c.line))
		var got []string
		for _, o := range objects {
			got = append(got, string(o))
		}
		if strings.Join(got, "|") != c.want || reason != c.reason {
			t.Errorf("%s: objectsOf(%q) = %q, %q; want %q, %q", c.name, c.line, got, reason, c.want, c.reason)
		}
	}
}

// auditLine is a fetch by octocat with a place for what is odd about it.
func auditLine(id, agent string) string {
	return `{"@timestamp":1771632007770,"_document_id":"` + id + `","action":"git.fetch","actor":"octocat","actor_ip":"203.0.113.7",` +
		`"repo":"acme/api","user_agent":"` + agent + `"}`
}

// landOdd lands a text and gives what came of it.
func landOdd(t *testing.T, text string) (*Warehouse, Loaded) {
	t.Helper()
	ctx := context.Background()
	folder := t.TempDir()
	w, err := Open(ctx, Options{Path: Fresh(t), Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Abandon(t, w) })
	log := filepath.Join(folder, "log.ndjson")
	if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := w.Load(ctx, Input{Source: "s", Format: "github", Name: log, Path: log, CollectedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return w, out
}

// An access must not be lost to what stands beside it on its line or to what a
// client calls itself; whatever is odd in a chunk, the rest of it reads the same.
func TestOddLinesLoseNothing(t *testing.T) {
	plain := auditLine("a", "git/2.47.1")
	for _, c := range []struct {
		name, odd                 string
		events, quarantined, line int64
	}{
		{"two records on a line", auditLine("b", "x") + auditLine("c", "y"), 3, 0, 0},
		{"half a character in the client", auditLine("b", `git\ud800`), 2, 0, 0},
		{"a brace in the client", auditLine("b", `git}{`), 2, 0, 0},
		{"text behind the record", auditLine("b", "x") + " tail", 1, 1, 2},
		{"a list", "[" + auditLine("b", "x") + "]", 1, 1, 2},
		{"no meaning", `{"@timestamp":1771632007770}`, 1, 1, 2},
		{"a blank line", "", 1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, out := landOdd(t, plain+"\n"+c.odd+"\n")
			if out.New != c.events || out.Quarantined != c.quarantined {
				t.Errorf("new %d, quarantined %d; want %d, %d", out.New, out.Quarantined, c.events, c.quarantined)
			}
			var stored, line int64
			if err := w.conn.QueryRowContext(context.Background(),
				"SELECT (SELECT count(*) FROM event), coalesce((SELECT max(line) FROM quarantine), 0)").Scan(&stored, &line); err != nil {
				t.Fatal(err)
			}
			if stored != c.events || line != c.line {
				t.Errorf("stored %d events, quarantined line %d; want %d, %d", stored, line, c.events, c.line)
			}
		})
	}
}
