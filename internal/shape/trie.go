package shape

import (
	"encoding/binary"
	"slices"
)

// Bounds of what a Splitter learns: a map with ids as keys would have new shapes without end.
const (
	maxEdges = 32     // that go on from one place
	maxNodes = 32_768 // in all, about 8 MB
)

// A node is a place in messages behind a value, or their start. What is behind it is known from the messages before.
type node struct {
	edges []*edge // in the order in which they are tried
	ends  []ending
}

// An edge is a way to go on: literal text and a value.
type edge struct {
	literal    string
	padded     string // literal, for a plan
	head, mask uint64 // its first eight bytes, and which of them there are
	form       Form
	in         *vector
	to         *node
}

// An ending is a way to end.
type ending struct {
	tail  string
	shape int // index of the learned shape
}

// A learned shape is a way through the trie.
type learned struct {
	edges []*edge
	tail  string
	rows  int // of the messages at hand
	code  int // in the result

	plan     *plan
	compared int // the row at which the comparison began that the cells were made for; -1 none
}

func newEdge(literal string, f Form, v *vector) *edge {
	e := &edge{literal: literal, padded: padded(literal), form: f, in: v, to: &node{}, mask: ^uint64(0)}
	if n := len(literal); n < 8 {
		e.mask = 1<<(8*n) - 1
	}
	e.head = binary.LittleEndian.Uint64(append([]byte(literal), make([]byte, 8)...)) & e.mask
	return e
}

// at reports whether the literal stands at b[i].
func (e *edge) at(b []byte, i int) bool {
	n := len(e.literal)
	if len(b)-i >= 8 && binary.LittleEndian.Uint64(b[i:])&e.mask != e.head {
		return false
	}
	return n <= 8 && len(b)-i >= 8 || len(b)-i >= n && string(b[i:i+n]) == e.literal
}

// rank orders the styles of edges with the same literal: what takes less comes first, what takes all values last.
var rank = [styles]int{
	Time: 0, UUID: 0, Fixed: 1, Short: 2, Bool: 3, Plain: 4, HTML: 5, ASCII: 6, Raw: 7, Long: 8,
}

// before reports whether e is tried before o. A shorter literal is before longer ones, so that null is rather a value
// than part of a literal.
func (e *edge) before(o *edge) bool {
	switch a, b := e.form.Class() == RawClass, o.form.Class() == RawClass; {
	case a != b:
		return b
	case len(e.literal) != len(o.literal):
		return len(e.literal) < len(o.literal)
	}
	return rank[e.form.Style] <= rank[o.form.Style]
}

// add puts e among the edges.
func (n *node) add(e *edge) {
	at := 0
	for at < len(n.edges) && !e.before(n.edges[at]) {
		at++
	}
	n.edges = slices.Insert(n.edges, at, e)
}
