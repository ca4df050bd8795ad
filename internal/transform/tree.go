package transform

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A kind is what a value of JSON is.
type kind uint8

const (
	null kind = iota
	boolean
	number
	text
	object
	list
)

// A value is one of JSON.
type value struct {
	kind  kind
	plain bool   // a text that JSON writes as it is
	text  string // a text, or a number or bool as JSON writes it
	node  *node  // of an object or list
}

func textOf(s string) value        { return value{kind: text, text: s} }
func numberOf(s string) value      { return value{kind: number, text: s} }
func nodeOf(k kind, n *node) value { return value{kind: k, node: n} }

func boolOf(b bool) value {
	if b {
		return value{kind: boolean, text: "true"}
	}
	return value{kind: boolean, text: "false"}
}

// object returns the node of an object, nil if v is none.
func (v value) object() *node {
	if v.kind != object {
		return nil
	}
	return v.node
}

// isScalar tells whether v is a text that processors of strings see: numbers and bools too.
func (v value) isScalar() bool { return v.kind >= boolean && v.kind <= text }

// A node is an object, whose members are in the order in which they came, or a list, whose members have no keys.
type node struct {
	members []member
	marks   uint64         // of the keys that members have had: see mark
	places  map[string]int // of members by key; nil where there are fewMembers or it is not known
}

// fewMembers is how many members are looked through one by one: against events of tens of thousands of keys.
const fewMembers = 48

type member struct {
	key   string
	plain bool // the key is written as it is
	value value
}

// mark returns a bit for a key: where it is not among the marks of an object there is no such key.
func mark(key string) uint64 {
	n := len(key)
	if n == 0 {
		return 1
	}
	return 1 << ((uint(n)*7 + uint(key[0]) + uint(key[n/2])*3 + uint(key[n-1])*5) % bits.UintSize)
}

// at returns the place of a member, -1 if there is none.
func (o *node) at(key string) int {
	if o.marks&mark(key) == 0 {
		return -1
	}
	if len(o.members) <= fewMembers {
		for i := range o.members {
			if o.members[i].key == key {
				return i
			}
		}
		return -1
	}
	if o.places == nil {
		o.places = make(map[string]int, len(o.members))
		for i, m := range o.members {
			o.places[m.key] = i
		}
	}
	if i, ok := o.places[key]; ok {
		return i
	}
	return -1
}

// get returns the value of a member.
func (o *node) get(key string) (value, bool) {
	if i := o.at(key); i >= 0 {
		return o.members[i].value, true
	}
	return value{}, false
}

// set gives a member a value: a new one at the end.
func (o *node) set(key string, v value) { o.setMember(member{key: key, value: v}) }

func (o *node) setMember(m member) {
	if i := o.at(m.key); i >= 0 {
		o.members[i].value = m.value
		return
	}
	o.members, o.marks = append(o.members, m), o.marks|mark(m.key)
	if o.places != nil {
		o.places[m.key] = len(o.members) - 1
	}
}

// add appends an item to a list.
func (o *node) add(v value) { o.members = append(o.members, member{value: v}) }

// remove takes a member out.
func (o *node) remove(key string) {
	if i := o.at(key); i >= 0 {
		o.members, o.places = slices.Delete(o.members, i, i+1), nil
	}
}

// A path names a member of an object, and of objects in it.
type path struct {
	keys  []string // none: the root
	whole string   // the keys with dots between them
}

func newPath(text string) path { return path{strings.Split(text, "."), text} }

// with returns the path of a member of what is at p.
func (p path) with(key string) path {
	if len(p.keys) == 0 {
		return path{[]string{key}, key}
	}
	return path{append(slices.Clip(p.keys), key), p.whole + "." + key}
}

func (p path) isRoot() bool { return len(p.keys) == 0 }

func (p path) last() string { return p.keys[len(p.keys)-1] }

// find returns what is at p. A member whose name has dots in it counts too.
func (o *node) find(p path) (value, bool) {
	if v, ok := o.get(p.whole); ok {
		return v, true
	}
	if len(p.keys) == 1 {
		return value{}, false
	}
	for i, key := range p.keys {
		v, ok := o.get(key)
		if !ok || i == len(p.keys)-1 {
			return v, ok
		}
		if o = v.object(); o == nil {
			return value{}, false
		}
	}
	return value{}, false
}

// reach returns the object that has the last key of p, and makes the objects on the way; nil where something else is on the way.
func (o *node) reach(p path) *node {
	for _, key := range p.keys[:len(p.keys)-1] {
		next, ok := o.get(key)
		if !ok {
			next = nodeOf(object, &node{})
			o.set(key, next)
		}
		if o = next.object(); o == nil {
			return nil
		}
	}
	return o
}

// put sets what is at p, and makes the objects on the way. It does nothing where something else is on the way, or where there is a value
// already that is not to be overwritten.
func (o *node) put(p path, v value, overwrite bool) {
	if o = o.reach(p); o != nil {
		o.offer(p.last(), v, overwrite)
	}
}

// offer sets a member, unless there is one that is not to be overwritten.
func (o *node) offer(key string, v value, overwrite bool) {
	if overwrite || o.at(key) < 0 {
		o.set(key, v)
	}
}

// replace gives what find finds another value.
func (o *node) replace(p path, v value) {
	if i := o.at(p.whole); i >= 0 {
		o.members[i].value = v
		return
	}
	o.put(p, v, true)
}

// drop removes what is at p.
func (o *node) drop(p path) {
	if o.at(p.whole) >= 0 {
		o.remove(p.whole)
		return
	}
	for _, key := range p.keys[:len(p.keys)-1] {
		next, _ := o.get(key)
		if o = next.object(); o == nil {
			return
		}
	}
	o.remove(p.last())
}

// appendJSON appends a value as JSON.
func appendJSON(b []byte, v value) []byte {
	switch v.kind {
	case text:
		return appendText(b, v.text, v.plain)
	case number, boolean:
		return append(b, v.text...)
	case object:
		b = append(b, '{')
		for i := range v.node.members {
			m := &v.node.members[i]
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, m.key, m.plain), ':')
			b = appendJSON(b, m.value)
		}
		return append(b, '}')
	case list:
		b = append(b, '[')
		for i := range v.node.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, v.node.members[i].value)
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

func appendText(b []byte, s string, plain bool) []byte {
	if !plain {
		return jsonscan.AppendString(b, s)
	}
	return append(append(append(b, '"'), s...), '"')
}

// leaves counts the fields in a value.
func leaves(v value) int {
	if v.kind < object {
		return 1
	}
	n := 0
	for i := range v.node.members {
		n += leaves(v.node.members[i].value)
	}
	return n
}

// copied returns a value that shares nothing with v that processors change.
func copied(v value) value {
	if v.kind < object {
		return v
	}
	n := &node{members: slices.Clone(v.node.members), marks: v.node.marks}
	for i := range n.members {
		n.members[i].value = copied(n.members[i].value)
	}
	return nodeOf(v.kind, n)
}
