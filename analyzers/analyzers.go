// Package analyzers checks how a program writes its events: that tags can be searched, keys mean one
// thing, and no secret gets out. What needs more than one package (a tag used twice, a key with two types)
// is left to analyzers/program.
package analyzers

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

//go:generate go test -run TestReference . -update

// checks are all checks of this package.
var checks = []check{
	secret, tagConst, keyDup, oddArgs, ctxMissing, keyCase, errKey, tagCase, beforeAct, tagSplit, tagPast, keyUnit, ignoreReason,
}

// gravity names every check of eventlint, the gravest first: what leaks or loses data, then what makes
// events hard to find, then form. Three of them live in analyzers/program.
var gravity = []string{
	"secret", "tagconst", "tagunique", "keydup", "keytype", "oddargs", "ctxmissing", "keycase", "errkey",
	"keyalias", "tagcase", "beforeact", "tagsplit", "tagpast", "keyunit", "ignorereason",
}

// A check looks at the sites of one package.
type check struct {
	name string
	doc  string // first line: the rule; then why, and code before and after
	run  func(*pass)
}

// All returns the checks that cfg does not switch off, the gravest first: some drivers show only the first
// finding on a line.
func All(cfg dictionary.Config) []*analysis.Analyzer {
	var all []*analysis.Analyzer
	for _, c := range checks {
		if !slices.Contains(cfg.Off, c.name) {
			all = append(all, c.analyzer(cfg))
		}
	}
	return all
}

// Rank orders the names of checks by gravity, the gravest 0. A name that is no check ranks last.
func Rank(name string) int {
	if i := slices.Index(gravity, name); i >= 0 {
		return i
	}
	return len(gravity)
}

// Names returns the names of all checks of eventlint, the gravest first.
func Names() []string { return slices.Clone(gravity) }

func (c check) analyzer(cfg dictionary.Config) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     c.name,
		Doc:      c.doc,
		URL:      "https://github.com/groundwatch/groundwatch/blob/main/docs/reference/eventlint.md#" + c.name,
		Requires: []*analysis.Analyzer{site.Analyzer},
		Run: func(p *analysis.Pass) (any, error) {
			r := p.ResultOf[site.Analyzer].(*site.Result)
			sites := r.Sites
			if cfg.Tests {
				sites = slices.Concat(r.Sites, r.Tests)
			}
			c.run(&pass{Pass: p, cfg: cfg, result: r, sites: sites})
			return nil, nil
		},
	}
}
