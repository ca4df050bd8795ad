// Package catalog lists the events that a program writes: each tag with its fields, their types and the
// place in the source. It judges nothing: the checks do.
package catalog

import (
	"cmp"
	"slices"
)

// A Catalog is the events of one package or of many.
type Catalog struct {
	Events   []Event `json:"events"`             // by tag
	Context  []Field `json:"context,omitempty"`  // fields that code puts on later events, by key
	Computed []Where `json:"computed,omitempty"` // calls whose tag is not a constant, by file and line
}

// An Event is all that one tag stands for.
type Event struct {
	Tag      string   `json:"tag"`
	Role     string   `json:"role"`             // "event", "done", "failed", "assertion"
	Levels   []string `json:"levels,omitempty"` // without those that the program computes
	Pair     string   `json:"pair,omitempty"`   // the tag that the same work ends with when it goes the other way
	Fields   []Field  `json:"fields"`           // in the order of the call
	Complete bool     `json:"complete"`         // the fields are all that the calls name
	Sites    []Where  `json:"sites"`            // by file and line; one when all is well
}

// A Field is one key of an event.
type Field struct {
	Key      string   `json:"key"`
	Types    []string `json:"types"`              // "string", "int", "any", ...: one when all is well
	Optional bool     `json:"optional,omitempty"` // not every site has it
	Sites    []Where  `json:"sites,omitempty"`    // of a context's field: where it is put there
}

// A Where is a place in the source, the same on every machine.
type Where struct {
	File    string `json:"file"`           // below the module's root, or below the import path of another module
	Line    int    `json:"line"`           // from 1
	Func    string `json:"func,omitempty"` // "" at package level
	Package string `json:"package"`        // import path
}

func (w Where) compare(v Where) int {
	return cmp.Or(cmp.Compare(w.File, v.File), cmp.Compare(w.Line, v.Line), cmp.Compare(w.Func, v.Func))
}

// Merge returns one catalog of all. A place that several of them list is listed once.
func Merge(all ...*Catalog) *Catalog {
	m := &Catalog{Events: []Event{}}
	for _, c := range all {
		m.Events = append(m.Events, c.Events...)
		m.Context = append(m.Context, c.Context...)
		m.Computed = append(m.Computed, c.Computed...)
	}
	slices.SortStableFunc(m.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Tag, b.Tag), slices.CompareFunc(a.Sites, b.Sites, Where.compare))
	})
	slices.SortStableFunc(m.Context, func(a, b Field) int { return cmp.Compare(a.Key, b.Key) })
	m.Events = fold(m.Events, func(a, b Event) bool { return a.Tag == b.Tag }, joinEvents)
	m.Context = fold(m.Context, func(a, b Field) bool { return a.Key == b.Key }, joinFields)
	m.Computed = set(m.Computed, Where.compare)
	return m
}

// fold joins neighbours that are the same.
func fold[T any](items []T, same func(a, b T) bool, join func(a, b T) T) []T {
	kept := items[:0]
	for _, next := range items {
		if n := len(kept); n > 0 && same(kept[n-1], next) {
			kept[n-1] = join(kept[n-1], next)
			continue
		}
		kept = append(kept, next)
	}
	return kept
}

func joinEvents(a, b Event) Event {
	a.Levels = set(slices.Concat(a.Levels, b.Levels), cmp.Compare)
	a.Pair = cmp.Or(a.Pair, b.Pair)
	a.Complete = a.Complete && b.Complete
	if slices.CompareFunc(a.Sites, b.Sites, Where.compare) == 0 {
		return a // the package with its tests, once more
	}
	a.Sites = set(slices.Concat(a.Sites, b.Sites), Where.compare)
	a.Fields = eitherFields(a.Fields, b.Fields)
	return a
}

// eitherFields returns the fields of a, then those only b has. What one of them lacks is optional.
func eitherFields(a, b []Field) []Field {
	either := slices.Clone(a)
	for i, f := range either {
		j := slices.IndexFunc(b, func(g Field) bool { return g.Key == f.Key })
		if j < 0 {
			either[i].Optional = true
			continue
		}
		either[i] = joinFields(f, b[j])
	}
	for _, f := range b {
		if !slices.ContainsFunc(a, func(g Field) bool { return g.Key == f.Key }) {
			f.Optional = true
			either = append(either, f)
		}
	}
	return either
}

func joinFields(a, b Field) Field {
	a.Types = set(slices.Concat(a.Types, b.Types), cmp.Compare)
	a.Sites = set(slices.Concat(a.Sites, b.Sites), Where.compare)
	a.Optional = a.Optional || b.Optional
	return a
}

// set returns items in order, each once; nil for none.
func set[T comparable](items []T, compare func(a, b T) int) []T {
	if len(items) == 0 {
		return nil
	}
	items = slices.Clone(items)
	slices.SortFunc(items, compare)
	return slices.Compact(items)
}
