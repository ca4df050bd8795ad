package discover

import (
	"bytes"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// find fills the slots from the object at the start of b. With whole the object must be all of b.
// If it is not, or the text is malformed, find is false and the slots are empty.
func (x *Extractor) find(b []byte, whole bool) bool {
	if x.opt.Strict && !isObject(b, whole) {
		return false
	}
	end, out := x.walk(b, 0)
	x.walker.quotes.far = end >= farWalk
	switch {
	case out == malformed, out == complete && whole && end != len(b):
		clear(x.slots)
		return false
	case out == inexact, manyBefore(b, x.walker.last):
		return x.findExactly(b, whole)
	}
	return true
}

// isObject reports whether an object starts b and, with whole, is all of it.
func isObject(b []byte, whole bool) bool {
	if len(b) == 0 || b[0] != '{' {
		return false
	}
	end, ok := jsonscan.Check(b, 0)
	return ok && (!whole || end == len(b))
}

// manyBefore reports whether more leaves than an event may have could stand before b[i]. Each but
// the first follows a comma.
func manyBefore(b []byte, i int) bool {
	return i >= 2*maxFields && bytes.Count(b[:i], []byte{','}) >= maxFields
}

// findExactly is find by way of all leaves.
func (x *Extractor) findExactly(b []byte, whole bool) bool {
	clear(x.slots)
	l := &x.leaves
	if end, ok := l.collect(b, x.tree.inner); !ok || whole && end != len(b) {
		return false
	}
	for i := range l.list {
		lf := &l.list[i]
		if lf.dead {
			continue
		}
		for _, p := range x.tree.byPath[string(l.pathOf(lf, b))] {
			s := &x.slots[p.field]
			inner := lf.kind >= jsonscan.Object
			if s.kind != jsonscan.Invalid || inner && !p.tree {
				continue
			}
			*s = lf.slot
			if inner {
				s.end, _ = jsonscan.Value(b, s.start)
			}
		}
	}
	return true
}

// fragment returns the first JSON object in b that is complete; nil if there is none. On an event
// made to be slow, with many opening braces that each take long to be refused, it gives up.
func fragment(b []byte) []byte {
	// What may be read in vain: several times the event, so that only hostile events exceed it.
	budget := 16*len(b) + 1<<16
	for i := 0; ; i++ {
		j := bytes.IndexByte(b[i:], '{')
		if j < 0 {
			return nil
		}
		i += j
		end, ok := jsonscan.Check(b, i)
		if ok {
			return b[i:end]
		}
		if budget -= end - i; budget < 0 {
			return nil
		}
	}
}
