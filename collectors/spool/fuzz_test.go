package spool_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"midwatch/collectors/spool"
)

// A manifest that was damaged, or that somebody else wrote, is an error that
// names the file, or a segment of this source; never another's, and never a
// checkpoint that the file does not hold.
func FuzzManifest(f *testing.F) {
	good := `{"version":1,"source":"log","format":"github","records":1,"bytes":3,"sha256":"` + strings.Repeat("0", 64) + `","checkpoint":"c"}`
	for _, text := range []string{good, "", "{}", "null", good[:40], strings.Replace(good, `"log"`, `"other"`, 1), strings.Replace(good, `"version":1`, `"version":2`, 1),
		strings.Replace(good, `"bytes":3`, `"bytes":-1`, 1), strings.Replace(good, "0000", "../a", 1), good + good, strings.Replace(good, `:"c"`, `:["c"]`, 1)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, manifest []byte) {
		dir := t.TempDir()
		folder := filepath.Join(dir, "log")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "00000000000000000001.json")
		for name, text := range map[string][]byte{path: manifest, filepath.Join(folder, "00000000000000000001.ndjson.zst"): []byte("abc")} {
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := spool.Open(dir, "log")
		if err != nil {
			t.Fatal(err)
		}
		at, err := s.Checkpoint()
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("the error does not name the file: %v", err)
		}
		all, err := s.Segments()
		if err != nil {
			return
		}
		for _, g := range all {
			if g.Manifest.Source != "log" || !strings.HasPrefix(g.ID, "log/00000000000000000001/") || g.Path != filepath.Join(folder, "00000000000000000001.ndjson.zst") {
				t.Errorf("%q gives %+v", manifest, g)
			}
			if at != g.Manifest.Checkpoint {
				t.Errorf("%q: checkpoint %q, and %q in its segment", manifest, at, g.Manifest.Checkpoint)
			}
			if s.Verify(g) == nil {
				t.Errorf("%q verifies what is no segment", manifest)
			}
		}
	})
}
