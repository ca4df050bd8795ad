package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// eventlogPath is the import path of the logger's module. A package whose imports reach neither it nor
// log/slog writes no event.
const eventlogPath = "github.com/groundwatch/groundwatch/eventlog"

// ofFiles is what the go command calls a package that is given as a list of files.
const ofFiles = "command-line-arguments"

// A loaded program is what was asked for, and what it needs.
type loaded struct {
	roots  []*packages.Package // that patterns name and that may write events
	all    []*packages.Package // roots and the packages of other modules that may write events
	errors []error             // of packages; the others are right
}

// load loads the packages that patterns name. It reads the source of those only that can write events,
// so a check takes little longer than listing the packages.
func load(dir string, patterns []string, tests bool, tags string) (loaded, error) {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	cfg := packages.Config{Dir: dir, Tests: tests, Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule}
	if tags != "" {
		cfg.BuildFlags = []string{"-tags=" + tags}
	}
	listed, err := packages.Load(&cfg, patterns...)
	if err != nil {
		return loaded{}, fmt.Errorf("load %s: %w", strings.Join(patterns, " "), err)
	}
	if len(listed) == 0 {
		return loaded{}, fmt.Errorf("load %s: no packages found", strings.Join(patterns, " "))
	}
	var p loaded
	p.addErrors(listed)
	wanted := reaching(listed)
	if slices.Contains(wanted, ofFiles) {
		wanted = patterns // the go command takes files or packages, not both: what they import is not read
	}
	if len(wanted) == 0 {
		return p, nil
	}
	cfg.Mode = packages.LoadSyntax | packages.NeedModule
	source, err := packages.Load(&cfg, wanted...)
	if err != nil {
		return loaded{}, fmt.Errorf("load %s: %w", strings.Join(patterns, " "), err)
	}
	p.choose(source, listed)
	return p, nil
}

// reaching returns the paths of the packages in listed and below it, outside of the standard library,
// whose imports reach a logger.
func reaching(listed []*packages.Package) []string {
	reach := map[*packages.Package]bool{}
	var paths []string
	packages.Visit(listed, nil, func(p *packages.Package) {
		yes := p.PkgPath == "log/slog" || p.PkgPath == eventlogPath || strings.HasPrefix(p.PkgPath, eventlogPath+"/")
		for _, imp := range p.Imports {
			yes = yes || reach[imp]
		}
		reach[p] = yes
		if yes && (p.Module != nil || p.PkgPath == ofFiles) && !strings.HasSuffix(p.PkgPath, ".test") {
			paths = append(paths, strings.TrimSuffix(p.PkgPath, "_test"))
		}
	})
	slices.Sort(paths)
	return slices.Compact(paths)
}

// choose keeps those of source that can be checked. roots are those that listed names.
func (p *loaded) choose(source, listed []*packages.Package) {
	p.errors = nil // type-checking finds the same mistakes, and more
	p.addErrors(listed)
	p.addErrors(source)
	read := map[*packages.Package]bool{}
	for _, s := range source {
		read[s] = true
	}
	// Facts come from packages whose source is read; the others write no event.
	packages.Visit(source, nil, func(s *packages.Package) {
		for path, imp := range s.Imports {
			if !read[imp] {
				delete(s.Imports, path)
			}
		}
	})
	asked := map[string]bool{}
	for _, l := range listed {
		asked[l.ID] = true
	}
	for _, s := range source {
		if s.IllTyped || strings.HasSuffix(s.PkgPath, ".test") {
			continue
		}
		p.all = append(p.all, s)
		if asked[s.ID] {
			p.roots = append(p.roots, s)
		}
	}
}

// addErrors adds each error of pkgs once.
func (p *loaded) addErrors(pkgs []*packages.Package) {
	for _, pkg := range pkgs {
		for _, e := range pkg.Errors {
			var err error = e
			if e.Pos == "" || e.Pos == "-" {
				err = errors.New(e.Msg)
			}
			if !slices.ContainsFunc(p.errors, func(known error) bool { return known.Error() == err.Error() }) {
				p.errors = append(p.errors, err)
			}
		}
	}
}

// err returns the errors of p as one, nil if there are none.
func (p *loaded) err() error { return errors.Join(p.errors...) }

// files maps a package's path and a file's base name to the file's full name.
func (p *loaded) files() map[string]string {
	names := map[string]string{}
	for _, pkg := range p.all {
		for _, f := range slices.Concat(pkg.GoFiles, pkg.OtherFiles) {
			names[pkg.PkgPath+"/"+filepath.Base(f)] = f
		}
	}
	return names
}
