package main

import (
	"cmp"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"strings"
)

// apply corrects what has a fix and marks it as fixed. A fix that touches what another one changes is
// left for the next run. Files are formatted. If one of them cannot be changed, none is.
func apply(findings []finding) error {
	chosen := map[string][]edit{}
	var fixed []*finding
	for i := range findings {
		f := &findings[i]
		if f.Fix == nil || !fits(chosen, f.Fix.Edits) {
			continue
		}
		fixed = append(fixed, f)
		for _, e := range f.Fix.Edits {
			if !slices.Contains(chosen[e.File], e) {
				chosen[e.File] = append(chosen[e.File], e)
			}
		}
	}
	after := map[string][]byte{}
	for name, edits := range chosen {
		text, err := edited(name, edits)
		if err != nil {
			return err
		}
		after[name] = text
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if err := rewrite(name, after[name]); err != nil {
			return err
		}
	}
	for _, f := range fixed {
		f.Fixed = true
	}
	return nil
}

// fits tells whether edits change nothing that chosen changes. The same edit twice is one.
func fits(chosen map[string][]edit, edits []edit) bool {
	for _, e := range edits {
		for _, c := range chosen[e.File] {
			apart := e.End < c.Start || c.End < e.Start || e.End == c.Start && e.Start < c.Start || c.End == e.Start && c.Start < e.Start
			if e != c && !apart {
				return false
			}
		}
	}
	return true
}

// edited returns the file's text after edits, formatted, without imports that nothing uses any more.
func edited(name string, edits []edit) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var b strings.Builder
	done := 0
	for _, e := range edits {
		if e.Start < done || e.End > len(text) {
			return nil, fmt.Errorf("fix %s: edit of bytes %d to %d, want within %d to %d; was the file changed?", name, e.Start, e.End, done, len(text))
		}
		b.Write(text[done:e.Start])
		b.WriteString(e.New)
		done = e.End
	}
	b.Write(text[done:])
	after, err := withoutUnused(text, []byte(b.String()))
	if err == nil {
		after, err = format.Source(after)
	}
	if err != nil {
		return nil, fmt.Errorf("fix %s: the result is no Go: %w", name, err)
	}
	return after, nil
}

// rewrite replaces a file's text and keeps its mode.
func rewrite(name string, text []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, info.Mode().Perm())
}
