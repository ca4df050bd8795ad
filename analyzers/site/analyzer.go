package site

import (
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
)

// Analyzer finds the sites of a package. Its result is a *Result. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "eventsite",
	Doc:        "find the calls that write events, and functions that wrap them",
	Requires:   []*analysis.Analyzer{inspect.Analyzer},
	ResultType: reflect.TypeFor[*Result](),
	Run:        run,
}

func run(pass *analysis.Pass) (any, error) {
	return &Result{}, nil
}
