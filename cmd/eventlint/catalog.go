package main

import (
	"errors"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/catalog"
)

// catalog prints the events of the packages that were asked for.
func (l *linter) catalog() (int, error) {
	if l.options.fix || l.options.only != "" || l.options.config != "" {
		return exitUsage, fmt.Errorf("catalog: has no --fix, --only or --config, only --json and --tags")
	}
	dir, err := workingDir(l.dir)
	if err != nil {
		return exitFailed, err
	}
	p, err := load(dir, l.options.patterns, false, l.options.tags)
	if err != nil {
		return exitFailed, err
	}
	actions, err := analyse(p.roots, []*analysis.Analyzer{catalog.Analyzer})
	failed := errors.Join(p.err(), err)
	var all []*catalog.Catalog
	for _, a := range actions {
		if a.Err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", a.Package.PkgPath, a.Err))
			continue
		}
		all = append(all, a.Result.(*catalog.Catalog))
	}
	c := catalog.Merge(all...)
	write := c.Markdown
	if l.options.json {
		write = c.JSON
	}
	return exitWell, errors.Join(failed, write(l.stdout))
}
