package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A configuration loads or is an error in usage that names the file.
func FuzzConfig(f *testing.F) {
	f.Add(exampleConfig)
	for _, text := range []string{"", "a", "[]", "sources: x", "sources: [{}]", "sources: [{name: a, kind: files, format: github, paths: [1]}]", "list: {rows: 1e9}",
		"threads: 0x10", "a: &a [*a]", "\t", "database: ''", "sources: [{name: a, overlap: -1ns}]", "memory_limit: 2 GB", "? [a]\n: b", "<<: {a: b}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a := &app{configPath: filepath.Join(t.TempDir(), "c.yaml")}
		if err := os.WriteFile(a.configPath, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := a.loadConfig()
		var usage usageError
		if err != nil && (!errors.As(err, &usage) || !strings.Contains(err.Error(), a.configPath)) {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil && (c.Database == "" || c.Snapshot == "" || !filepath.IsAbs(c.Database)) {
			t.Errorf("%q: %+v", text, c)
		}
	})
}

// Statements are pieces of the text, in order, that end at semicolons; none is
// empty and nothing between them is lost but what is empty.
func FuzzStatements(f *testing.F) {
	for _, text := range []string{"", ";", "SELECT 1", "SELECT ';'; SELECT \"a;b\" -- x;y\n; /* ; */ SELECT 2;", "'", "/*", "--", "a'';''b;c", "$$;$$"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rest := text
		for _, s := range statements(text) {
			i := strings.Index(rest, s)
			if strings.TrimSpace(s) == "" || i < 0 || strings.Trim(rest[:i], "; \t\r\n\v\f\u0085\u00a0\u2028\u2029") != "" && strings.TrimSpace(strings.ReplaceAll(rest[:i], ";", "")) != "" {
				t.Fatalf("%q: %q does not follow in %q", text, s, rest)
			}
			rest = rest[i+len(s):]
		}
		if strings.TrimSpace(strings.ReplaceAll(rest, ";", "")) != "" {
			t.Errorf("%q: %q was lost", text, rest)
		}
	})
}
