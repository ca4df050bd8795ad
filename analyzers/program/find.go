package program

import "slices"

// An imported union comes in with a direct import.
type imported struct {
	path string
	*Union
}

// A finder looks for the clashes that one package is the first to see.
type finder struct {
	names   *names
	pkg     string // import path; "" stands for the whole program
	imports []imported
	all     *Union // what the package and its imports say; what is found is marked as told
	clashes []Clash
}

// find returns the clashes of own, what package pkg writes, with itself and with imports, and of imports
// with each other, as far as nobody below told of them. It also returns what importers of pkg get.
func find(pkg string, own *Union, imports []imported, n *names) ([]Clash, *Union) {
	imports = slices.DeleteFunc(slices.Clone(imports), func(i imported) bool { return i.empty() })
	if own.empty() && len(imports) == 1 {
		return nil, imports[0].Union // most packages write nothing: the fact goes on as it is
	}
	unions := []*Union{own}
	for _, i := range imports {
		unions = append(unions, i.Union)
	}
	f := &finder{names: n, pkg: pkg, imports: imports, all: merge(unions...)}
	f.tags()
	f.keys()
	f.aliases()
	f.all.sort()
	slices.SortFunc(f.clashes, Clash.compare)
	return f.clashes, f.all.brief()
}

// isOwn tells whether p is in the package that f looks at. All places of a whole program are.
func (f *finder) isOwn(p Place) bool { return f.pkg == "" || p.Pkg == f.pkg }

// add adds c. If c is about a place below, the import that brings it becomes the place to report.
func (f *finder) add(c Clash) {
	if !f.isOwn(c.At) {
		c.Import = f.brings(c)
	}
	f.clashes = append(f.clashes, c)
}

// brings returns the import that c.At comes with, if possible one that c.Other does not come with.
func (f *finder) brings(c Clash) string {
	var path string
	for _, i := range f.imports {
		if !i.knows(c.At) {
			continue
		}
		if path == "" || !i.knows(c.Other) {
			path = i.path
		}
	}
	return path
}

// knows tells whether u names place p.
func (u *Union) knows(p Place) bool {
	return slices.ContainsFunc(u.Tags, func(t Tag) bool { return t.same(p) }) ||
		slices.ContainsFunc(u.Keys, func(k Key) bool { return k.same(p) })
}

// tags finds tags that are written at more than one place.
func (f *finder) tags() {
	for group := range groups(f.all.Tags, func(t Tag) string { return t.Name }) {
		first := first(f, group, func(t Tag) (Place, bool) { return t.Place, t.Told })
		for i := range group {
			t := &group[i]
			if i != first && !t.Told {
				t.Told = true
				f.add(Clash{Check: TagUnique, At: t.Place, Other: group[first].Place, Name: t.Name})
			}
		}
	}
}

// keys finds keys that are used with more than one type.
func (f *finder) keys() {
	for group := range groups(f.all.Keys, func(k Key) string { return k.Name }) {
		want, known := f.agreed(group)
		if !known {
			continue
		}
		for i := range group {
			k := &group[i]
			if k.Shape != "" && k.Shape != want.Shape && !k.Told {
				k.Told = true
				f.add(Clash{Check: KeyType, At: k.Place, Other: want.Place, Name: k.Name, Shape: k.Shape, Want: want.Shape})
			}
		}
	}
}

// agreed returns the use of a key that sets its type: the first below that was not found wrong there,
// or else the first of the type that is used most.
func (f *finder) agreed(group []Key) (Key, bool) {
	typed := slices.DeleteFunc(slices.Clone(group), func(k Key) bool { return k.Shape == "" })
	if len(typed) == 0 {
		return Key{}, false
	}
	slices.SortStableFunc(typed, func(a, b Key) int { return a.Place.compare(b.Place) })
	if i := first(f, typed, func(k Key) (Place, bool) { return k.Place, k.Told }); !f.isOwn(typed[i].Place) {
		return typed[i], true
	}
	uses := map[Shape]int{}
	for _, k := range typed {
		uses[k.Shape] += k.Uses
	}
	best := typed[0]
	for _, k := range typed {
		if uses[k.Shape] > uses[best.Shape] {
			best = k
		}
	}
	return best, true
}

// first returns the index of the item that the others have to yield to: the first below that was not
// found wrong there, else the first below, else the first.
func first[T any](f *finder, items []T, where func(T) (p Place, told bool)) int {
	best, rank := 0, 0
	for i, item := range items {
		p, told := where(item)
		r := 1
		if !f.isOwn(p) {
			r = 2
			if !told {
				r = 3
			}
		}
		if r > rank {
			best, rank = i, r
		}
	}
	return best
}

// groups yields the runs of items that have one name.
func groups[T any](items []T, name func(T) string) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for start := 0; start < len(items); {
			end := start + 1
			for end < len(items) && name(items[end]) == name(items[start]) {
				end++
			}
			if !yield(items[start:end]) {
				return
			}
			start = end
		}
	}
}
