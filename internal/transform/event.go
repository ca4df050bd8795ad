package transform

import (
	"slices"
	"sync"
)

// An event is one that is being transformed. It is used again for the next one, with the memory of its nodes.
type event struct {
	message string
	source  *Source
	root    *node
	nodes   []*node // those that are made of JSON
	used    int     // of nodes, by this event
	plain   []byte  // texts that JSON writes with escapes
	cells   []string
	out     []byte
	repeats int // fields that say again what others do: they are not extracted
}

var events = sync.Pool{New: func() any { return &event{} }}

// What an event may hold in memory between two: that of an ordinary one.
const (
	keptNodes   = 256
	keptMembers = 256 // of a node
	keptCells   = 256
	keptBytes   = 64 << 10
)

// newEvent returns an event that is to be transformed. It must be given back.
func newEvent(message string, from *Source) *event {
	e := events.Get().(*event)
	e.message, e.source = message, from
	e.root = e.node()
	return e
}

// free gives e back, but for what it holds that is larger than usual. Texts that it has refer to the message, which is not kept.
func (e *event) free() {
	if len(e.nodes) > keptNodes {
		e.nodes = slices.Clone(e.nodes[:keptNodes])
	}
	for _, n := range e.nodes[:min(e.used, len(e.nodes))] {
		n.places, n.marks = nil, 0
		if cap(n.members) > keptMembers {
			n.members = nil
		}
		clear(n.members)
		n.members = n.members[:0]
	}
	clear(e.cells[:cap(e.cells)])
	if cap(e.cells) > keptCells {
		e.cells = nil
	}
	if cap(e.plain) > keptBytes {
		e.plain = nil
	}
	if cap(e.out) > keptBytes {
		e.out = nil
	}
	e.message, e.source, e.root = "", nil, nil
	e.used, e.plain, e.cells, e.out, e.repeats = 0, e.plain[:0], e.cells[:0], e.out[:0], 0
	events.Put(e)
}

// node returns an empty node that is valid until e is given back.
func (e *event) node() *node {
	if e.used == len(e.nodes) {
		e.nodes = append(e.nodes, &node{})
	}
	e.used++
	return e.nodes[e.used-1]
}
