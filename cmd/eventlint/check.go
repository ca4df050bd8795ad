package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/groundwatch/groundwatch/analyzers"
	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/program"
)

// check reports what is wrong in the packages that were asked for.
func (l *linter) check() (int, error) {
	dir, err := workingDir(l.dir)
	if err != nil {
		return exitFailed, err
	}
	cfg, _, err := dictionaryOf(l.options.config, dir)
	if err != nil {
		return exitUsage, err
	}
	checks, err := newSuite(cfg).only(l.options.only)
	if err != nil {
		return exitUsage, err
	}
	p, err := load(dir, l.options.patterns, cfg.Tests, l.options.tags)
	if err != nil {
		return exitFailed, err
	}
	findings, err := findingsOf(p, checks, cfg)
	failed := errors.Join(p.err(), err)
	if l.options.fix {
		failed = errors.Join(failed, apply(findings))
	}
	if err := l.print(findings, dir); err != nil {
		return exitFailed, err
	}
	if slices.ContainsFunc(findings, func(f finding) bool { return !f.Fixed }) {
		return exitFindings, failed
	}
	return exitWell, failed
}

// findingsOf runs checks over p. The findings are ordered by file and line, on a line by gravity.
func findingsOf(p loaded, checks suite, cfg dictionary.Config) ([]finding, error) {
	local, err := analyse(p.roots, checks.local)
	if err != nil {
		return nil, err
	}
	var findings []finding
	var failed []error
	for _, a := range local {
		if a.Err != nil {
			failed = append(failed, fmt.Errorf("%s in %s: %w", a.Analyzer.Name, a.Package.PkgPath, a.Err))
		}
		for _, d := range a.Diagnostics {
			findings = append(findings, findingOf(a, d))
		}
	}
	across, err := acrossPackages(p, checks, cfg)
	findings = append(findings, across...)
	for i := range findings {
		findings[i].rank = analyzers.Rank(findings[i].Check)
	}
	slices.SortFunc(findings, finding.compare)
	return slices.CompactFunc(findings, finding.same), errors.Join(append(failed, err)...)
}

// analyse returns what each of checks says of each of roots, in a fixed order.
func analyse(roots []*packages.Package, checks []*analysis.Analyzer) ([]*checker.Action, error) {
	if len(roots) == 0 || len(checks) == 0 {
		return nil, nil
	}
	graph, err := checker.Analyze(checks, roots, nil)
	if err != nil {
		return nil, err
	}
	return graph.Roots, nil
}

// acrossPackages returns the clashes that touch one of the packages that were asked for. Unlike the
// checks of program, which report in the first package that sees both places, they stand where the
// name does, and two programs of a repository can clash.
func acrossPackages(p loaded, checks suite, cfg dictionary.Config) ([]finding, error) {
	if len(checks.program.Checks) == 0 {
		return nil, nil
	}
	actions, err := analyse(p.all, []*analysis.Analyzer{checks.program.Collector})
	if err != nil {
		return nil, err
	}
	var own []*program.Union
	module := ""
	for _, a := range actions {
		if a.Err != nil {
			return nil, fmt.Errorf("%s in %s: %w", a.Analyzer.Name, a.Package.PkgPath, a.Err)
		}
		own = append(own, a.Result.(*program.Result).Own)
	}
	asked := map[string]bool{}
	for _, r := range p.roots {
		asked[r.PkgPath] = true
		if r.Module != nil && module == "" {
			module = r.Module.Path
		}
	}
	files := p.files()
	var findings []finding
	for _, c := range program.Whole(own, cfg.Keys) {
		if !checks.has(c.Check) || !asked[c.At.Pkg] && !asked[c.Other.Pkg] {
			continue
		}
		findings = append(findings, finding{File: files[c.At.Pkg+"/"+c.At.File], Line: c.At.Line, Column: c.At.Column,
			Check: c.Check, Message: c.Message(module)})
	}
	return findings, nil
}

// findingOf returns d as a finding, with the first fix that it suggests.
func findingOf(a *checker.Action, d analysis.Diagnostic) finding {
	fset := a.Package.Fset
	p := fset.Position(d.Pos)
	f := finding{File: p.Filename, Line: p.Line, Column: p.Column, Check: a.Analyzer.Name, Message: d.Message}
	if len(d.SuggestedFixes) == 0 {
		return f
	}
	f.Fix = &fix{Message: d.SuggestedFixes[0].Message}
	for _, e := range d.SuggestedFixes[0].TextEdits {
		file := fset.File(e.Pos)
		end := e.End
		if !end.IsValid() {
			end = e.Pos
		}
		f.Fix.Edits = append(f.Fix.Edits, edit{File: file.Name(), Start: file.Offset(e.Pos), End: file.Offset(end), New: string(e.NewText)})
	}
	return f
}

// print prints findings as the options want them. What was fixed is only counted, but for JSON.
func (l *linter) print(findings []finding, dir string) error {
	if l.options.json {
		if findings == nil {
			findings = []finding{}
		}
		enc := json.NewEncoder(l.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(findings)
	}
	left, fixed, fixable := 0, 0, 0
	for _, f := range findings {
		if f.Fixed {
			fixed++
			continue
		}
		left++
		if f.Fix != nil {
			fixable++
		}
		if _, err := fmt.Fprintln(l.stdout, f.text(dir)); err != nil {
			return err
		}
	}
	l.summary(left, fixed, fixable)
	return nil
}

// summary says on standard error how many findings there are, if there are any.
func (l *linter) summary(left, fixed, fixable int) {
	if fixed > 0 {
		fmt.Fprintf(l.stderr, "eventlint: %d fixed\n", fixed)
	}
	if left == 0 {
		return
	}
	text := fmt.Sprintf("eventlint: %d found", left)
	if fixable > 0 {
		text += fmt.Sprintf(", --fix corrects %d", fixable)
	}
	fmt.Fprintln(l.stderr, text)
}
