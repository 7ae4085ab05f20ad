package main

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// eachFile parses every file of ours that is no test.
func eachFile(t *testing.T, f func(set *token.FileSet, path string, file *ast.File)) {
	t.Helper()
	for _, p := range ours(t) {
		for _, name := range p.GoFiles {
			set := token.NewFileSet()
			path := filepath.Join(p.Dir, name)
			file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			f(set, path, file)
		}
	}
}

// viper holds settings by name, which every other file gets as a Config.
func TestViperStandsInOneFile(t *testing.T) {
	t.Parallel()
	eachFile(t, func(_ *token.FileSet, path string, file *ast.File) {
		for _, i := range file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if name == "github.com/spf13/viper" && !strings.HasSuffix(path, "cmd/midwatch/config.go") {
				t.Errorf("%s imports viper", path)
			}
		}
	})
}

func TestNoInitFunctions(t *testing.T) {
	t.Parallel()
	eachFile(t, func(set *token.FileSet, _ string, file *ast.File) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: an init function", set.Position(f.Pos()))
			}
		}
	})
}

// Variables of a package are given their value where they are declared, by the
// linker or by go:embed, and never another.
func TestNoPackageKeepsState(t *testing.T) {
	t.Parallel()
	eachFile(t, func(set *token.FileSet, _ string, file *ast.File) {
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, n := range withoutValue(g) {
					t.Errorf("%s: the package variable %s has no value", set.Position(n.Pos()), n.Name)
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, name := range changed(n) {
				if packageLevel(file, name) {
					t.Errorf("%s: the package variable %s is changed", set.Position(name.Pos()), name.Name)
				}
			}
			return true
		})
	})
}

// withoutValue are the variables of a declaration that begin empty and are not
// embedded files.
func withoutValue(g *ast.GenDecl) []*ast.Ident {
	var names []*ast.Ident
	for _, s := range g.Specs {
		v := s.(*ast.ValueSpec)
		embedded := slices.ContainsFunc([]*ast.CommentGroup{g.Doc, v.Doc}, func(c *ast.CommentGroup) bool {
			return c != nil && slices.ContainsFunc(c.List, func(l *ast.Comment) bool { return strings.HasPrefix(l.Text, "//go:embed") })
		})
		if len(v.Values) == 0 && !embedded {
			names = append(names, v.Names...)
		}
	}
	return names
}

// changed are the names that a statement gives another value, or an element of
// them.
func changed(n ast.Node) []*ast.Ident {
	var targets []ast.Expr
	switch s := n.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			targets = s.Lhs
		}
	case *ast.IncDecStmt:
		targets = []ast.Expr{s.X}
	}
	var names []*ast.Ident
	for _, x := range targets {
		for {
			switch y := x.(type) {
			case *ast.IndexExpr:
				x = y.X
				continue
			case *ast.SelectorExpr:
				x = y.X
				continue
			case *ast.StarExpr:
				x = y.X
				continue
			case *ast.ParenExpr:
				x = y.X
				continue
			case *ast.Ident:
				names = append(names, y)
			}
			break
		}
	}
	return names
}

// packageLevel holds for a name that no function declares: one of the package's
// variables, in this file or another.
func packageLevel(file *ast.File, name *ast.Ident) bool {
	if name.Name == "_" {
		return false
	}
	return name.Obj == nil || file.Scope.Lookup(name.Name) == name.Obj
}

// The rules above must see what they are there for.
func TestStateIsSeen(t *testing.T) {
	t.Parallel()
	const text = `package p
var cache = map[string]int{}
var count int
func f() { cache["a"] = 1; count++; elsewhere.x = 2; local := 1; local = 2; _ = local }`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		for _, name := range changed(n) {
			if packageLevel(file, name) {
				found = append(found, name.Name)
			}
		}
		return true
	})
	if !slices.Equal(found, []string{"cache", "count", "elsewhere"}) {
		t.Errorf("found %v", found)
	}
}

func TestEverythingExportedIsDocumented(t *testing.T) {
	t.Parallel()
	for _, p := range ours(t) {
		set := token.NewFileSet()
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if lines := set.File(file.Pos()).LineCount(); lines > 400 {
				t.Errorf("%s/%s has %d lines; 400 is the most", p.ImportPath, name, lines)
			}
			files = append(files, file)
		}
		said, err := doc.NewFromFiles(set, files, p.ImportPath)
		if err != nil {
			t.Fatal(err)
		}
		if said.Doc == "" {
			t.Errorf("package %s is not documented", p.ImportPath)
		}
		for _, name := range undocumented(said) {
			t.Errorf("%s.%s is not documented", p.ImportPath, name)
		}
		base := filepath.Base(p.ImportPath)
		if slices.Contains([]string{"utils", "util", "common", "helpers", "constants", "models", "internal", "pkg"}, base) {
			t.Errorf("package %s is named for nothing", p.ImportPath)
		}
	}
}

// undocumented names what is exported without a word.
func undocumented(p *doc.Package) []string {
	var names []string
	funcs := func(of string, all []*doc.Func) {
		for _, f := range all {
			if f.Doc == "" && !slices.Contains([]string{"Error", "Unwrap", "String"}, f.Name) {
				names = append(names, of+f.Name)
			}
		}
	}
	values := func(all []*doc.Value) {
		for _, v := range all {
			if v.Doc == "" && !eachSpecSaid(v.Decl) {
				names = append(names, v.Names...)
			}
		}
	}
	funcs("", p.Funcs)
	values(p.Consts)
	values(p.Vars)
	for _, x := range p.Types {
		if x.Doc == "" {
			names = append(names, x.Name)
		}
		funcs(x.Name+".", slices.Concat(x.Funcs, x.Methods))
		values(x.Consts)
		values(x.Vars)
	}
	return names
}

// eachSpecSaid holds when every line of a group has its own comment.
func eachSpecSaid(g *ast.GenDecl) bool {
	return !slices.ContainsFunc(g.Specs, func(s ast.Spec) bool {
		v, ok := s.(*ast.ValueSpec)
		return ok && v.Doc == nil && v.Comment == nil
	})
}
