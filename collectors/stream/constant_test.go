package stream

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestTrap20TheTokenIsComparedInConstantTime looks at every place where the
// receiver uses its token: no time that is measured from outside tells anything
// about it, because nothing but subtle.ConstantTimeCompare looks at it.
func TestTrap20TheTokenIsComparedInConstantTime(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	compared, files := 0, token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		inCompare := map[token.Pos]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isConstantTime(call) {
				for _, use := range usesOfToken(call) {
					inCompare[use.Pos()] = true
				}
			}
			return true
		})
		for _, use := range usesOfToken(file) {
			if !inCompare[use.Pos()] {
				t.Errorf("%s: the token is used outside of subtle.ConstantTimeCompare", files.Position(use.Pos()))
			}
			compared++
		}
	}
	if compared == 0 {
		t.Error("the token is compared nowhere")
	}
}

func isConstantTime(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := f.X.(*ast.Ident)
	return ok && of.Name == "subtle" && f.Sel.Name == "ConstantTimeCompare"
}

// usesOfToken are the places below a node that read the field token.
func usesOfToken(n ast.Node) (uses []*ast.SelectorExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "token" {
			uses = append(uses, s)
		}
		return true
	})
	return uses
}
