package site

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exported returns the exported functions and methods of the package in dir, as "Info" and "Logger.Info".
func exported(t *testing.T, dir string) map[string]*ast.FuncDecl {
	t.Helper()
	all := map[string]*ast.FuncDecl{}
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no Go file in %s (%v)", dir, err)
	}
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), p, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
				all[receiver(f)+f.Name.Name] = f
			}
		}
	}
	return all
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	e := f.Recv.List[0].Type
	if p, ok := e.(*ast.StarExpr); ok {
		e = p.X
	}
	id, ok := e.(*ast.Ident)
	if !ok || !id.IsExported() {
		return "-"
	}
	return id.Name + "."
}

// takesFields tells whether f has a parameter ...slog.Attr, or one called key beside a value.
func takesFields(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		_, variadic := p.Type.(*ast.Ellipsis)
		return variadic || len(p.Names) == 1 && p.Names[0].Name == "key" && f.Type.Results == nil
	})
}

// returnsAttr tells whether f makes an attribute.
func returnsAttr(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 || f.Recv != nil {
		return false
	}
	sel, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Attr"
}

// TestTablesAreEventlog checks the tables against the logger's source, so that neither goes on alone.
func TestTablesAreEventlog(t *testing.T) {
	api := exported(t, filepath.Join("..", "..", "eventlog"))
	for _, name := range slices.Sorted(maps.Keys(api)) {
		if takesFields(api[name]) {
			if _, ok := eventlogEntries[name]; !ok && !strings.HasPrefix(name, "-") {
				t.Errorf("eventlog.%s takes fields and is not in eventlogEntries", name)
			}
		}
		if _, ok := eventlogMakers[name]; returnsAttr(api[name]) && !ok && name != "Err" {
			t.Errorf("eventlog.%s makes an attribute and is not in eventlogMakers", name)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(eventlogEntries)), slices.Collect(maps.Keys(eventlogMakers))) {
		if api[name] == nil {
			t.Errorf("eventlog has no %s, which the tables know", name)
		}
	}
}

// TestPresetsAreEventlog checks that the default tags stand in the source of eventlog's packages.
func TestPresetsAreEventlog(t *testing.T) {
	for callee, p := range presets {
		dir, _, _ := strings.Cut(callee, ".")
		var source strings.Builder
		paths, err := filepath.Glob(filepath.Join("..", "..", "eventlog", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
		for _, n := range p.names {
			if !strings.Contains(source.String(), `"`+n.tag+`"`) || !strings.Contains(source.String(), n.field) {
				t.Errorf("%s: tag %q of field %s is not in the source of %s", callee, n.tag, n.field, dir)
			}
		}
		for _, f := range p.fields {
			if !slices.Contains(ofUnit, f) && !strings.Contains(source.String(), `"`+f.Key+`"`) {
				t.Errorf("%s: key %q is not in the source of %s", callee, f.Key, dir)
			}
		}
	}
}
