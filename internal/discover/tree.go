package discover

import "strings"

// A tree holds the wanted fields by the keys that lead to them. A key may hold dots itself, so the
// field a.b.c is reached by the keys a, b, c as well as by a.b, c or a, b.c or a.b.c: all ways to
// one path share its node. Nodes are made when an event first has them.
type tree struct {
	root   *node
	paths  []wantedPath
	byPath map[string][]wantedPath
	nodes  map[string]*node // by path; the root is not among them
	inner  bool             // a field takes objects and arrays

	unwanted []*node // of objects with nothing wanted in them; steps lead to them
}

type wantedPath struct {
	path  string
	field int
	tree  bool
}

// A node stands for one path.
type node struct {
	path   string
	fields []int   // wanted here
	trees  []int   // those of fields that take an object or array too
	edges  []*edge // the keys of an object here, and indexes of an array, that lead to wanted fields
	byKey  map[string]*edge
	index  bool // an edge is an index

	// What walker has learned of objects here.
	first step // before the first member
	other step // a member that has no step of its own
	steps []*step
}

// An edge is a key that leads from one node to the next.
type edge struct {
	key   string
	path  string // of to
	index int    // the key as an index, or -1
	to    *node  // nil until an event has it

	seen  uint64 // the last object that had it, by walker's count
	probe probe
}

// init fills the tree.
func (t *tree) init(fields []Field) {
	t.byPath = map[string][]wantedPath{}
	for i, f := range fields {
		if path, ok := fieldPath(f.Name); ok && !f.All {
			p := wantedPath{path, i, f.Tree}
			t.paths = append(t.paths, p)
			t.byPath[path] = append(t.byPath[path], p)
			t.inner = t.inner || f.Tree
		}
	}
	t.nodes = map[string]*node{}
	t.root = &node{}
	for _, p := range t.paths {
		t.root.addEdges(p.path, 0)
	}
}

// node returns the node at the end of e.
func (t *tree) node(e *edge) *node {
	if e.to != nil {
		return e.to
	}
	n := t.nodes[e.path]
	if n == nil {
		n = &node{path: e.path}
		t.nodes[e.path] = n
		for _, p := range t.paths {
			rest, below := strings.CutPrefix(p.path, e.path)
			switch {
			case below && rest == "":
				n.fields = append(n.fields, p.field)
				if p.tree {
					n.trees = append(n.trees, p.field)
				}
			case below && rest[0] == '.':
				n.addEdges(p.path, len(e.path)+1)
			}
		}
	}
	e.to = n
	return n
}

// newUnwanted returns a node for an object with nothing wanted in it, for steps to be learned. When
// there are many it returns one that others use too.
func (t *tree) newUnwanted() *node {
	if len(t.unwanted) == maxUnwanted {
		return t.unwanted[0]
	}
	n := &node{}
	t.unwanted = append(t.unwanted, n)
	return n
}

// manyEdges is from how many edges on a map finds one faster than a walk over them.
const manyEdges = 8

// addEdges adds the keys that path can go on with at position from.
func (n *node) addEdges(path string, from int) {
	for end := from; ; end++ {
		dot := strings.IndexByte(path[end:], '.')
		if dot < 0 {
			end = len(path)
		} else {
			end += dot
		}
		if key := path[from:end]; n.edge(key) == nil {
			n.addEdge(&edge{key: key, path: path[:end], index: arrayIndex(key)})
		}
		if end == len(path) {
			return
		}
	}
}

func (n *node) addEdge(e *edge) {
	n.edges = append(n.edges, e)
	n.index = n.index || e.index >= 0
	if n.byKey != nil {
		n.byKey[e.key] = e
		return
	}
	if len(n.edges) > manyEdges {
		n.byKey = make(map[string]*edge, 2*len(n.edges))
		for _, e := range n.edges {
			n.byKey[e.key] = e
		}
	}
}

// edge returns the edge with that key, or nil.
func (n *node) edge(key string) *edge {
	if n.byKey != nil {
		return n.byKey[key]
	}
	for _, e := range n.edges {
		if e.key == key {
			return e
		}
	}
	return nil
}

// at returns the edge for element i of an array, or nil.
func (n *node) at(i int) *edge {
	if n.index {
		for _, e := range n.edges {
			if e.index == i {
				return e
			}
		}
	}
	return nil
}

// arrayIndex returns the number that key is as an index of an array, -1 if it is none.
func arrayIndex(key string) int {
	if key == "" || len(key) > 9 || key[0] == '0' && len(key) > 1 {
		return -1
	}
	i := 0
	for _, c := range []byte(key) {
		if c < '0' || c > '9' {
			return -1
		}
		i = i*10 + int(c-'0')
	}
	return i
}
