package site

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
)

// Analyzer finds the sites of a package. Its result is a *Result. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "eventsite",
	Doc:        "find the calls that write events, and functions that wrap them",
	Requires:   []*analysis.Analyzer{inspect.Analyzer},
	FactTypes:  []analysis.Fact{new(Emitter), new(Fields)},
	ResultType: reflect.TypeFor[*Result](),
	Run:        run,
}

func run(pass *analysis.Pass) (any, error) {
	if !concerned(pass) {
		return &Result{fset: pass.Fset}, nil
	}
	f := &finder{
		pass:     pass,
		info:     pass.TypesInfo,
		in:       pass.ResultOf[inspect.Analyzer].(*inspector.Inspector),
		emitters: map[types.Object]*Emitter{},
		helpers:  map[*types.Func]*Fields{},
		params:   map[*types.Var]param{},
		used:     map[ast.Node]bool{},
		reading:  map[*types.Var]bool{},
	}
	f.learn()
	f.export()
	r := &Result{fset: pass.Fset, Ignores: readIgnores(pass)}
	if !isEventlog(pass.Pkg.Path()) { // its tags are named by those who call it
		f.collect(r)
	}
	return r, nil
}

// concerned tells whether the package can write events at all: it imports a logger, or a package that
// has wrappers. The loggers themselves are not looked at.
func concerned(pass *analysis.Pass) bool {
	if p := pass.Pkg.Path(); p == slogPath || p == eventlogPath {
		return false
	}
	for _, imp := range pass.Pkg.Imports() {
		if p := imp.Path(); p == slogPath || isEventlog(p) {
			return true
		}
	}
	return len(pass.AllObjectFacts()) > 0
}

// isEventlog tells whether path is the logger or one of its own packages.
func isEventlog(path string) bool {
	return path == eventlogPath || strings.HasPrefix(path, eventlogPath+"/")
}

// A finder goes through one package.
type finder struct {
	pass     *analysis.Pass
	info     *types.Info
	in       *inspector.Inspector
	emitters map[types.Object]*Emitter // of this package: functions, and variables that hold one
	helpers  map[*types.Func]*Fields   // of this package
	params   map[*types.Var]param      // the parameters of this package's functions
	used     map[ast.Node]bool         // attributes that belong to a site already
	reading  map[*types.Var]bool       // variables whose assignments are being read
}

func (f *finder) isParam(v *types.Var) bool {
	_, ok := f.params[v]
	return ok
}

// emitter returns what is known of the function or variable o, nil if it writes no events.
func (f *finder) emitter(o types.Object) *Emitter {
	if fn, ok := o.(*types.Func); ok {
		fn = fn.Origin()
		if e := known(fn); e != nil {
			return e
		}
		var fact Emitter
		if fn.Pkg() != f.pass.Pkg && f.pass.ImportObjectFact(fn, &fact) {
			return &fact
		}
		o = fn
	}
	return f.emitters[o]
}

// helper returns the fields that fn returns, nil if that is not known.
func (f *finder) helper(fn *types.Func) *Fields {
	if fn.Pkg() == f.pass.Pkg {
		return f.helpers[fn]
	}
	var fact Fields
	if f.pass.ImportObjectFact(fn, &fact) {
		return &fact
	}
	return nil
}

// export makes what was learned known to the packages that import this one.
func (f *finder) export() {
	for o, e := range f.emitters {
		if fn, ok := o.(*types.Func); ok {
			f.pass.ExportObjectFact(fn, e)
		}
	}
	for fn, fields := range f.helpers {
		f.pass.ExportObjectFact(fn, fields)
	}
}

// isTest tells whether file is compiled for tests only.
func (f *finder) isTest(file *ast.File) bool {
	return strings.HasSuffix(f.pass.Fset.Position(file.FileStart).Filename, "_test.go")
}
