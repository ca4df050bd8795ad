package discover

import (
	"encoding/binary"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A step is a member as loggers write it: the literal text from the end of the value before to the
// start of the member's own value, such as `,"level":`. Events of one logger repeat the same steps
// in the same order, so each step remembers which ones came after it: comparing a few bytes then
// stands for finding the key and looking it up.
type step struct {
	literal    string
	head, mask uint64 // its first eight bytes, and which of them there are
	tail       uint64 // its last eight bytes, if it has as many
	edge       *edge  // nil: nothing is wanted in the value
	inner      *node  // then, if the value was an object: what is learned of it
	next       [2]*step
}

func newStep(literal string, e *edge) *step {
	s := &step{literal: literal, edge: e, mask: ^uint64(0)}
	if n := len(literal); n < 8 {
		s.mask = 1<<(8*n) - 1
	} else {
		s.tail = binary.LittleEndian.Uint64([]byte(literal[n-8:]))
	}
	s.head = binary.LittleEndian.Uint64(append([]byte(literal), make([]byte, 8)...)) & s.mask
	return s
}

// maxSteps bounds the steps that a node learns; a map with ids as keys would have them without end.
const maxSteps = 64

// maxUnwanted bounds the objects with nothing wanted in them that are told apart.
const maxUnwanted = 1024

// maxLiteral bounds the text of a step.
const maxLiteral = 256

// at reports whether s stands at b[i].
func (s *step) at(b []byte, i int) bool {
	if n := len(s.literal); len(b)-i >= n+8 && n <= 16 {
		return binary.LittleEndian.Uint64(b[i:])&s.mask == s.head &&
			(n < 8 || binary.LittleEndian.Uint64(b[i+n-8:]) == s.tail)
	}
	return len(b)-i >= len(s.literal) && string(b[i:i+len(s.literal)]) == s.literal
}

// state is what read found.
type state uint8

const (
	wrong  state = iota // neither of the others
	member              // a member or element; the walk is at its value
	closed              // the end of the object or array; the walk is behind it
)

// read moves from the end of a value at b[i] to the next value in the same object or array. prev is
// what led to the value before.
func (w *walker) read(b []byte, i int, prev *step) (s *step, at int, st state) {
	f := &w.frames[w.depth-1]
	if f.object == 0 {
		return w.readElement(b, i, f)
	}
	start := i
	i = jsonscan.Space(b, i)
	if i == len(b) {
		return nil, i, wrong
	}
	if b[i] == '}' {
		w.depth--
		return nil, i + 1, closed
	}
	if prev != &f.node.first {
		if b[i] != ',' {
			return nil, i, wrong
		}
		i = jsonscan.Space(b, i+1)
	}
	key, escaped, i, ok := readKey(b, i)
	if ok && escaped && len(f.node.edges) > 0 {
		w.key, ok = jsonscan.Unquote(w.key[:0], key)
		key = w.key
	}
	if !ok {
		return nil, i, wrong
	}
	s = f.node.step(b[start:i], key)
	if s != &f.node.other {
		prev.next[0], prev.next[1] = s, prev.next[0]
	}
	return s, i, member
}

// readKey reads the key at b[i] and moves to its value.
func readKey(b []byte, i int) (key []byte, escaped bool, at int, ok bool) {
	if i == len(b) || b[i] != '"' {
		return nil, false, i, false
	}
	end, ok := jsonscan.SkipString(b, i+1)
	if !ok {
		return nil, false, end, false
	}
	key = b[i+1 : end-1]
	i = jsonscan.Space(b, end)
	if i == len(b) || b[i] != ':' {
		return nil, false, i, false
	}
	return key, jsonscan.HasEscape(key), jsonscan.Space(b, i+1), true
}

// readElement is read for an array.
func (w *walker) readElement(b []byte, i int, f *frame) (s *step, at int, st state) {
	i = jsonscan.Space(b, i)
	if i == len(b) {
		return nil, i, wrong
	}
	if b[i] == ']' {
		w.depth--
		return nil, i + 1, closed
	}
	if f.index >= 0 {
		if b[i] != ',' {
			return nil, i, wrong
		}
		i = jsonscan.Space(b, i+1)
	}
	f.index++
	w.element.edge = f.node.at(f.index)
	return &w.element, i, member
}

// step returns the step of n with that literal text and key.
func (n *node) step(literal, key []byte) *step {
	e := n.edge(view(key))
	if len(n.steps) == maxSteps || len(literal) > maxLiteral {
		n.other.edge = e
		return &n.other
	}
	for _, s := range n.steps {
		if s.literal == string(literal) {
			return s
		}
	}
	s := newStep(string(literal), e)
	n.steps = append(n.steps, s)
	return s
}
