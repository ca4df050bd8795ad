package program

import (
	"cmp"
	"slices"
	"strings"
)

// aliases finds keys that seem to mean the same. Of several such keys each is reported once, beside the
// best of them.
func (f *finder) aliases() {
	var found []Clash
	var told []Pair
	for _, bucket := range buckets(f.names, oneEach(f.all.Keys)) {
		for i, a := range bucket {
			for _, b := range bucket[:i] {
				p := pairOf(a.Name, b.Name)
				if !f.names.alike(a, b) || has(f.all.Told, p) || has(f.all.Together, p) || slices.Contains(told, p) {
					continue
				}
				told = append(told, p)
				found = append(found, f.alias(a, b))
			}
		}
	}
	f.all.Told = append(f.all.Told, told...)
	slices.SortStableFunc(found, func(a, b Clash) int { return cmp.Compare(a.rank(), b.rank()) })
	reported := map[Place]bool{}
	for _, c := range found {
		if !reported[c.At] {
			reported[c.At] = true
			f.add(c)
		}
	}
}

// rank is 0 for a clash with the name to be kept, else 1.
func (c Clash) rank() int {
	if c.OtherName == c.Better {
		return 0
	}
	return 1
}

// alias returns the clash of two keys that are alike. The package's own key is the one to change; of two
// own ones, the one that is not to be kept.
func (f *finder) alias(a, b Key) Clash {
	ownA, ownB := f.isOwn(a.Place), f.isOwn(b.Place)
	if ownA && !ownB || ownA == ownB && a.Place.compare(b.Place) > 0 {
		a, b = b, a // b is the later one, or the only own one
	}
	better := f.names.better(a.Name, b.Name)
	if ownA == ownB && better == b.Name {
		a, b = b, a
	}
	return Clash{Check: KeyAlias, At: b.Place, Other: a.Place, Name: b.Name, OtherName: a.Name, Better: better}
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
