package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed is what `go list` says of one of our packages.
type listed struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

const root = "../.."

// ours lists the module's packages.
func ours(t *testing.T) []listed {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Deps", "./...")
	list.Dir = root
	list.Stderr = os.Stderr
	text, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list names only %d packages", len(all))
	}
	return all
}

// mayImport says which of our packages another may import: the import direction
// of the design, cmd to analyzer/report to analyzer to queries/warehouse to
// {queries, collectors}, and collectors/<kind> to collectors and to the two
// packages that belong to the vocabulary.
func mayImport(importer, imported string) bool {
	from, to := strings.TrimPrefix(importer, "midwatch/"), strings.TrimPrefix(imported, "midwatch/")
	switch {
	case strings.HasPrefix(from, "cmd/"):
		return !strings.HasPrefix(to, "cmd/")
	case from == "analyzer/night" && (to == "analyzer/report" || to == "analyzer/triage" || to == "analyzer/notify" || to == "collectors/spool" || to == "collectors/files" || to == "collectors/gitrepo"):
		return true
	case from == "analyzer/casework" && (to == "analyzer/report" || to == "collectors/spool"):
		return true
	case from == "analyzer/mcp" && (to == "analyzer/report" || to == "analyzer/night"):
		return true
	case strings.HasPrefix(from, "analyzer/"):
		return slices.Contains([]string{"analyzer", "queries/warehouse", "queries", "collectors"}, to)
	case from == "analyzer":
		return slices.Contains([]string{"queries/warehouse", "queries", "collectors"}, to)
	case from == "queries/warehouse/warehousetest":
		return to == "queries/warehouse"
	case from == "queries/warehouse":
		return to == "queries" || to == "collectors"
	case strings.HasPrefix(from, "collectors/"):
		return slices.Contains([]string{"collectors", "collectors/spool", "collectors/stream", "collectors/collectortest"}, to)
	}
	return false // queries and collectors are leaves
}

func TestImportDirection(t *testing.T) {
	t.Parallel()
	for _, p := range ours(t) {
		for _, i := range p.Imports {
			if strings.HasPrefix(i, "midwatch/") && !mayImport(p.ImportPath, i) {
				t.Errorf("%s imports %s: imports run cmd, analyzer/report, analyzer, queries/warehouse, {queries, collectors}", p.ImportPath, i)
			}
		}
	}
}

// The rule itself must refuse what the design forbids.
func TestImportDirectionRefuses(t *testing.T) {
	t.Parallel()
	for _, x := range [][2]string{
		{"midwatch/queries", "midwatch/collectors"}, {"midwatch/collectors", "midwatch/queries"},
		{"midwatch/collectors/github", "midwatch/queries/warehouse"}, {"midwatch/collectors/github", "midwatch/collectors/files"},
		{"midwatch/queries/warehouse", "midwatch/analyzer"}, {"midwatch/queries/warehouse", "midwatch/collectors/spool"},
		{"midwatch/analyzer", "midwatch/analyzer/report"}, {"midwatch/analyzer", "midwatch/collectors/synthetic"},
		{"midwatch/analyzer/report", "midwatch/cmd/midwatch"}, {"midwatch/collectors/spool", "midwatch/collectors/github"},
	} {
		if mayImport(x[0], x[1]) {
			t.Errorf("%s may import %s", x[0], x[1])
		}
	}
}

// Libraries that one package alone may import, tests included, so that a change
// of library stays a change of one place.
func TestLibrariesStandInOnePlace(t *testing.T) {
	t.Parallel()
	only := map[string]string{
		"github.com/marcboeker/go-duckdb":         "midwatch/queries/warehouse",
		"github.com/duckdb/":                      "midwatch/queries/warehouse",
		"github.com/google/go-github/":            "midwatch/collectors/github",
		"github.com/bradleyfalzon/ghinstallation": "midwatch/collectors/github",
		"github.com/go-git/":                      "midwatch/collectors/gitrepo",
		"github.com/modelcontextprotocol/":        "midwatch/analyzer/mcp",
		"github.com/spf13/":                       "midwatch/cmd/midwatch",
	}
	for _, p := range ours(t) {
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for prefix, home := range only {
				// The analyzer's tests write roll-ups of nights that no log could give.
				landed := p.ImportPath == "midwatch/analyzer" && !slices.Contains(p.Imports, i)
				if strings.HasPrefix(i, prefix) && p.ImportPath != home && !landed {
					t.Errorf("%s imports %s, which only %s may", p.ImportPath, i, home)
				}
			}
		}
	}
}

// The scoring is pure: what it needs comes by arguments and the warehouse.
func TestScoringReachesNoNetwork(t *testing.T) {
	t.Parallel()
	for _, p := range ours(t) {
		if p.ImportPath != "midwatch/analyzer" {
			continue
		}
		for _, i := range p.Imports {
			if i == "os" || i == "os/exec" || i == "net/http" || strings.HasPrefix(i, "database/") {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	t.Parallel()
	want := []string{"LICENSE", "Makefile", "README.md", "analyzer", "cmd", "collectors", "go.mod", "go.sum", "queries", "testdata"}
	// Made by make build, make demo and the examples of help; never kept.
	made := []string{"bin", "demo", "sample"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(want, e.Name()) && !slices.Contains(made, e.Name()) {
			t.Errorf("%s stands at the top level, which holds %v only", e.Name(), want)
		}
	}
}

func TestNoFileIsLarge(t *testing.T) {
	t.Parallel()
	const most = 2 << 20
	for _, folder := range []string{"analyzer", "cmd", "collectors", "queries", "testdata"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			info, err := e.Info()
			if err == nil && info.Size() > most {
				t.Errorf("%s has %d bytes; 2 MiB is the most", path, info.Size())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
