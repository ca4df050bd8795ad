package discover

import (
	"bytes"
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
	frames  [maxDepth]leafFrame
	depth   int
	count   int    // scalars met, without null
	dotted  bool   // a key holds a dot: two ways can lead to one name
	tooDeep bool   // there are objects or arrays that the walk does not enter
	path    []byte // of the value at hand, if it is not a key of the event itself
	keyFrom int    // else that key in the event
	keyTo   int    // 0: it is not
	paths   []byte // those of list, one after the other
	members members
}

// A leaf is a value in the event and the path to it.
type leaf struct {
	slot
	from, to int  // of the path: in the event if inText, else in paths
	inText   bool // the path is a key of the event itself
	dead     bool // the value does not count
}

// pathOf returns the path of lf, a leaf of the event b. It is valid until the next event.
func (l *leaves) pathOf(lf *leaf, b []byte) []byte {
	if lf.inText {
		return b[lf.from:lf.to]
	}
	return l.paths[lf.from:lf.to]
}

type leafFrame struct {
	start  int // where the object or array starts
	base   int // the length of the path before a key
	index  int // of the element at hand; -1 before the first
	object bool
	member int // the member that is walked, in members, or -1
}

// collect fills the list with the leaves of the object at the start of b. With inner it also lists
// the objects and arrays inside it, without their ends. The object ends at end; ok is false if
// there is none or its text is malformed.
func (l *leaves) collect(b []byte, inner bool) (end int, ok bool) {
	l.list, l.paths, l.path = l.list[:0], l.paths[:0], l.path[:0]
	l.depth, l.count, l.dotted, l.tooDeep = 0, 0, false, false
	l.members.reset()
	if len(b) == 0 || b[0] != '{' {
		return 0, false
	}
	l.push(0, true, 0)
	i := 1
	for l.count < maxFields {
		var closing bool
		if i, closing, ok = l.advance(b, i); !ok {
			return i, false
		}
		if closing {
			if l.depth--; l.depth == 0 {
				break
			}
			l.memberEnds()
			continue
		}
		if i, ok = l.extend(b, i); !ok || i == len(b) {
			return i, false
		}
		k := jsonscan.KindOf(b[i])
		if k >= jsonscan.Object && l.depth < maxDepth {
			l.enter(b, i, k, inner)
			i++
			continue
		}
		if i, ok = l.scalar(b, i, k); !ok {
			return i, false
		}
		l.memberEnds()
	}
	if l.depth > 0 || l.tooDeep {
		return jsonscan.Check(b, 0) // not all of it was looked at from here
	}
	return i, true
}

// advance passes what stands before the next member of the innermost object or array: nothing or a
// comma, and blanks. closing says that there is none and the bracket was passed.
func (l *leaves) advance(b []byte, i int) (at int, closing, ok bool) {
	f := &l.frames[l.depth-1]
	i = jsonscan.Space(b, i)
	switch {
	case i == len(b):
		return i, false, false
	case b[i] == '}' && f.object, b[i] == ']' && !f.object:
		return i + 1, true, true
	case f.index < 0:
		return i, false, true
	case b[i] == ',':
		return jsonscan.Space(b, i+1), false, true
	}
	return i, false, false
}

func (l *leaves) push(start int, object bool, base int) {
	l.frames[l.depth] = leafFrame{start: start, base: base, index: -1, object: object, member: -1}
	l.depth++
}

// enter goes into the object or array at b[i].
func (l *leaves) enter(b []byte, i int, k jsonscan.Kind, inner bool) {
	if inner {
		l.add(slot{start: i, kind: k})
	}
	if l.keyTo > 0 {
		l.path = append(l.path[:0], b[l.keyFrom:l.keyTo]...)
	}
	l.path = append(l.path, '.')
	l.push(i, k == jsonscan.Object, len(l.path))
}

// extend makes the path that of the member or element at b[i] and returns where its value starts.
func (l *leaves) extend(b []byte, i int) (value int, ok bool) {
	f := &l.frames[l.depth-1]
	f.index++
	l.path, l.keyTo = l.path[:f.base], 0
	if !f.object {
		l.path = strconv.AppendInt(l.path, int64(f.index), 10)
		return i, true
	}
	if i == len(b) || b[i] != '"' {
		return i, false
	}
	end, escaped, ok := jsonscan.CheckString(b, i+1)
	if !ok {
		return end, false
	}
	key := b[i+1 : end-1]
	l.keyFrom = i + 1
	if i = jsonscan.Space(b, end); i == len(b) || b[i] != ':' {
		return i, false
	}
	switch {
	case escaped:
		l.path, _ = jsonscan.Unquote(l.path, key)
		key = bytes.Clone(l.path[f.base:])
	case l.depth == 1:
		l.keyTo = end - 1
	default:
		l.path = append(l.path, key...)
	}
	l.dotted = l.dotted || bytes.IndexByte(key, '.') >= 0
	l.enterMember(f, key)
	return jsonscan.Space(b, i+1), true
}

// scalar adds the scalar at b[i], or passes what is too deep.
func (l *leaves) scalar(b []byte, i int, k jsonscan.Kind) (end int, ok bool) {
	s := slot{start: i, kind: k}
	l.tooDeep = l.tooDeep || k >= jsonscan.Object
	if k == jsonscan.String {
		end, s.escaped, ok = jsonscan.CheckString(b, i+1)
		s.start, s.end = i+1, end-1
	} else {
		end, ok = jsonscan.Check(b, i)
		s.end = end
	}
	if ok && k != jsonscan.Null && k < jsonscan.Object {
		l.count++
		l.add(s)
	}
	return end, ok
}

// add puts s into the list with the path at hand.
func (l *leaves) add(s slot) {
	if l.keyTo > 0 {
		l.list = append(l.list, leaf{slot: s, from: l.keyFrom, to: l.keyTo, inText: true})
		return
	}
	from := len(l.paths)
	l.paths = append(l.paths, l.path...)
	l.list = append(l.list, leaf{slot: s, from: from, to: len(l.paths)})
}

// enterMember notes that a member of f begins. What an earlier one with the same key gave is dead.
func (l *leaves) enterMember(f *leafFrame, key []byte) {
	m, known := l.members.find(f.start, key)
	f.member = m
	span := &l.members.list[m].leaves
	if known {
		for i := span.from; i < span.to; i++ {
			l.list[i].dead = true
		}
	}
	span.from, span.to = len(l.list), len(l.list)
}

// memberEnds notes that the value of the innermost frame's member has been walked.
func (l *leaves) memberEnds() {
	if m := l.frames[l.depth-1].member; m >= 0 {
		l.members.list[m].leaves.to = len(l.list)
	}
}

// unique marks those leaves dead whose path an earlier one has.
func (l *leaves) unique(b []byte) {
	if !l.dotted {
		return // different members and elements have different paths
	}
	l.members.reset()
	for i := range l.list {
		if lf := &l.list[i]; !lf.dead {
			_, lf.dead = l.members.find(-1, l.pathOf(lf, b))
		}
	}
}
