package warehouse

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// runsSQL are the methods that run a text as SQL; the text is their second
// argument, and of each the third.
var runsSQL = map[string]int{
	"ExecContext": 1, "QueryContext": 1, "QueryRowContext": 1, "PrepareContext": 1, "Query": 1, "each": 2, "column": 1, "details": 2, "subjects": 1,
}

// putTogether names the functions that put SQL together of more than constants,
// and of what: of texts and names of this program, of values that literal or
// quoted write, or of what a person types. Names from logs are bound, always.
var putTogether = map[string]string{
	"Ask":              "names of macros and parameters of this program",
	"Query":            "a person's own SQL",
	"statement":        "a person's own SQL",
	"dial":             "settings from the configuration, as literals",
	"withoutStates":    "constants",
	"describe":         "the headers of our own files, as literals",
	"installMacros":    "our own files",
	"apply":            "our own files",
	"stage":            "our own files",
	"count":            "our own files",
	"step":             "our own files",
	"run":              "our own files",
	"prepare":          "our own files",
	"mapChunk":         "our own files",
	"subjects":         "conditions of this program",
	"Resolve":          "conditions of this program",
	"schemaVersion":    "a constant",
	"quarantine":       "constants",
	"column":           "what its callers give, who are looked at too",
	"each":             "what its callers give, who are looked at too",
	"details":          "what its callers give, who are looked at too",
	"texts":            "what its callers give",
	"SaveNights":       "names of our tables",
	"rollUpDays":       "names of our tables",
	"forLanding":       "settings of this program",
	"ForgetHistories":  "names of our tables",
	"replaceRows":      "names of our tables",
	"hasRows":          "names of our tables",
	"addContributions": "constants",
	"plant":            "constants",
	"Facts":            "names of our signals",
}

// TestSQLIsNotBuiltFromNames reads every call that runs SQL in the whole
// program. A text that is not constant must come from a function that is listed
// above with its reason, or be made in this package by the helpers that quote.
func TestSQLIsNotBuiltFromNames(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				s, ok := c.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				at, runs := runsSQL[s.Sel.Name]
				if runs && len(c.Args) > at && !constant(c.Args[at]) && putTogether[f.Name.Name] == "" {
					t.Errorf("%s: %s runs SQL that is not constant: bind values, or list it here with the reason", set.Position(c.Pos()), f.Name.Name)
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// constant is true for literals and what is put together of them.
func constant(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return constant(x.X) && constant(x.Y)
	case *ast.ParenExpr:
		return constant(x.X)
	}
	return false
}
