package program

import (
	"slices"
	"strings"
)

// aliases finds keys that seem to mean the same. Of a family of such keys each is reported once, beside the
// one to be kept.
func (f *finder) aliases() {
	found := f.alikePairs()
	all := oneEach(f.all.Keys)
	for _, family := range families(all, found) {
		f.family(family, found)
	}
	f.all.Told = append(f.all.Told, found...)
}

// alikePairs returns the keys that are alike and were not reported below, sorted.
func (f *finder) alikePairs() []Pair {
	var found []Pair
	for _, bucket := range buckets(f.names, oneEach(f.all.Keys)) {
		for i, a := range bucket {
			for _, b := range bucket[:i] {
				p := pairOf(a.Name, b.Name)
				if f.names.alike(a, b) && !has(f.all.Told, p) && !has(f.all.Together, p) {
					found = append(found, p)
				}
			}
		}
	}
	slices.SortFunc(found, Pair.compare)
	return slices.Compact(found)
}

// family reports the members of one family, but for the one to be kept. Two members from below are reported
// here when here is the first place that sees both; one of them and the package's own, at the own one.
func (f *finder) family(members []Key, found []Pair) {
	slices.SortFunc(members, func(a, b Key) int { return a.Place.compare(b.Place) })
	keep := members[first(f, members, func(k Key) (Place, bool) { return k.Place, false })]
	better := f.names.best(keep, members)
	if i := slices.IndexFunc(members, func(k Key) bool { return k.Name == better }); i >= 0 {
		keep = members[i]
	}
	reported := map[string]bool{}
	for _, m := range members {
		if f.names.style.Write(m.Name) == f.names.style.Write(keep.Name) {
			continue // the same, or for keycase to say
		}
		if !f.isOwn(m.Place) && !has(found, pairOf(m.Name, keep.Name)) {
			continue // told below, or kept apart there
		}
		at, other := m, keep
		if !f.isOwn(at.Place) && f.isOwn(other.Place) {
			at, other = other, at
		}
		if !reported[at.Name] {
			reported[at.Name] = true
			misspelt := slip(at.Name, other.Name) && !f.names.good[better]
			f.add(Clash{Check: KeyAlias, At: at.Place, Other: other.Place, Name: at.Name, OtherName: other.Name, Better: better, Slip: misspelt})
		}
	}
}

// best returns the name that all members of a family should have: the agreed one, else keep's, but rather
// one in the right style.
func (n *names) best(keep Key, members []Key) string {
	for _, m := range members {
		if good := n.canonical(m.Name); n.good[good] {
			return good
		}
	}
	if n.style.Fits(keep.Name) {
		return keep.Name
	}
	for _, m := range members {
		if n.style.Fits(m.Name) {
			return m.Name
		}
	}
	return keep.Name
}

// families joins the keys that pairs connect. Keys without a pair are left out.
func families(keys []Key, pairs []Pair) [][]Key {
	head := map[string]string{} // of each name in a pair, a name nearer to its family's
	find := func(name string) string {
		for head[name] != "" && head[name] != name {
			name = head[name]
		}
		return name
	}
	for _, p := range pairs {
		head[find(p.A)] = find(p.B)
		head[p.B] = find(p.B)
	}
	var all [][]Key
	index := map[string]int{}
	for _, k := range keys {
		if head[k.Name] == "" {
			continue
		}
		h := find(k.Name)
		i, known := index[h]
		if !known {
			i = len(all)
			index[h] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], k)
	}
	return all
}

// oneEach returns one key for each name in keys, which is sorted: the first, and without a shape when it
// has several.
func oneEach(keys []Key) []Key {
	var one []Key
	for group := range groups(keys, func(k Key) string { return k.Name }) {
		k := group[0]
		for _, other := range group {
			if other.Shape != k.Shape {
				k.Shape = ""
			}
			if other.Place.compare(k.Place) < 0 {
				k.Place = other.Place
			}
		}
		one = append(one, k)
	}
	return one
}

// buckets puts keys that may be alike together, so that a program with thousands of keys needs no
// comparison of each with each. They come in a fixed order.
func buckets(n *names, keys []Key) [][]Key {
	place := map[string]int{}
	var all [][]Key
	for _, k := range keys {
		for _, label := range labels(n, k.Name) {
			i, known := place[label]
			if !known {
				i = len(all)
				place[label] = i
				all = append(all, nil)
			}
			all[i] = append(all[i], k)
		}
	}
	return all
}

// labels returns the buckets of a key: its agreed name, its words without endings, its letters. Names
// that are alike share one of them.
func labels(n *names, key string) []string {
	w := words(key)
	letters := make([]string, len(w))
	for i, word := range w {
		letters[i] = lettersOf(word)
	}
	return []string{
		"agreed " + n.canonical(key),
		"words " + strings.Join(stem(w), " "),
		"sorted " + strings.Join(sorted(w), " "),
		"letters " + strings.Join(letters, " "),
	}
}

// lettersOf returns what one slip of the hand leaves as it is: the first letter and the set of letters,
// with one vowel for all.
func lettersOf(word string) string {
	set := []byte(word)
	for i, c := range set {
		if isVowel(c) {
			set[i] = 'a'
		}
	}
	slices.Sort(set)
	return word[:1] + string(slices.Compact(set))
}
