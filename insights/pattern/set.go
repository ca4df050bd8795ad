package pattern

import (
	"cmp"
	"slices"
	"strings"
)

// MaxShapes is how many shapes a Set holds before it merges them. As long as a Set meets no more
// different ones, its patterns depend on the messages alone, not on their order.
const MaxShapes = 20_000

// Others is the pattern of the messages whose shape was too rare to be kept when there were more than
// MaxShapes.
const Others = "(other messages)"

// A Set is messages, counted by their shape in one or two windows of time. Its memory is bounded by
// MaxShapes shapes of 2 KiB. It is used by one goroutine at a time; several may fill a Set each for
// Patterns to bring together.
type Set struct {
	// GoOn, if set, is asked while shapes are merged, each few steps, whether that is still wanted. If it is not they stay as they are.
	GoOn func(steps int) bool

	shapes map[string]*Counts
	others Counts
	bytes  int64
	buf    []byte
	memory *memory
}

// Counts are how many messages there are in each window.
type Counts [2]int64

// NewSet returns an empty Set.
func NewSet() *Set { return &Set{shapes: map[string]*Counts{}, memory: newMemory()} }

// shapeBytes is about what a shape takes besides its text: counts and its place in a map.
const shapeBytes = 96

// Add counts n messages of this text in a window, 0 or 1. The set does not keep text.
func (s *Set) Add(text string, n int64, window int) {
	s.buf = appendShape(s.buf[:0], text, s.memory)
	s.count(n, window)
}

// AddMatched is Add, and tells which of m's forms the text is of; -1 if there is none. Both together take little more time than one.
func (s *Set) AddMatched(m *Matcher, text string, n int64, window int) int {
	s.Add(text, n, window)
	return m.matchShape(s.buf)
}

// count counts n messages of the shape in s.buf.
func (s *Set) count(n int64, window int) {
	counts := s.shapes[string(s.buf)]
	if counts == nil {
		counts = s.new(string(s.buf))
	}
	counts[window] += n
}

// new makes room for a shape.
func (s *Set) new(shape string) *Counts {
	if len(s.shapes) >= MaxShapes {
		s.compact()
	}
	counts := new(Counts)
	s.shapes[shape] = counts
	s.bytes += int64(len(shape)) + shapeBytes
	return counts
}

// compact merges shapes, and gives up the rarest if more than half of MaxShapes are left.
func (s *Set) compact() {
	merged, ok := mergeShapes(s.list(), s.GoOn)
	if !ok {
		return
	}
	s.shapes, s.bytes = make(map[string]*Counts, MaxShapes), 0
	for i, c := range merged {
		if i < MaxShapes/2 {
			*s.new(c.shape) = c.n
			continue
		}
		s.others.add(c.n)
	}
}

func (s *Set) list() []counted {
	shapes := make([]counted, 0, len(s.shapes))
	for shape, n := range s.shapes {
		shapes = append(shapes, counted{shape, *n})
	}
	return shapes
}

// Bytes returns about how much memory the set holds.
func (s *Set) Bytes() int64 { return s.bytes }

// A Pattern is a text that messages have in common.
type Pattern struct {
	// Text has <Name-n> in the place of what varies, numbered from 1.
	Text string
	// Severity is FATAL, ERROR, WARN, INFO, DEBUG, TRACE or NONE.
	Severity string
	N        Counts
}

// Patterns returns the patterns of all messages in sets, the most frequent first and of equally frequent ones
// in the order of their shapes. Others, if there are any, come last: of more than most shapes those that are rarer belong to them. The counts
// add up to the messages added. It asks goOn, if that is not nil, each few steps whether to go on, and returns nothing if not.
func Patterns(goOn func(steps int) bool, most int, sets ...*Set) []Pattern {
	all := NewSet()
	var others Counts
	for _, s := range sets {
		for shape, n := range s.shapes {
			counts := all.shapes[shape]
			if counts == nil {
				counts = new(Counts)
				all.shapes[shape] = counts
			}
			counts.add(*n)
		}
		others.add(s.others)
	}
	shapes := all.list()
	if len(shapes) > most {
		slices.SortFunc(shapes, byFrequency)
		for _, c := range shapes[most:] {
			others.add(c.n)
		}
		shapes = shapes[:most]
	}
	merged, ok := mergeShapes(shapes, goOn)
	if !ok {
		return nil
	}
	var found []Pattern
	for _, c := range merged {
		if goOn != nil && !goOn(1) {
			return nil
		}
		found = append(found, Pattern{patternText(c.shape), severityOf(c.shape), c.n})
	}
	if others != (Counts{}) {
		found = append(found, Pattern{Others, "NONE", others})
	}
	return found
}

// byFrequency orders shapes: the most frequent first, equally frequent ones by their text.
func byFrequency(a, b counted) int {
	return cmp.Or(cmp.Compare(b.total(), a.total()), strings.Compare(a.shape, b.shape))
}

func (c *Counts) add(d Counts) {
	c[0] += d[0]
	c[1] += d[1]
}
