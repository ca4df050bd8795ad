package program

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

// A Result is what Collector knows of one package.
type Result struct {
	Own     *Union  // what the package writes itself
	Clashes []Clash // that the package is the first to see, ordered by place

	at map[Place]token.Pos // of the package's own places
}

// A Suite is the checks that look across packages, and the analyzer that collects for them.
type Suite struct {
	Collector *analysis.Analyzer   // its result is a *Result; it reports nothing
	Checks    []*analysis.Analyzer // tagunique, keytype, keyalias: each reports its part of the result
}

// New returns the checks as cfg wants them. They find a clash in the first package that sees both places,
// and name the other place. Whole finds those that no package sees.
func New(cfg dictionary.Config) Suite {
	collector := &analysis.Analyzer{
		Name:       "eventprogram",
		Doc:        "collect the tags and keys that a package and its imports write",
		Requires:   []*analysis.Analyzer{site.Analyzer},
		FactTypes:  []analysis.Fact{(*Union)(nil)},
		ResultType: reflect.TypeFor[*Result](),
	}
	collector.Run = func(pass *analysis.Pass) (any, error) { return run(pass, cfg) }
	suite := Suite{Collector: collector}
	for _, c := range checks {
		if slices.Contains(cfg.Off, c.name) {
			continue
		}
		suite.Checks = append(suite.Checks, &analysis.Analyzer{
			Name:     c.name,
			Doc:      c.doc,
			URL:      "https://github.com/groundwatch/groundwatch/blob/main/docs/reference/eventlint.md#" + c.name,
			Requires: []*analysis.Analyzer{collector},
			Run: func(pass *analysis.Pass) (any, error) {
				report(pass, pass.ResultOf[collector].(*Result), c.name)
				return nil, nil
			},
		})
	}
	return suite
}

func run(pass *analysis.Pass, cfg dictionary.Config) (any, error) {
	n := newNames(cfg.Keys)
	own, at := &Union{}, map[Place]token.Pos(nil)
	if isOurs(pass.Module) {
		own, at = collect(pass, pass.ResultOf[site.Analyzer].(*site.Result), n, cfg.Tests)
	}
	clashes, all := find(pass.Pkg.Path(), own, importedUnions(pass), n)
	if !all.empty() {
		pass.ExportPackageFact(all)
	}
	return &Result{Own: own, Clashes: clashes, at: at}, nil
}

// isOurs tells whether m is a module that people work on here, not one that was downloaded: nobody
// changes the tags and keys of those.
func isOurs(m *analysis.Module) bool {
	return m == nil || m.Path != "std" && (m.Version == "" || m.Replace != nil)
}

// importedUnions returns the facts of the direct imports: the go command hands over no others.
func importedUnions(pass *analysis.Pass) []imported {
	var all []imported
	for _, p := range pass.Pkg.Imports() {
		u := new(Union)
		if pass.ImportPackageFact(p, u) {
			all = append(all, imported{p.Path(), u})
		}
	}
	slices.SortFunc(all, func(a, b imported) int { return strings.Compare(a.path, b.path) })
	return all
}

// report reports the clashes of one check.
func report(pass *analysis.Pass, r *Result, check string) {
	module := ""
	if pass.Module != nil {
		module = pass.Module.Path
	}
	for _, c := range r.Clashes {
		if c.Check != check {
			continue
		}
		pos, own := r.at[c.At]
		if !own {
			pos = importSpec(pass.Files, c.Import)
		}
		pass.Report(analysis.Diagnostic{Pos: pos, Category: check, Message: c.Message(module)})
	}
}

// importSpec returns where the package imports path, or its first file when it does not say.
func importSpec(files []*ast.File, path string) token.Pos {
	for _, f := range files {
		for _, s := range f.Imports {
			if p, err := strconv.Unquote(s.Path.Value); err == nil && p == path {
				return s.Pos()
			}
		}
	}
	return files[0].Name.Pos()
}
