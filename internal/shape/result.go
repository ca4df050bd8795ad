package shape

import (
	"strconv"

	"github.com/groundwatch/groundwatch/column"
)

const (
	// fewShapes is up to how many shapes a Split has whatever they are good for.
	fewShapes = 64
	// fewRows is how many rows a shape must have where there are more: with fewer its text takes more room than it saves.
	fewRows = 4
)

// Result returns the messages since the last Reset taken apart. Each was put together again and compared: what differs is
// kept whole.
func (s *Splitter) Result() *Split {
	s.compare()
	s.prune()
	t := s.table()
	s.split = Split{t.Shapes, t.Columns, s}
	for _, v := range s.vectors {
		if v.at >= 0 {
			v.to(s.rows)
		}
	}
	return &s.split
}

// prune gives up shapes that are not worth their text.
func (s *Splitter) prune() {
	used := 0
	for _, l := range s.shapes {
		if l.rows > 0 {
			used++
		}
	}
	if used <= fewShapes {
		return
	}
	for row, code := range s.codes {
		if code != Whole && s.shapes[code].rows < fewRows {
			s.keep(row)
		}
	}
	for _, l := range s.shapes {
		if l.rows < fewRows {
			l.rows = 0
		}
	}
}

// keep makes a row whole.
func (s *Splitter) keep(row int) {
	for _, e := range s.shapes[s.codes[row]].edges {
		e.in.hide(row)
	}
	s.codes[row] = Whole
}

// table numbers the shapes and columns in use and describes them.
func (s *Splitter) table() *Table {
	for _, v := range s.vectors {
		v.at = -1
	}
	for _, l := range s.shapes {
		if l.rows > 0 {
			for _, e := range l.edges {
				e.in.at = 0
			}
		}
	}
	t := &Table{}
	for _, v := range s.vectors {
		if v.at == 0 {
			v.at = len(t.Columns)
			t.Columns = append(t.Columns, Field{Path: v.path, Class: v.class, Kind: v.kind(), Wide: v.wide})
		}
	}
	nameColumns(t.Columns)
	for _, l := range s.shapes {
		if l.rows > 0 {
			l.code = len(t.Shapes)
			t.Shapes = append(t.Shapes, l.shape())
		}
	}
	return t
}

// shape returns l as readers see it.
func (l *learned) shape() Shape {
	s := Shape{Slots: make([]Slot, len(l.edges)), Tail: l.tail}
	for i, e := range l.edges {
		s.Slots[i] = Slot{Before: e.literal, Column: e.in.at, Form: e.form}
	}
	return s
}

// nameColumns gives each column a name of its own: its path, and if that is taken or empty the class behind it.
func nameColumns(columns []Field) {
	taken := make(map[string]bool, len(columns))
	for i := range columns {
		f := &columns[i]
		f.Name = f.Path
		for n := 1; f.Name == "" || taken[f.Name]; n++ {
			f.Name = f.Path + "#" + f.Class.String()
			if n > 1 {
				f.Name += strconv.Itoa(n)
			}
		}
		taken[f.Name] = true
	}
}

// codesOf returns the codes of some rows.
func (s *Splitter) codesOf(from, to int) *column.Column {
	s.numbers = s.numbers[:0]
	for _, code := range s.codes[from:to] {
		n := int64(Whole)
		if code != Whole {
			n = int64(s.shapes[code].code)
		}
		s.numbers = append(s.numbers, n)
	}
	return &column.Column{Kind: column.Int64, Len: to - from, Ints: s.numbers}
}

// compareRows is how many messages are compared at once: few enough for their values to be still in the cache.
const compareRows = 256

// compare puts the messages that have not been compared together again, and makes those whole that do not come out as
// they were.
func (s *Splitter) compare() {
	for row := s.compared; row < s.rows; row++ {
		code := s.codes[row]
		if code == Whole {
			continue
		}
		l := s.shapes[code]
		if l.compared != s.compared {
			l.compared = s.compared
			for _, e := range l.edges {
				e.in.show(s.rows)
			}
		}
		s.scratch = s.writer.message(s.scratch[:0], l.plan, row)
		if string(s.scratch) != s.msgs[row] {
			l.rows--
			s.keep(row)
		}
	}
	s.compared = s.rows
}

// wholeOf returns those of some messages that are kept as they are.
func (s *Splitter) wholeOf(from, to int) *column.Column {
	n := to - from
	s.whole = append(s.whole[:0], s.msgs[from:to]...)
	s.known = s.known[:0]
	for i, code := range s.codes[from:to] {
		if code != Whole {
			s.whole[i] = ""
			s.known = s.known.Set(i, n)
		}
	}
	c := &column.Column{Kind: column.String, Len: n, Strings: s.whole}
	switch known := count(s.known, 0, n); {
	case known == n:
		c.Kind, c.Strings = column.Null, nil
	case known > 0:
		c.Nulls = s.known
	}
	return c
}
