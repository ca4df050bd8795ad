package discover

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A walker goes through an event member by member and fills the slots of wanted fields. It ends as
// soon as it can be sure that nothing further on changes them.
type walker struct {
	frames  [maxDepth]frame // the objects and arrays that the walk is in
	depth   int
	objects uint64 // how many objects were entered, in all events
	left    int    // fields not found yet; negative when there is no use in stopping early
	last    int    // where the last value taken starts
	element step   // what leads to an element of an array
	key     []byte // the text of a key with escapes
	quotes  quotes // of the event
}

// A frame is an object or array that the walk is in.
type frame struct {
	node   *node
	object uint64 // its number; 0 for an array
	index  int    // of the element at hand in an array
	prev   *step  // the member that led to the frame inside this one
}

// outcome is how a walk ended.
type outcome uint8

const (
	malformed outcome = iota // the text went wrong
	complete                 // the event was walked to its end
	stopped                  // nothing behind what was walked matters
	inexact                  // keys repeat, which leaves has to resolve
)

// walk fills the slots from the object at b[i]. When the outcome is complete the object ends before
// end. b has no blanks at its end.
func (x *Extractor) walk(b []byte, i int) (end int, out outcome) {
	w := &x.walker
	w.depth, w.left, w.last = 0, len(x.tree.paths), i
	w.quotes.begin(b)
	prev := w.enter(x.tree.root, jsonscan.Object)
	i++
	for {
		s := prev.next[0]
		if s != nil && s.at(b, i) {
			i += len(s.literal)
		} else if s = prev.next[1]; s != nil && s.at(b, i) {
			i += len(s.literal)
		} else {
			var st state
			switch s, i, st = w.read(b, i, prev); st {
			case wrong:
				return i, malformed
			case closed:
				if w.depth == 0 {
					return i, complete
				}
				prev = w.frames[w.depth-1].prev
				continue
			}
		}
		prev = s
		depth := w.depth
		if s.edge != nil {
			if i, out = x.follow(b, i, s.edge); out != complete {
				return i, out
			}
		} else {
			if uint(i) < uint(len(b)) && b[i] == '"' {
				// What SkipString does, without the call.
				if end := w.quotes.next(i + 1); end > 0 && b[end-1] != '\\' {
					i = end + 1
					continue
				}
				j := bytes.IndexByte(b[i+1:], '"')
				if i += j + 2; j >= 0 && b[i-2] != '\\' {
					continue
				}
				i -= j + 2
			} else if i < len(b) && b[i]-'0' < 10 {
				i = jsonscan.SkipNumber(b, i)
				continue
			}
			var ok bool
			if i, ok = x.pass(b, i, s); !ok {
				return i, malformed
			}
		}
		if w.depth > depth {
			w.frames[depth-1].prev = s
			prev = w.start()
		} else if w.left == 0 && w.mayStop(b, i) {
			return i, stopped
		}
	}
}

// skip passes the value at b[i], or behind blanks there.
func skip(b []byte, i int) (end int, ok bool) {
	end, k := jsonscan.Value(b, jsonscan.Space(b, i))
	return end, k != jsonscan.Invalid
}

// pass passes the value at b[i], to which s leads and in which nothing is wanted. It enters objects
// all the same: walking them by steps that were learned is faster.
func (x *Extractor) pass(b []byte, i int, s *step) (at int, ok bool) {
	w := &x.walker
	if i == len(b) || b[i] != '{' || w.depth == maxDepth {
		return skip(b, i)
	}
	if s.inner == nil {
		s.inner = x.tree.newUnwanted()
	}
	w.enter(s.inner, jsonscan.Object)
	return i + 1, true
}

// enter makes the object or array at n the one that the walk is in.
func (w *walker) enter(n *node, k jsonscan.Kind) (start *step) {
	f := &w.frames[w.depth]
	w.depth++
	f.node, f.object, f.index = n, 0, -1
	if k == jsonscan.Object {
		w.objects++
		f.object = w.objects
	}
	return w.start()
}

// start returns what stands before the first member of the object or array just entered.
func (w *walker) start() *step {
	if f := &w.frames[w.depth-1]; f.object != 0 {
		return &f.node.first
	}
	w.element.edge = nil
	return &w.element
}

// follow takes the value at b[i], to which e leads. It passes leaves and enters objects and arrays
// that may hold wanted fields.
func (x *Extractor) follow(b []byte, i int, e *edge) (at int, out outcome) {
	w := &x.walker
	if f := &w.frames[w.depth-1]; f.object != 0 {
		if e.seen == f.object {
			return i, inexact
		}
		e.seen = f.object
	}
	i = jsonscan.Space(b, i) // there may be more blanks than the step had
	if i == len(b) {
		return i, malformed
	}
	n := e.to
	if n == nil {
		n = x.tree.node(e)
	}
	k := jsonscan.KindOf(b[i])
	ok := false
	switch {
	case k < jsonscan.Object:
		at, ok = x.leaf(b, i, k, n.fields)
	case w.depth == maxDepth:
		at, ok = skip(b, i)
	default:
		at, ok = x.inner(b, i, k, n)
	}
	if !ok {
		return at, malformed
	}
	return at, complete
}

// inner takes the object or array at b[i].
func (x *Extractor) inner(b []byte, i int, k jsonscan.Kind, n *node) (at int, ok bool) {
	w := &x.walker
	at = -1
	if len(n.trees) > 0 {
		if at, ok = jsonscan.Check(b, i); !ok {
			return at, false
		}
		x.found(n.trees, slot{start: i, end: at, kind: k})
	}
	switch {
	case k == jsonscan.Object && len(n.edges) > 0, k == jsonscan.Array && n.index:
		w.enter(n, k)
		return i + 1, true
	case at >= 0:
		return at, true
	}
	return skip(b, i)
}

// leaf takes the scalar at b[i].
func (x *Extractor) leaf(b []byte, i int, k jsonscan.Kind, fields []int) (end int, ok bool) {
	if len(fields) == 0 {
		return skip(b, i)
	}
	s := slot{start: i, kind: k}
	if k == jsonscan.String {
		end, s.escaped, ok = jsonscan.CheckString(b, i+1)
		s.start, s.end = i+1, end-1
	} else {
		end, ok = jsonscan.Check(b, i)
		s.end = end
	}
	if ok && k != jsonscan.Null {
		x.found(fields, s)
	}
	return end, ok
}

// found puts s into the slots of those fields that have nothing yet: where two ways lead to one name
// the first in the text wins.
func (x *Extractor) found(fields []int, s slot) {
	for _, f := range fields {
		if x.slots[f].kind == jsonscan.Invalid {
			x.slots[f] = s
			x.walker.left--
			x.walker.last = s.start
		}
	}
}
