package program

import (
	"cmp"
	"fmt"
	"path"
	"strings"
)

// A Place is a position in the source that means the same on every machine: it names the package
// instead of the folder. Two variants of a package, with and without its tests, share their places.
type Place struct {
	Pkg    string // import path
	File   string // base name
	Func   string // the enclosing function, "" at package level
	Line   int    // from 1
	Column int    // from 1, in bytes
}

// In returns the place as people of module read it: "labels/create.go:41". A place outside module, or
// any place when module is "", starts with its import path.
func (p Place) In(module string) string {
	dir := p.Pkg
	if rest, inside := strings.CutPrefix(p.Pkg, module); inside && module != "" {
		if rest == "" || rest[0] == '/' {
			dir = strings.TrimPrefix(rest, "/")
		}
	}
	return fmt.Sprintf("%s:%d", path.Join(dir, p.File), p.Line)
}

// compare orders places by package, file, line and column.
func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Pkg, q.Pkg), cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// same tells whether p and q are one position.
func (p Place) same(q Place) bool { return p.compare(q) == 0 }
