package warehouse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/queries"
)

// TestRecogniseSamples holds each sample to the format whose folder it is in.
func TestRecogniseSamples(t *testing.T) {
	formats := queries.Scripts("sources")
	paths, err := filepath.Glob(filepath.Join(samples, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, ".tsv") || strings.HasSuffix(path, ".md") {
			continue
		}
		guesses, err := Recognise(Input{Path: path}, formats)
		if err != nil {
			t.Fatal(err)
		}
		format, err := Take(path, guesses)
		if want := filepath.Base(filepath.Dir(path)); err != nil || format.Name != want {
			t.Errorf("%s was taken for %q (%v), want %s", path, format.Name, err, want)
		}
		seen[format.Name] = true
	}
	for _, f := range formats {
		if !seen[f.Name] {
			t.Errorf("no sample was taken for %s", f.Name)
		}
		for _, key := range []string{"records", "recognised by", "source"} {
			if f.Keys[key] == "" {
				t.Errorf("the header of %s does not say %q", f.Name, key)
			}
		}
	}
}

// TestRecogniseIsUnsure holds it to saying so.
func TestRecogniseIsUnsure(t *testing.T) {
	twin := queries.Script{Name: "twin", Keys: map[string]string{"records": "text", "recognised by": "^a"}}
	other := queries.Script{Name: "other", Keys: map[string]string{"records": "text", "recognised by": "^ab"}}
	once := queries.Script{Name: "once", Keys: map[string]string{"records": "text", "recognised by": "once ^abc"}}
	for _, c := range []struct {
		text, format, trouble string
		formats               []queries.Script
	}{
		{"ab\nab\n", "", "may be other or twin: name its format", []queries.Script{twin, other}},
		{"ab\na\n", "twin", "", []queries.Script{twin, other}},
		{"abc\nab\n", "once", "", []queries.Script{twin, other, once}},
		{"x\n", "", "none of its first lines", []queries.Script{twin, other}},
		{"", "", "is empty", []queries.Script{twin}},
		{"\x00\x01\x02", "", "binary file", []queries.Script{twin}},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		guesses, err := Recognise(Input{Path: path}, c.formats)
		var format queries.Script
		if err == nil {
			format, err = Take(path, guesses)
		}
		if format.Name != c.format || (err == nil) != (c.trouble == "") || (err != nil && !strings.Contains(err.Error(), c.trouble)) {
			t.Errorf("%q was taken for %q, %v; want %q, %q", c.text, format.Name, err, c.format, c.trouble)
		}
	}
}
