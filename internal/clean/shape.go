package clean

import (
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A shape is the tree of keys that lead to columns. It learns the keys from the events it sees, so
// that the name of a column is put together once and not for each value. It is bounded: what has no
// place in it is told to the visitor by its name.
type shape struct {
	root    *node
	columns map[string]int // by name
	names   []string       // by column
	keys    []string       // by column: the event's member that has the value
	limit   int            // of columns
	fixed   bool           // no column is added
	nodes   int
	stamp   int64 // of the event at hand
	seen    []sight
	path    []byte  // name of what has no node
	unknown []value // of the event at hand: those whose layout has no node yet, from where the walk is
	key     []byte  // scratch
}

// A sight says which event had a column last, and by which keys.
type sight struct {
	stamp int64
	node  *node
}

// A node is a key of an object, or a place in an array.
type node struct {
	name     string
	top      string           // the name of the event's member that it is, or is in
	column   int              // or noColumn
	children map[string]*node // by key
	elements []*node          // by place
}

// noColumn marks nodes that are no column: inner ones, and leaves for which there was no room.
const noColumn = -1

// A visitor is told the values of an event.
type visitor interface {
	// leaf is told a value that has a column.
	leaf(n *node, raw []byte, kind jsonscan.Kind)
	// over is told a value that has none. name is valid during the call.
	over(name, raw []byte, kind jsonscan.Kind)
}

func newShape(limit int) *shape {
	return &shape{root: &node{column: noColumn}, columns: map[string]int{}, limit: limit}
}

// fixedShape returns a shape with these columns and no others. limit is that of the survey that found
// them, so that there is room for all nodes that it had.
func fixedShape(columns []Column, limit int) *shape {
	s := newShape(limit)
	for _, c := range columns {
		s.addColumn(c.Name, c.key())
	}
	s.fixed = true
	return s
}

func (s *shape) addColumn(name, key string) int {
	n := len(s.names)
	s.keys = append(s.keys, key)
	s.columns[name] = n
	s.names = append(s.names, name)
	s.seen = append(s.seen, sight{})
	return n
}

// maxNodes bounds the tree: some keys lead to columns by several ways, and some to none.
func (s *shape) maxNodes() int { return 8*s.limit + 64 }

// walk tells v the scalars of an event in their order; null is none. Of a key that stands twice in
// an object both values are told; the last one counts. An event whose layout is known is not walked
// if one before it was: the nodes are then noted with the layout.
func (s *shape) walk(obj object, v visitor) {
	s.stamp++
	for _, val := range obj.values {
		if val.way.node == nil && val.raw[0] != 'n' {
			s.unknown = obj.values
			s.container(s.root, obj.text, 1, v)
			return
		}
	}
	if s.unknown = nil; obj.values == nil {
		s.container(s.root, obj.text, 1, v)
		return
	}
	for _, val := range obj.values {
		if kind := jsonscan.KindOf(val.raw[0]); kind != jsonscan.Null {
			s.tell(val.way.node, val.raw, kind, v)
		}
	}
}

// maxLevels is how many objects and arrays inside each other are taken apart, as in discovery. What
// is deeper stays JSON text without a column.
const maxLevels = 64

// container walks an object or array at a level, below n. n is nil for what has no node; s.path is then its name,
// else s.path is empty.
func (s *shape) container(n *node, raw []byte, level int, v visitor) {
	depth := len(s.path)
	array := raw[0] == '['
	for it := jsonscan.Members(raw, 0); it.Next(); {
		var child *node
		if it.Kind != jsonscan.Null {
			if child = s.child(n, &it, array); child == nil {
				s.extend(n, &it, array)
			}
		}
		if it.Kind < jsonscan.Object && len(s.unknown) > 0 {
			s.unknown[0].way.node = child
			s.unknown = s.unknown[1:]
		}
		switch {
		case it.Kind == jsonscan.Null:
		case it.Kind >= jsonscan.Object && level < maxLevels:
			s.container(child, it.Value, level+1, v)
		case child == nil:
			v.over(s.path, it.Value, it.Kind)
		default:
			s.tell(child, it.Value, it.Kind, v)
		}
		s.path = s.path[:depth]
	}
}

// tell tells v the value at n. s.path is empty.
func (s *shape) tell(n *node, raw []byte, kind jsonscan.Kind, v visitor) {
	if kind < jsonscan.Object && s.claim(n) {
		v.leaf(n, raw, kind)
		return
	}
	s.path = append(s.path, n.name...)
	v.over(s.path, raw, kind)
	s.path = s.path[:0]
}

// extend makes s.path the name of a member of n that has no node.
func (s *shape) extend(n *node, it *jsonscan.Iter, array bool) {
	if n != nil {
		s.path = append(s.path, n.name...)
	}
	if n != s.root {
		s.path = append(s.path, '.')
	}
	s.path = append(s.path, s.text(it, array)...)
}

// text returns what a member adds to the name.
func (s *shape) text(it *jsonscan.Iter, array bool) []byte {
	switch {
	case array:
		s.key = strconv.AppendInt(s.key[:0], int64(it.Index), 10)
	case it.KeyEscaped:
		s.key, _ = jsonscan.Unquote(s.key[:0], it.Key) // the event is valid JSON
	default:
		return it.Key
	}
	return s.key
}

// claim reports whether the value at n is that of its column in this event. It is not if n has no
// column, or if other keys led to the same name before it.
func (s *shape) claim(n *node) bool {
	if n.column == noColumn && !s.assign(n) {
		return false
	}
	at := &s.seen[n.column]
	if at.stamp == s.stamp && at.node != n {
		return false
	}
	at.stamp, at.node = s.stamp, n
	return true
}

// assign gives n a column, if there is one or room for one.
func (s *shape) assign(n *node) bool {
	i, ok := s.columns[n.name]
	if !ok {
		if s.fixed || len(s.names) == s.limit || !mayBeColumn(n.name) {
			return false
		}
		i = s.addColumn(n.name, n.top)
	}
	n.column = i
	return true
}

func mayBeColumn(name string) bool { return name != "" && len(name) <= maxName && name != restColumn }

// child returns the node of a member of n, made if there is room; else nil.
func (s *shape) child(n *node, it *jsonscan.Iter, array bool) *node {
	if n == nil {
		return nil
	}
	if array {
		return s.element(n, it)
	}
	if c := n.children[string(it.Key)]; c != nil {
		return c
	}
	c := s.newNode(n, s.text(it, false))
	if c == nil {
		return nil
	}
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[string(it.Key)] = c // as it is written, escapes included
	return c
}

// newNode returns a node below n, if there is room.
func (s *shape) newNode(n *node, text []byte) *node {
	if s.nodes >= s.maxNodes() || len(n.name)+1+len(text) > maxName {
		return nil
	}
	s.nodes++
	c := &node{name: string(text), column: noColumn}
	c.top = c.name
	if n != s.root {
		c.name, c.top = n.name+"."+c.name, n.top
	}
	return c
}

// element returns the node of a place in an array.
func (s *shape) element(n *node, it *jsonscan.Iter) *node {
	for len(n.elements) <= it.Index {
		c := s.newNode(n, strconv.AppendInt(s.key[:0], int64(len(n.elements)), 10))
		if c == nil {
			return nil
		}
		n.elements = append(n.elements, c)
	}
	return n.elements[it.Index]
}
