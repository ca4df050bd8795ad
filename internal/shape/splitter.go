package shape

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// Options tune a Splitter. The zero value is right for parts.
type Options struct {
	MaxColumns int // 0 means MaxColumns
	MaxShapes  int // 0 means maxLearned
}

// maxLearned is how many shapes a Splitter makes for one list of messages: with the texts of more, the table would be too
// large beside the columns.
const maxLearned = 4096

// A Splitter takes messages apart. It learns the shapes of the messages it sees and keeps them over Reset, to be faster on
// the next ones; that a Split gives its messages back does not depend on it. It is not safe for concurrent use.
type Splitter struct {
	opt     Options
	root    *node
	nodes   int
	slots   int // of all shapes
	shapes  []*learned
	vectors []*vector
	byPath  map[vectorKey]*vector

	// The messages at hand:
	rows     int
	msgs     []string
	codes    []int32 // by row an index into shapes, or Whole
	texts    arena
	writer   writer
	compared int // rows that were put together again

	// What the result is made of:
	split   Split
	whole   []string
	known   column.Mask // rows that are not whole
	numbers []int64

	dates   calendar
	trail   []step
	scratch []byte
	pieces  *dissector
}

type vectorKey struct {
	path  string
	class Class
}

// A step is an edge that was taken, and how to try another one.
type step struct {
	from  *node
	next  int // the edge behind the one that was taken
	taken *edge
	at    int // where from is in the message
}

// maxRetries bounds how often another way is tried in one message.
const maxRetries = 64

// NewSplitter returns a Splitter that knows no shapes.
func NewSplitter(o Options) *Splitter {
	if o.MaxColumns == 0 {
		o.MaxColumns = MaxColumns
	}
	if o.MaxShapes == 0 {
		o.MaxShapes = maxLearned
	}
	s := &Splitter{opt: o}
	s.pieces = newDissector(&s.dates)
	s.forget()
	return s
}

// forget makes s know nothing.
func (s *Splitter) forget() {
	s.root, s.nodes, s.slots = &node{}, 1, 0
	s.shapes, s.vectors, s.byPath = nil, nil, map[vectorKey]*vector{}
}

// Len returns the number of messages so far.
func (s *Splitter) Len() int { return s.rows }

// Add takes a message apart. It keeps msg.
func (s *Splitter) Add(msg string) {
	b := bytesOf(msg)
	code, ok := s.walk(b)
	if !ok {
		code = s.learn(b)
	}
	if code != Whole {
		s.shapes[code].rows++
	}
	s.add(msg, code)
}

// AddWhole adds a message that is not to be taken apart.
func (s *Splitter) AddWhole(msg string) { s.add(msg, Whole) }

func (s *Splitter) add(msg string, code int) {
	s.codes = append(s.codes, int32(code))
	s.msgs = append(s.msgs, msg)
	if s.rows++; s.rows-s.compared == compareRows {
		s.compare()
	}
}

// walk goes along the edges that fit. Where none does it goes back to the last place with another one.
func (s *Splitter) walk(b []byte) (code int, ok bool) {
	n, i, from := s.root, 0, 0
	s.trail = s.trail[:0]
	for retries := 0; ; {
		if e, end, k := s.follow(n, from, b, i); e != nil {
			s.trail = append(s.trail, step{n, k + 1, e, i})
			n, i, from = e.to, end, 0
			continue
		}
		for k := range n.ends {
			if e := &n.ends[k]; string(b[i:]) == e.tail {
				return e.shape, true
			}
		}
		if retries++; len(s.trail) == 0 || retries > maxRetries {
			s.undo(0)
			return 0, false
		}
		last := s.trail[len(s.trail)-1]
		s.undo(len(s.trail) - 1)
		n, i, from = last.from, last.at, last.next
	}
}

// follow takes the first edge of n, from one on, that fits b[i:].
func (s *Splitter) follow(n *node, from int, b []byte, i int) (e *edge, end, index int) {
	for k := from; k < len(n.edges); k++ {
		e := n.edges[k]
		if !e.at(b, i) {
			continue
		}
		if end, ok := s.take(e, b, i+len(e.literal)); ok {
			return e, end, k
		}
	}
	return nil, 0, 0
}

// undo takes the values of all steps from this one on back.
func (s *Splitter) undo(from int) {
	for k := len(s.trail) - 1; k >= from; k-- {
		if v := s.trail[k].taken.in; v.n > s.rows {
			v.drop()
		}
	}
	s.trail = s.trail[:from]
}

// learn takes a message apart that has no known shape, and remembers its shape.
func (s *Splitter) learn(b []byte) (code int) {
	if s.nodes > maxNodes || s.slots > maxNodes || len(s.shapes) >= s.opt.MaxShapes {
		return Whole
	}
	if !s.pieces.dissect(b) {
		return Whole
	}
	n, i := s.root, 0
	s.trail = s.trail[:0]
	for k := range s.pieces.pieces {
		p := &s.pieces.pieces[k]
		e := s.edgeFor(n, b, i, p)
		if e == nil {
			s.undo(0)
			return Whole
		}
		s.trail = append(s.trail, step{taken: e})
		n, i = e.to, p.end
	}
	l := &learned{tail: string(b[i:]), compared: -1}
	var slots []planned
	for _, st := range s.trail {
		l.edges = append(l.edges, st.taken)
		slots = append(slots, planned{literal: st.taken.padded, size: len(st.taken.literal), cell: &st.taken.in.cell, form: st.taken.form})
	}
	l.plan = &plan{slots, l.tail}
	s.slots += len(slots)
	n.ends = append(n.ends, ending{l.tail, len(s.shapes)})
	s.shapes = append(s.shapes, l)
	return len(s.shapes) - 1
}

// edgeFor returns the edge from n that takes p, a new one if need be, and puts the value into its column. It is nil if
// there can be no more.
func (s *Splitter) edgeFor(n *node, b []byte, i int, p *piece) *edge {
	literal := b[i:p.start]
	for _, e := range n.edges {
		if e.literal != string(literal) || e.in.path != s.pieces.pathOf(p) || e.in.n > s.rows {
			continue
		}
		if s.takeAll(e, b, p) {
			return e
		}
	}
	for _, f := range [...]Form{p.form, {Style: Raw}, {Style: Long}} {
		if len(n.edges) == maxEdges {
			return nil
		}
		v := s.vector(s.pieces.pathOf(p), f.Class())
		if v == nil {
			return nil
		}
		e := newEdge(string(literal), f, v)
		if s.takeAll(e, b, p) {
			n.add(e)
			s.nodes++
			return e
		}
	}
	return nil
}

// takeAll takes p if it is written as e says from its start to its end.
func (s *Splitter) takeAll(e *edge, b []byte, p *piece) bool {
	end, ok := s.take(e, b, p.start)
	if ok && end != p.end && e.in.n > s.rows {
		e.in.drop()
	}
	return ok && end == p.end
}

// vector returns the column of that path and class; nil if there can be no more. It does not keep path.
func (s *Splitter) vector(path string, c Class) *vector {
	key := vectorKey{path, c}
	v := s.byPath[key]
	if v == nil {
		if len(s.vectors) >= s.opt.MaxColumns {
			return nil
		}
		key.path = strings.Clone(path)
		v = newVector(key.path, c)
		s.byPath[key] = v
		s.vectors = append(s.vectors, v)
	}
	return v
}

// Reset forgets the messages, but not their shapes, unless there are too many of them. Results before it are no longer valid.
func (s *Splitter) Reset() {
	clear(s.msgs)
	clear(s.whole[:cap(s.whole)])
	s.rows, s.compared, s.msgs, s.codes = 0, 0, s.msgs[:0], s.codes[:0]
	s.texts.reset()
	if s.nodes > maxNodes/2 || s.slots > maxNodes/2 || len(s.shapes) > s.opt.MaxShapes/2 || len(s.vectors) > s.opt.MaxColumns/2 {
		s.forget()
		return
	}
	for _, v := range s.vectors {
		v.reset()
	}
	for _, l := range s.shapes {
		l.rows, l.compared = 0, -1
	}
}
