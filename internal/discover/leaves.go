package discover

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// leaves lists the fields of one event by every rule, at the cost of looking at all of it: each
// member is remembered, so that keys which occur twice are noticed.
//
// Of members with the same key in one object only the last one counts, with all that is in it; it
// stands where it stands in the text. Where different keys lead to one name (a.b, or a and b) the
// first in the text counts.
type leaves struct {
	list    []leaf
	paths   []byte // of list, one after the other
	path    []byte // of the value at hand
	frames  [maxDepth]leafFrame
	depth   int
	count   int  // scalars met, without null
	dotted  bool // a key holds a dot: two ways can lead to one name
	members []memberLeaves
	table   []int32 // places of members by hash, plus one
	seed    maphash.Seed
}

// A leaf is a value in the event and the path to it.
type leaf struct {
	slot
	from, to int // of the path, in paths
	start    int // where the value starts in the event
	dead     bool
}

type leafFrame struct {
	start  int // where the object or array starts
	base   int // the length of the path before a key
	index  int // of the element at hand; -1 before the first
	object bool
	member int // the member that is walked, in members, or -1
}

// memberLeaves says which leaves a member of an object gave.
type memberLeaves struct {
	object   int // where the object starts
	key      string
	from, to int // in list
}

// keepMembers bounds the memory that is kept from one event to the next.
const keepMembers = 1 << 14

// collect fills the list with the leaves of the object at b[i], which must be valid JSON text. With
// inner it also lists the objects and arrays inside it, with nothing in raw.
func (l *leaves) collect(b []byte, i int, inner bool) {
	l.reset()
	l.push(i, true, 0)
	i++
	for l.depth > 0 && l.count < maxFields {
		f := &l.frames[l.depth-1]
		i = jsonscan.Space(b, i)
		switch b[i] {
		case '}', ']':
			i++
			l.depth--
			l.memberEnds()
			continue
		case ',':
			i = jsonscan.Space(b, i+1)
		}
		i = l.extend(b, i, f)
		k := jsonscan.KindOf(b[i])
		if k >= jsonscan.Object && l.depth < maxDepth {
			if inner {
				l.add(slot{kind: k}, i)
			}
			l.path = append(l.path, '.')
			l.push(i, k == jsonscan.Object, len(l.path))
			i++
			continue
		}
		end, _ := jsonscan.Value(b, i)
		l.scalar(b, i, end, k)
		l.memberEnds()
		i = end
	}
}

func (l *leaves) reset() {
	if len(l.members) > keepMembers {
		l.members, l.table = nil, nil
	}
	if l.table == nil {
		l.table, l.seed = make([]int32, 64), maphash.MakeSeed()
	}
	clear(l.table)
	clear(l.members) // their keys
	l.list, l.paths, l.path, l.members = l.list[:0], l.paths[:0], l.path[:0], l.members[:0]
	l.depth, l.count, l.dotted = 0, 0, false
}

func (l *leaves) push(start int, object bool, base int) {
	l.frames[l.depth] = leafFrame{start: start, base: base, index: -1, object: object, member: -1}
	l.depth++
}

// extend makes the path that of the member or element at b[i] and returns where its value starts.
func (l *leaves) extend(b []byte, i int, f *leafFrame) int {
	f.index++
	l.path = l.path[:f.base]
	if !f.object {
		l.path = strconv.AppendInt(l.path, int64(f.index), 10)
		return i
	}
	key, escaped, i, _ := readKey(b, i)
	if escaped {
		l.path, _ = jsonscan.Unquote(l.path, key)
		key = bytes.Clone(l.path[f.base:])
	} else {
		l.path = append(l.path, key...)
	}
	l.dotted = l.dotted || bytes.IndexByte(key, '.') >= 0
	l.enterMember(f, view(key))
	return i
}

// scalar adds the leaf b[i:end].
func (l *leaves) scalar(b []byte, i, end int, k jsonscan.Kind) {
	if k >= jsonscan.Object || k == jsonscan.Null {
		return
	}
	l.count++
	s := slot{raw: b[i:end], kind: k}
	if k == jsonscan.String {
		s.raw = b[i+1 : end-1]
		s.escaped = jsonscan.HasEscape(s.raw)
	}
	l.add(s, i)
}

func (l *leaves) add(s slot, start int) {
	from := len(l.paths)
	l.paths = append(l.paths, l.path...)
	l.list = append(l.list, leaf{slot: s, from: from, to: len(l.paths), start: start})
}

// pathOf returns the path of lf, valid until the next event.
func (l *leaves) pathOf(lf *leaf) []byte { return l.paths[lf.from:lf.to] }

// enterMember notes that a member of f begins. What an earlier one with the same key gave is dead.
func (l *leaves) enterMember(f *leafFrame, key string) {
	if 2*len(l.members) >= len(l.table) {
		l.rehash(2 * len(l.table))
	}
	at := l.place(f.start, key)
	if n := l.table[at]; n > 0 {
		m := &l.members[n-1]
		for i := m.from; i < m.to; i++ {
			l.list[i].dead = true
		}
		m.from, m.to = len(l.list), len(l.list)
		f.member = int(n - 1)
		return
	}
	f.member = len(l.members)
	l.members = append(l.members, memberLeaves{object: f.start, key: key, from: len(l.list), to: len(l.list)})
	l.table[at] = int32(len(l.members))
}

// memberEnds notes that the value of the innermost frame's member has been walked.
func (l *leaves) memberEnds() {
	if l.depth > 0 {
		if m := l.frames[l.depth-1].member; m >= 0 {
			l.members[m].to = len(l.list)
		}
	}
}

// place returns where in the table the member stands or may be put.
func (l *leaves) place(object int, key string) int {
	hash := maphash.String(l.seed, key) + uint64(object)*0x9e3779b97f4a7c15
	hi, _ := bits.Mul64(hash, 0x9e3779b97f4a7c15)
	for at := int(hash^hi) & (len(l.table) - 1); ; at = (at + 1) & (len(l.table) - 1) {
		n := l.table[at]
		if n == 0 {
			return at
		}
		if m := &l.members[n-1]; m.object == object && m.key == key {
			return at
		}
	}
}

func (l *leaves) rehash(size int) {
	l.table = make([]int32, size)
	for i := range l.members {
		m := &l.members[i]
		l.table[l.place(m.object, m.key)] = int32(i + 1)
	}
}

// unique marks those leaves dead whose path an earlier one has.
func (l *leaves) unique() {
	if !l.dotted {
		return // different members and elements have different paths
	}
	clear(l.table)
	l.members = l.members[:0]
	f := leafFrame{start: -1}
	for i := range l.list {
		lf := &l.list[i]
		if lf.dead {
			continue
		}
		path := view(l.pathOf(lf))
		if lf.dead = l.table[l.place(f.start, path)] > 0; !lf.dead {
			l.enterMember(&f, path)
		}
	}
}
