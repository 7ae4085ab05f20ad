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
	"call":             "names of macros and parameters of this program",
	"Query":            "a person's own SQL",
	"dial":             "settings from the configuration, as literals",
	"describe":         "the headers of our own files, as literals",
	"installMacros":    "our own files",
	"apply":            "our own files",
	"stage":            "our own files",
	"count":            "our own files",
	"step":             "our own files",
	"run":              "our own files",
	"prepare":          "our own files",
	"mapChunk":         "our own files",
	"CheckMappings":    "our own files",
	"checkMapping":     "a constant, and the fields of a header, which have no quotes",
	"readWhole":        "names of tables, as identifiers",
	"subjects":         "conditions of this program",
	"Resolve":          "conditions of this program",
	"schemaVersion":    "a constant",
	"quarantine":       "constants",
	"column":           "what its callers give, who are looked at too",
	"each":             "what its callers give, who are looked at too",
	"details":          "what its callers give, who are looked at too",
	"texts":            "what its callers give",
	"SetConstants":     "names of our columns",
	"ScratchBaselines": "names of our tables",
	"DropScratch":      "names of our tables",
	"CountNights":      "our own files, and names of our columns",
	"RemoveNights":     "names of our tables",
	"ForgetScored":     "names of our tables",
	"messageTried":     "what its callers give, all of them constants",
	"BeginTelling":     "constants",
	"EndTelling":       "constants",
	"Select":           "a person's own SQL",
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
// program. A text that is not constant must come from a function of this package
// that is listed above with its reason.
func TestSQLIsNotBuiltFromNames(t *testing.T) {
	root := filepath.Join("..", "..")
	used := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		for _, c := range builtSQL(file) {
			dir := filepath.ToSlash(filepath.Dir(path))
			listed := strings.HasSuffix(dir, "queries/warehouse") && putTogether[c.in] != "" || strings.HasSuffix(dir, "cmd/midwatch") && shellOnly[c.in] ||
				strings.HasSuffix(dir, "collectors/stream") && c.in == "ServeHTTP" // a query over HTTP
			used[c.in] = used[c.in] || listed
			if !listed {
				t.Errorf("%s: %s runs SQL that is not constant: bind values, or list it here with the reason", set.Position(c.at), c.in)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range putTogether {
		if !used[name] {
			t.Errorf("%s is listed and puts no SQL together: take it out, before something else has the name", name)
		}
	}
}

// shellOnly are the functions of the command that run a person's own SQL, or what they
// put together of a truth value and a date.
var shellOnly = map[string]bool{"statement": true, "newTriageList": true}

// built is a call that runs SQL which is not constant, and the function it is in.
type built struct {
	in string
	at token.Pos
}

// builtSQL finds the calls of a file that run SQL which is not constant.
func builtSQL(file *ast.File) []built {
	var all []built
	known := constants(file)
	for _, d := range file.Decls {
		name := "a variable"
		if f, ok := d.(*ast.FuncDecl); ok {
			name = f.Name.Name
		}
		ast.Inspect(d, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := c.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if at, runs := runsSQL[s.Sel.Name]; runs && len(c.Args) > at && !constant(c.Args[at], known) {
				all = append(all, built{name, c.Pos()})
			}
			return true
		})
	}
	return all
}

// TestTheLintOfSQLCanFail holds the lint to what it must find, and to what it
// must leave alone.
func TestTheLintOfSQLCanFail(t *testing.T) {
	for _, x := range []struct {
		call  string
		found bool
	}{
		{`c.QueryContext(ctx, "FROM event WHERE identity = '" + name + "'")`, true},
		{`c.QueryContext(ctx, fmt.Sprintf("FROM event WHERE identity = '%s'", name))`, true},
		{`c.ExecContext(ctx, name)`, true},
		{`c.QueryRowContext(ctx, strings.ReplaceAll("FROM event WHERE identity = $1", "$1", name))`, true},
		{`r.each(ctx, nil, "FROM event WHERE identity = '" + name + "'")`, true},
		{`func() { c.PrepareContext(ctx, name) }()`, true},
		{`c.QueryContext(ctx, "FROM event WHERE identity = ?", name)`, false},
		{`c.QueryContext(ctx, "FROM event " + ("WHERE identity = ?"), name)`, false},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+x.call+" }", 0)
		must(t, err)
		if got := builtSQL(file); len(got) > 0 != x.found || x.found && got[0].in != "f" {
			t.Errorf("%s: found %v, want %v", x.call, got, x.found)
		}
	}
}

// constants are the names that a file declares as constants.
func constants(file *ast.File) map[string]bool {
	known := map[string]bool{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				known[name.Name] = true
			}
		}
	}
	return known
}

// constant is true for literals, constants of the file and what is put together
// of them.
func constant(e ast.Expr, known map[string]bool) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return known[x.Name]
	case *ast.BinaryExpr:
		return constant(x.X, known) && constant(x.Y, known)
	case *ast.ParenExpr:
		return constant(x.X, known)
	}
	return false
}
