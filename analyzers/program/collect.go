package program

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

// A collector makes a package's own union from its sites.
type collector struct {
	pass  *analysis.Pass
	sites *site.Result
	names *names
	own   *Union
	at    map[Place]token.Pos // of each place in own
}

// collect returns what the package writes itself, and the position of each place in it. A place whose
// finding would be ignored takes no part.
func collect(pass *analysis.Pass, r *site.Result, n *names, tests bool) (*Union, map[Place]token.Pos) {
	c := &collector{pass: pass, sites: r, names: n, own: &Union{}, at: map[Place]token.Pos{}}
	sites := r.Sites
	if tests {
		sites = slices.Concat(sites, r.Tests)
	}
	for _, s := range sites {
		c.tags(s)
		c.together(s, c.keys(s))
	}
	c.own.sort()
	c.own.Keys = fold(c.own.Keys, func(k *Key, next Key) bool {
		if k.Name != next.Name || k.Shape != next.Shape {
			return false
		}
		k.Uses += next.Uses
		return true
	})
	return c.own, c.at
}

func (c *collector) tags(s site.Site) {
	for _, t := range s.Tags {
		if !t.Const || t.Name == "" || t.Expr == nil { // a default of eventlog's packages is the same everywhere
			continue
		}
		if pos := positionOf(t.Expr, s); !c.sites.Ignored(TagUnique, pos, s.Pos) {
			c.own.Tags = append(c.own.Tags, Tag{Name: t.Name, Place: c.place(pos, s)})
		}
	}
}

// keys adds the keys of s and returns them. What the logger adds by itself is right by definition.
func (c *collector) keys(s site.Site) []Key {
	var keys []Key
	if s.Inner {
		return nil // the whole keys are known where the group gets its name
	}
	for _, a := range s.Attrs {
		if a.Key == "" || a.Implied {
			continue
		}
		pos := positionOf(a.KeyExpr, s)
		k := Key{Name: a.Key, Shape: shapeOf(a.Class), Uses: 1}
		if c.sites.Ignored(KeyAlias, pos, s.Pos) {
			continue
		}
		if c.sites.Ignored(KeyType, pos, s.Pos) {
			k.Shape = ""
		}
		keys = append(keys, k)
		if !isLater(a) {
			k.Place = c.place(pos, s)
			c.own.Keys = append(c.own.Keys, k)
		}
	}
	return keys
}

// isLater tells whether a is listed where an event begins and written by a call of its own, which is a site
// too.
func isLater(a site.Attr) bool { return a.KeyExpr == nil && strings.HasPrefix(a.Via, "eventlog.") }

// together notes which keys of one event look alike: whoever writes both means two things.
func (c *collector) together(s site.Site, keys []Key) {
	if len(s.Tags) == 0 && s.Message == nil {
		return // fields for later events, maybe of different ones
	}
	for i, a := range keys {
		for _, b := range keys[:i] {
			if c.names.alike(a, b) && !c.names.agree(a.Name, b.Name) {
				c.own.Together = append(c.own.Together, pairOf(a.Name, b.Name))
			}
		}
	}
}

// place returns pos as a place. It keeps the column apart even for two names that one call brings.
func (c *collector) place(pos token.Pos, s site.Site) Place {
	p := c.pass.Fset.Position(pos)
	at := Place{Pkg: c.pass.Pkg.Path(), File: path.Base(filepath.ToSlash(p.Filename)), Func: s.Func, Line: p.Line, Column: p.Column}
	c.at[at] = pos
	return at
}

// positionOf returns where e stands, or s if it is not spelled out there.
func positionOf(e ast.Expr, s site.Site) token.Pos {
	if e == nil {
		return s.Pos
	}
	return e.Pos()
}
