package groundwatch_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The budget. The numbers are medians and 90th percentiles of well-kept Go projects of our kind.
const (
	maxPackageLines     = 5000 // production code
	maxFileLines        = 700  // tests too
	maxFunctionLines    = 80   // production code
	medianFunctionLines = 12   // half of all functions are shorter
	ninthFunctionLines  = 40   // nine in ten are shorter
	maxMethods          = 7    // of an interface
	maxImportDepth      = 8    // steps from a package to the deepest one of ours it rests on
)

// overBudget names what may be larger, and why: a package ("internal/x"), a file ("internal/x/y.go"),
// a function ("internal/x/y.go:Func") or an interface ("internal/x/y.go:Type").
var overBudget = map[string]string{}

// A source is one Go file of the module.
type source struct {
	path  string // with slashes, from the module's root
	text  []byte
	files *token.FileSet
	tree  *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// lines returns how many lines n covers.
func (s source) lines(n ast.Node) int {
	return s.files.Position(n.End()).Line - s.files.Position(n.Pos()).Line + 1
}

// ownFiles returns the paths of the repository's own files, in all its modules: no hidden directory, no test data, no
// build output.
func ownFiles(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			paths = append(paths, filepath.ToSlash(p))
			return nil
		}
		if p == "." {
			return nil
		}
		switch d.Name() {
		case ".git", "testdata", "node_modules", "build", "bin":
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// sources parses every Go file of the repository. A file that does not parse is skipped: that is for
// the compiler to report.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, p := range ownFiles(t) {
		if !strings.HasSuffix(p, ".go") {
			continue
		}
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, p, text, parser.ParseComments)
		if err != nil {
			continue
		}
		all = append(all, source{p, text, files, tree})
	}
	return all
}

// A size is one thing that the budget measures.
type size struct {
	name string // as in overBudget
	what string
	got  int
	max  int
}

// TestBudget measures files, packages, functions and interfaces against the budget.
func TestBudget(t *testing.T) {
	var sizes []size
	packages := map[string]int{}
	for _, s := range sources(t) {
		n := bytes.Count(s.text, []byte("\n"))
		sizes = append(sizes, size{s.path, "lines in the file", n, maxFileLines})
		if s.isTest() {
			continue
		}
		packages[path.Dir(s.path)] += n
		sizes = append(sizes, functionSizes(s)...)
		sizes = append(sizes, interfaceSizes(s)...)
	}
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		sizes = append(sizes, size{dir, "lines in the package", packages[dir], maxPackageLines})
	}
	checkSizes(t, sizes)
}

func checkSizes(t *testing.T, sizes []size) {
	t.Helper()
	used := map[string]bool{}
	for _, s := range sizes {
		if s.got <= s.max {
			continue
		}
		if overBudget[s.name] == "" {
			t.Errorf("%s: %d %s, want at most %d (or a reason in overBudget)", s.name, s.got, s.what, s.max)
		}
		used[s.name] = true
	}
	for name := range overBudget {
		if !used[name] {
			t.Errorf("%s is within the budget; remove it from overBudget", name)
		}
	}
}

func functionSizes(s source) []size {
	var sizes []size
	for _, d := range s.tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			sizes = append(sizes, size{s.path + ":" + f.Name.Name, "lines in the function", s.lines(f), maxFunctionLines})
		}
	}
	return sizes
}

func interfaceSizes(s source) []size {
	var sizes []size
	ast.Inspect(s.tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if face, ok := spec.Type.(*ast.InterfaceType); ok {
			sizes = append(sizes, size{s.path + ":" + spec.Name.Name, "methods", face.Methods.NumFields(), maxMethods})
		}
		return true
	})
	return sizes
}

// TestMostFunctionsAreSmall checks how function lengths are spread over the module's production code.
func TestMostFunctionsAreSmall(t *testing.T) {
	var lengths []int
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, f := range functionSizes(s) {
			lengths = append(lengths, f.got)
		}
	}
	if len(lengths) == 0 {
		t.Fatal("no function found in the module")
	}
	slices.Sort(lengths)
	for _, tt := range []struct {
		share   string
		at      int
		shorter int
	}{
		{"half", len(lengths) / 2, medianFunctionLines},
		{"nine in ten", len(lengths) * 9 / 10, ninthFunctionLines},
	} {
		if got := lengths[min(tt.at, len(lengths)-1)]; got >= tt.shorter {
			t.Errorf("of %d functions %s have up to %d lines, want fewer than %d", len(lengths), tt.share, got, tt.shorter)
		}
	}
}

// TestImportDepth checks that no package rests on a longer chain of ours than the budget allows.
func TestImportDepth(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range listPackages(t) {
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, module) {
				imports[p.ImportPath] = append(imports[p.ImportPath], imp)
			}
		}
	}
	depths := map[string]int{}
	for p := range imports {
		if got := depth(p, imports, depths); got > maxImportDepth {
			t.Errorf("%s rests on %d layers of packages, want at most %d", p, got, maxImportDepth)
		}
	}
}

// depth returns the number of steps on the longest way down from p. The compiler rules out cycles.
func depth(p string, imports map[string][]string, known map[string]int) int {
	if d, ok := known[p]; ok {
		return d
	}
	d := 0
	for _, imp := range imports[p] {
		d = max(d, 1+depth(imp, imports, known))
	}
	known[p] = d
	return d
}

// TestBudgetMeasures checks the ruler on a file of known size.
func TestBudgetMeasures(t *testing.T) {
	const text = "package p\n\nfunc one() {}\n\nfunc three() {\n\tone()\n}\n\ntype face interface {\n\tA()\n\tB()\n}\n"
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := source{"p.go", []byte(text), files, tree}
	got := fmt.Sprint(append(functionSizes(s), interfaceSizes(s)...))
	want := "[{p.go:one lines in the function 1 80} {p.go:three lines in the function 3 80} {p.go:face methods 2 7}]"
	if got != want {
		t.Errorf("sizes of %q\n got %s\nwant %s", text, got, want)
	}
}
