package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/program"
)

// A suite is all checks: those of one package, and those of a program.
type suite struct {
	local   []*analysis.Analyzer // gravest first
	program program.Suite
}

func newSuite(cfg dictionary.Config) suite {
	return suite{local: analyzers.All(cfg), program: program.New(cfg)}
}

// all returns every check that reports something, gravest first.
func (s suite) all() []*analysis.Analyzer {
	all := slices.Concat(s.local, s.program.Checks)
	slices.SortStableFunc(all, func(a, b *analysis.Analyzer) int { return analyzers.Rank(a.Name) - analyzers.Rank(b.Name) })
	return all
}

// has tells whether name is one of the checks.
func (s suite) has(name string) bool {
	return slices.ContainsFunc(s.all(), func(a *analysis.Analyzer) bool { return a.Name == name })
}

// only returns s with the checks alone that list names, separated by commas. "" names all.
func (s suite) only(list string) (suite, error) {
	if list == "" {
		return s, nil
	}
	names := strings.Split(list, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
		if !s.has(names[i]) {
			return suite{}, fmt.Errorf("--only %s: unknown check %q; eventlint help lists them", list, names[i])
		}
	}
	drop := func(a *analysis.Analyzer) bool { return !slices.Contains(names, a.Name) }
	s.local = slices.DeleteFunc(slices.Clone(s.local), drop)
	s.program.Checks = slices.DeleteFunc(slices.Clone(s.program.Checks), drop)
	return s, nil
}
