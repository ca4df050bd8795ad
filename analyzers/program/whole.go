package program

import "github.com/groundwatch/groundwatch/analyzers/dictionary"

// Whole returns the clashes of a whole program, or of all programs of a repository, from what each of its
// packages writes itself. Unlike the checks, which see a package and what it imports, it sees packages
// that no package imports together. The order of own does not matter; the result is ordered by place.
func Whole(own []*Union, keys dictionary.Keys) []Clash {
	clashes, _ := find("", merge(own...), nil, newNames(keys))
	return clashes
}
