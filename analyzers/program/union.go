package program

import (
	"cmp"
	"slices"
)

// A Union is what a package and everything it imports write: the fact that is handed from package to
// package. The go command hands over the facts of direct imports alone, so each fact is the whole
// union. All slices are sorted, so equal unions have equal bytes.
type Union struct {
	Tags     []Tag
	Keys     []Key
	Together []Pair // names alike that one event uses side by side: they mean different things
	Told     []Pair // names alike that were reported
}

// AFact makes a Union a fact of the analysis framework.
func (*Union) AFact() {}

// A Tag is one call site's tag.
type Tag struct {
	Name string
	Place
	Told bool // a report names this place already
}

// A Key is the first place where a package uses a key with a type.
type Key struct {
	Name  string
	Shape Shape
	Place
	Uses int  // how often the package uses it so
	Told bool // a report names this place already
}

// A Pair is two keys, in the order of the alphabet.
type Pair struct{ A, B string }

func pairOf(a, b string) Pair {
	if b < a {
		a, b = b, a
	}
	return Pair{a, b}
}

func (p Pair) compare(q Pair) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) }

func (t Tag) compare(u Tag) int { return cmp.Or(cmp.Compare(t.Name, u.Name), t.Place.compare(u.Place)) }

func (k Key) compare(l Key) int {
	return cmp.Or(cmp.Compare(k.Name, l.Name), cmp.Compare(k.Shape, l.Shape), k.Place.compare(l.Place))
}

// empty tells whether u says nothing.
func (u *Union) empty() bool { return u == nil || len(u.Tags)+len(u.Keys) == 0 }

// merge returns a new union of what all of unions say. What one of them told is told.
func merge(unions ...*Union) *Union {
	all := &Union{}
	for _, u := range unions {
		if u.empty() {
			continue
		}
		all.Tags = append(all.Tags, u.Tags...)
		all.Keys = append(all.Keys, u.Keys...)
		all.Together = append(all.Together, u.Together...)
		all.Told = append(all.Told, u.Told...)
	}
	all.sort()
	return all
}

// sort puts u in order and folds what it says twice.
func (u *Union) sort() {
	slices.SortFunc(u.Tags, Tag.compare)
	u.Tags = fold(u.Tags, func(t *Tag, next Tag) bool {
		if t.compare(next) != 0 {
			return false
		}
		t.Told = t.Told || next.Told
		return true
	})
	slices.SortFunc(u.Keys, Key.compare)
	u.Keys = fold(u.Keys, func(k *Key, next Key) bool {
		if k.compare(next) != 0 {
			return false
		}
		k.Told = k.Told || next.Told
		k.Uses = max(k.Uses, next.Uses)
		return true
	})
	for _, pairs := range []*[]Pair{&u.Together, &u.Told} {
		slices.SortFunc(*pairs, Pair.compare)
		*pairs = slices.Compact(*pairs)
	}
}

// fold drops each item that the one before it takes in.
func fold[T any](items []T, takes func(into *T, next T) bool) []T {
	kept := items[:0]
	for _, next := range items {
		if n := len(kept); n > 0 && takes(&kept[n-1], next) {
			continue
		}
		kept = append(kept, next)
	}
	return kept
}

// brief returns u with one place for each key and type, as importers need it. It keeps the fact of a
// large program small: a key that every package uses is there once.
func (u *Union) brief() *Union {
	b := *u
	b.Keys = fold(slices.Clone(u.Keys), func(k *Key, next Key) bool {
		if k.Name != next.Name || k.Shape != next.Shape {
			return false
		}
		k.Told = k.Told && next.Told
		return true
	})
	return &b
}

// has tells whether pairs, sorted, holds p.
func has(pairs []Pair, p Pair) bool {
	_, found := slices.BinarySearchFunc(pairs, p, Pair.compare)
	return found
}
