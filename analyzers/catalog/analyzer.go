package catalog

import (
	"go/token"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

// Analyzer lists the events of one package. Its result is a *Catalog. It reports nothing, and leaves out
// test files and generated ones.
var Analyzer = &analysis.Analyzer{
	Name:       "eventcatalog",
	Doc:        "list the events that a package writes, with their fields and types",
	Requires:   []*analysis.Analyzer{site.Analyzer},
	ResultType: reflect.TypeFor[*Catalog](),
	Run:        run,
}

func run(pass *analysis.Pass) (any, error) {
	c := &Catalog{}
	sites := pass.ResultOf[site.Analyzer].(*site.Result).Sites
	known := placedFields(sites)
	for _, s := range sites {
		at := whereOf(pass, s)
		if len(s.Tags) > 0 {
			c.addEvents(s, at)
		} else if s.Message == nil && !s.Inner && !s.Forwards { // neither words, nor part of a group, nor a wrapper's inside
			c.addContext(s, at, known)
		}
	}
	return Merge(c), nil
}

// A placed field stands apart from an event and yet is known to be of it: a function adds it, by a call of
// via, to the unit of work that it began itself.
type placed struct{ function, via, key string }

func placedFields(sites []site.Site) map[placed]bool {
	all := map[placed]bool{}
	for _, s := range sites {
		for _, a := range s.Attrs {
			if len(s.Tags) > 0 && a.Via != "" {
				all[placed{s.Func, a.Via, a.Key}] = true
			}
		}
	}
	return all
}

// addContext adds the fields of s, which are written with later events.
func (c *Catalog) addContext(s site.Site, at Where, known map[placed]bool) {
	for _, f := range fieldsOf(s) {
		if !known[placed{s.Func, s.Callee, f.Key}] {
			f.Sites = []Where{at}
			c.Context = append(c.Context, f)
		}
	}
}

// addEvents adds an event for each tag of s.
func (c *Catalog) addEvents(s site.Site, at Where) {
	for i, t := range s.Tags {
		if !t.Const || t.Name == "" {
			c.Computed = append(c.Computed, at)
			continue
		}
		e := Event{Tag: t.Name, Role: string(t.Role), Fields: fieldsOf(s), Complete: s.Complete, Sites: []Where{at}}
		if l := levelOf(s, t.Role); l != "" {
			e.Levels = []string{l}
		}
		if len(s.Tags) == 2 {
			e.Pair = s.Tags[1-i].Name
		}
		c.Events = append(c.Events, e)
	}
}

// fieldsOf returns the fields that s names, each key once: the logger writes the first.
func fieldsOf(s site.Site) []Field {
	fields := []Field{}
	seen := map[string]bool{}
	for _, a := range s.Attrs {
		if a.Key == "" || seen[a.Key] {
			continue
		}
		seen[a.Key] = true
		fields = append(fields, Field{Key: a.Key, Types: []string{string(a.Class)}})
	}
	return fields
}

// levelOf returns the level of the event that s writes for a tag in role; "" when the program computes it.
func levelOf(s site.Site, role site.Role) string {
	if role == site.Failed || role == site.Assertion {
		return "error"
	}
	return s.Level
}

func whereOf(pass *analysis.Pass, s site.Site) Where {
	p := pass.Fset.Position(s.Pos)
	return Where{File: fileOf(pass, p), Line: p.Line, Func: s.Func, Package: pass.Pkg.Path()}
}

// fileOf returns p's file below its module's root, whatever the machine.
func fileOf(pass *analysis.Pass, p token.Position) string {
	dir := pass.Pkg.Path()
	if m := pass.Module; m != nil && m.Path != "" {
		if rest, inside := strings.CutPrefix(dir, m.Path); inside && (rest == "" || rest[0] == '/') {
			dir = strings.TrimPrefix(rest, "/")
		}
	}
	return path.Join(dir, path.Base(filepath.ToSlash(p.Filename)))
}
