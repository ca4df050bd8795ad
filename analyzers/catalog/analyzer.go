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
	for _, s := range pass.ResultOf[site.Analyzer].(*site.Result).Sites {
		c.add(s, whereOf(pass, s))
	}
	return Merge(c), nil
}

func (c *Catalog) add(s site.Site, at Where) {
	fields := fieldsOf(s)
	if len(s.Tags) == 0 {
		if s.Message != nil || s.Inner {
			return // slog's message in words, or the inside of a group
		}
		for _, f := range fields {
			f.Sites = []Where{at}
			c.Context = append(c.Context, f)
		}
		return
	}
	for i, t := range s.Tags {
		if s.Forwards {
			continue // the tag is where the function around is called
		}
		if !t.Const || t.Name == "" {
			c.Computed = append(c.Computed, at)
			continue
		}
		e := Event{Tag: t.Name, Role: string(t.Role), Fields: fields, Complete: s.Complete, Sites: []Where{at}}
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
	switch {
	case s.Level != "":
		return s.Level
	case role == site.Done:
		return "info"
	case role == site.Failed, role == site.Assertion:
		return "error"
	}
	return ""
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
