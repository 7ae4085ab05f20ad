package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// knowledge are the documents that code and SQL cite by name, and where each is.
var knowledge = [...]struct{ name, path string }{
	{"THREATS", "queries/investigations/THREATS.md"},
	{"PEERS", "queries/signals/PEERS.md"},
	{"FORMATS", "queries/sources/FORMATS.md"},
	{"MODEL", "analyzer/MODEL.md"},
}

// cited is a citation: "FORMATS 1.2", "THREATS 0, 6" (item 6 of section 0),
// "THREATS 2, A11" or "THREATS, S12 and S13" (the codes), or the document's name
// alone.
var cited = regexp.MustCompile(`\b(THREATS|PEERS|FORMATS|MODEL)(?:\.md)?\b((?:,? (?:and )?(?:[0-9]+(?:\.[0-9]+)?|[AS][0-9]+)\b)*)`)

var anchor = regexp.MustCompile(`[AS]?[0-9]+(?:\.[0-9]+)?`)

// anchorsOf are the anchors that a citation names.
func anchorsOf(places string) []string {
	var all []string
	section := ""
	for _, a := range anchor.FindAllString(places, -1) {
		if section != "" && strings.Contains(places, section+", "+a) && !strings.ContainsAny(a, "AS.") {
			all[len(all)-1] = section + "." + a
			continue
		}
		all, section = append(all, a), a
	}
	return all
}

// hasAnchor says whether a document has a heading, a list item or a row of a
// table of that number or code.
func hasAnchor(document, a string) bool {
	return regexp.MustCompile(`(?m)(^#+ |^\| |\*\*)` + regexp.QuoteMeta(a) + `( |\*\*)`).MatchString(document)
}

// TestCitationsResolve finds every citation in the tree and holds the document
// it names to have the place.
func TestCitationsResolve(t *testing.T) {
	t.Parallel()
	documents := map[string]string{}
	for _, k := range knowledge {
		text, err := os.ReadFile(filepath.Join(root, k.path))
		if err != nil {
			t.Fatal(err)
		}
		documents[k.name] = string(text)
	}
	count := 0
	eachText(t, func(path, text string) {
		for _, m := range cited.FindAllStringSubmatch(text, -1) {
			for _, a := range anchorsOf(strings.ReplaceAll(m[2], "\n", " ")) {
				count++
				if !hasAnchor(documents[m[1]], a) {
					t.Errorf("%s cites %q: there is no %s in %s", path, m[0], a, m[1])
				}
			}
		}
	})
	if count < 50 {
		t.Errorf("only %d citations were found", count)
	}
}

// The pattern must find what it is for, and a place that is not there.
func TestCitationsAreSeen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"(FORMATS 1.2)": "1.2", "THREATS 0, 6).": "0.6", "THREATS 2, A11": "2 A11", "THREATS, S12 and S13). A": "S12 S13", "PEERS)": "", "PEERS 2 and 4": "2 4", "MODEL 2.7": "2.7",
	} {
		m := cited.FindStringSubmatch(text)
		if m == nil || strings.Join(anchorsOf(m[2]), " ") != want {
			t.Errorf("%q is read as %q", text, m)
		}
	}
	const document = "## 1 One\n\n### 1.2 Two\n\n- **0.6** Six. **0.7** Seven.\n| S12 | a |\n"
	for a, want := range map[string]bool{"1": true, "1.2": true, "0.6": true, "0.7": true, "S12": true, "2": false, "1.1": false, "S1": false} {
		if hasAnchor(document, a) != want {
			t.Errorf("anchor %s: %v", a, !want)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#: ]+)(?:#[^)]*)?\)`)

// TestDocumentsLeadSomewhere holds every link of a shipped document to a file
// that exists, and every document to name nothing outside of the tree.
func TestDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	eachText(t, func(path, text string) {
		if !strings.HasSuffix(path, ".md") {
			return
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s, which does not exist", path, m[1])
			}
		}
		if strings.Contains(text, "../shared") {
			t.Errorf("%s names ../shared, which is not shipped: say \"the evaluation kit\"", path)
		}
	})
}

// eachText gives each of the tree's own documents, Go and SQL files.
func eachText(t *testing.T, with func(path, text string)) {
	t.Helper()
	for _, folder := range []string{"README.md", ".github", "analyzer", "cmd", "collectors", "queries", "testdata"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Base(path) == "knowledge_test.go" {
				return err
			}
			switch filepath.Ext(path) {
			case ".go", ".sql", ".md":
				text, err := os.ReadFile(path)
				if err == nil {
					with(path, string(text))
				}
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
