package warehouse

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"midwatch/queries"
)

// TestOddValuesStopNothing puts values of other types, sizes and shapes into
// every field of every format's samples, and cuts and doubles their lines: each
// record becomes an event or goes to quarantine by itself, and the load goes on.
func TestOddValuesStopNothing(t *testing.T) {
	t.Parallel()
	long(t)
	for _, f := range queries.Scripts("sources") {
		paths, err := filepath.Glob(filepath.Join(samples, f.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, ".tsv") || strings.HasSuffix(path, ".md") {
				continue
			}
			t.Run(f.Name+"/"+filepath.Base(path), func(t *testing.T) {
				w := openTest(t)
				lines := oddLines(t, path)
				out := loadText(t, w, f.Name, lines...)
				// A cut line may be a record no more, a file of several records is one line.
				if out.Records < int64(len(lines)) {
					t.Errorf("of %d lines %d were read", len(lines), out.Records)
				}
			})
		}
	}
}

// odd are values that nobody expects.
var odd = []string{`"x"`, `7`, `-1`, `1e300`, `null`, `true`, `[]`, `["a",1]`, `{}`, `{"a":{"b":1}}`, `""`, `"99999999999999999999999"`,
	`"2026-13-45T99:99:99Z"`, `"%ff%zz"`, `"\u0000\ud800"`, `"'); DROP TABLE event_fact; --"`}

// oddLines are a sample's distinct lines and what becomes of them.
func oddLines(t *testing.T, path string) []string {
	t.Helper()
	head := filepath.Join(t.TempDir(), "head")
	if err := writeHead(head, Input{Path: path}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(head)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	lines = lines[:min(len(lines), 4)]
	var all []string
	for _, line := range lines {
		all = append(all, line, line+line, line+" trailing")
		for at := 1; at < len(line) && at < 400; at += 7 {
			all = append(all, line[:at]+line[at+1:], strings.ToValidUTF8(line[:at], "?"))
		}
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(line), &object) == nil {
			all = append(all, oddObjects(object, 2)...)
		}
	}
	return slices.DeleteFunc(all, func(l string) bool { return strings.TrimSpace(l) == "" })
}

// oddObjects are an object with each of its fields replaced, down to a depth.
func oddObjects(object map[string]json.RawMessage, depth int) []string {
	var all []string
	put := func(key string, value json.RawMessage) {
		before := object[key]
		object[key] = value
		if text, err := json.Marshal(object); err == nil {
			all = append(all, string(text))
		}
		object[key] = before
	}
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		for _, value := range odd {
			put(key, json.RawMessage(value))
		}
		var inner map[string]json.RawMessage
		if depth > 0 && json.Unmarshal(object[key], &inner) == nil && inner != nil {
			for _, text := range oddObjects(inner, depth-1) {
				put(key, json.RawMessage(text))
			}
		}
	}
	return all
}
