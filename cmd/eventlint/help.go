package main

import (
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
)

// help lists the checks, or explains those that were named.
func (l *linter) help() (int, error) {
	checks := newSuite(dictionary.Default()).all()
	if len(l.options.patterns) == 0 {
		fmt.Fprint(l.stdout, usage, "\nChecks, gravest first; eventlint help NAME explains one:\n")
		for _, c := range checks {
			rule, _, _ := strings.Cut(c.Doc, "\n")
			fmt.Fprintf(l.stdout, "  %-12s %s\n", c.Name, rule)
		}
		return exitWell, nil
	}
	for _, name := range l.options.patterns {
		known := false
		for _, c := range checks {
			if c.Name == name {
				known = true
				fmt.Fprintf(l.stdout, "%s: %s\n", c.Name, strings.TrimSpace(c.Doc))
			}
		}
		if !known {
			return exitUsage, fmt.Errorf("help %s: unknown check %q; eventlint help lists them", name, name)
		}
	}
	return exitWell, nil
}
