package warehouse

import (
	"bufio"
	"context"
	"errors"
	"io"
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

// valuesOf are the pieces of a text, a "!" before what is no object.
func valuesOf(t *testing.T, text string, final bool) string {
	t.Helper()
	v := newValues(bufio.NewReader(strings.NewReader(text)))
	v.final = final
	var all []string
	for {
		piece, isObject, err := v.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				all = append(all, err.Error())
			}
			return strings.Join(all, "|")
		}
		for _, r := range objectsOf(piece, isObject) {
			if !r.isObject {
				r.text = append([]byte("!"), r.text...)
			}
			all = append(all, string(r.text))
		}
	}
}

// Whatever follows whatever: each object is one record, and what is none is told.
func TestValues(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"one", `{"a":1}`, `{"a":1}`},
		{"two written at once", `{"a":1} {"b":2}`, `{"a":1}|{"b":2}`},
		{"blank", "\n \r\n", ``},
		{"damaged", `{"a":`, `!{"a":`},
		{"text behind it", `{"a":1} x`, `{"a":1}|!x`},
		{"a list", `[{"a":1}, {"b":2}]`, `{"a":1}|{"b":2}`},
		{"lists in a list", `[[{"a":1}],[],[[{"b":2}]]]`, `{"a":1}|{"b":2}`},
		{"a list, an object, a list", `[{"a":1}]{"b":2}` + "\n" + `[{"c":3}]`, `{"a":1}|{"b":2}|{"c":3}`},
		{"over lines", "{\n \"a\": 1\n}\n{\n \"b\": [2]\n}", `{"a":1}|{"b":[2]}`},
		{"a text sequence", "\x1e{\"a\":1}\n\x1e{\"b\":2}\n", `{"a":1}|{"b":2}`},
		{"byte-order marks", "\ufeff{\"a\":1}\n\ufeff{\"b\":2}", `{"a":1}|{"b":2}`},
		{"no objects", `[1, null, "x{y", [], {}]`, `!1|!null|!"x{y"|{}`},
		{"another format", `192.0.2.7 - - "GET / {"` + "\n" + `{"a":1}`, `!192.0.2.7 - - "GET / {"|{"a":1}`},
		{"no UTF-8", "{\"a\":\"\xff\"}", "!{\"a\":\"\xff\"}"},
		{"cut lines", `{"a":"x` + "\n" + `{"b":` + "\n" + `{"c":3}` + "\n" + `{"d":4,` + "\n" + `{"e":5}`, `!{"a":"x|!{"b":|{"c":3}|!{"d":4,|{"e":5}`},
		{"a quote too many", `{"a":"x"y"}` + "\n" + `{"b":2}`, `!{"a":"x"y"}|{"b":2}`},
		{"stamped by a runtime", `2026-11-12T16:31:31.1Z stdout F {"a":1}` + "\n" + `Nov 12 16:31:31 web git[7]: {"b":2}`, `{"a":1}|{"b":2}`},
		{"half a character", `{"a":"\ud800x"}`, `{"a":"\ufffdx"}`},
		{"the other half", `{"a":"\uDFFF"}`, `{"a":"\ufffd"}`},
		{"a whole one", `{"a":"\ud83d\ude00"}`, `{"a":"\ud83d\ude00"}`},
	} {
		if got := valuesOf(t, c.text, true); got != c.want {
			t.Errorf("%s: %q gives %s; want %s", c.name, c.text, got, c.want)
		}
	}
	if got := valuesOf(t, `{"a":1}{"b":`, false); got != `{"a":1}|unexpected EOF` {
		t.Errorf("cut, with more to come: %s", got)
	}
}

// Damage costs what it costs to read it, however it is made.
func TestDamageIsNotReadForEver(t *testing.T) {
	for _, line := range []string{"{\n", `{"a":` + "\n", `{"a":[1,[` + "\n", `"` + "\n", "[\n"} {
		v := newValues(bufio.NewReader(strings.NewReader(strings.Repeat(line, 4<<20/len(line)))))
		v.final = true
		for {
			if _, _, err := v.next(); err != nil {
				break
			}
		}
		if v.rescanned > 4*v.read+spareRescans {
			t.Errorf("%q: of %d bytes %d were read again", line, v.read, v.rescanned)
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
		{"text behind the record", auditLine("b", "x") + " tail", 2, 1, 2},
		{"a list", "[" + auditLine("b", "x") + "]", 2, 0, 0},
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
