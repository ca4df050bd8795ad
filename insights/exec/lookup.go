package exec

import (
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// lookupStep fills columns from the row of a lookup table that matches. Values are compared as text
// ([R] §6.4), and of several rows that match the first counts; null, maps and lists match nothing.
type lookupStep struct {
	*plan.Lookup
	run   *run
	table *lookup.Table
	from  []int // the table column for each of Out
	find  rowFinder
}

// A rowFinder returns the table's row for the texts of an event, or -1. It is used by several workers
// at once.
type rowFinder func(texts []string) int

func newLookup(run *run, s *plan.Lookup) rowStep { return &lookupStep{Lookup: s, run: run} }

// prepare reads the table and indexes it.
func (s *lookupStep) prepare() error {
	if s.run.opts.Table == nil {
		return s.mistake("there is no lookup table %q", s.Table)
	}
	var err error
	if s.table, err = s.run.opts.Table(s.Table); err != nil {
		return s.mistake("lookup table %q: %v", s.Table, err)
	}
	if err := s.run.memory.add(s.table.Size(), "lookup"); err != nil {
		return err
	}
	s.from = s.from[:0]
	for _, o := range s.Out {
		at := slices.Index(s.table.Columns(), o.Column)
		if at < 0 {
			return s.mistake("lookup table %q has no column %q", s.Table, o.Column)
		}
		s.from = append(s.from, at)
	}
	if s.CIDR {
		return s.indexNetworks()
	}
	return s.indexTexts()
}

// mistake returns an error with the place of the command.
func (s *lookupStep) mistake(format string, args ...any) error {
	return syntax.Errors{{Span: s.Span, Msg: fmt.Sprintf(format, args...)}}
}

func (s *lookupStep) indexTexts() error {
	columns := make([]int, len(s.Match))
	for i, m := range s.Match {
		if columns[i] = slices.Index(s.table.Columns(), m.Column); columns[i] < 0 {
			return s.mistake("lookup table %q has no column %q", s.Table, m.Column)
		}
	}
	index := s.table.Texts(columns)
	s.find = index.Find
	return s.run.memory.add(index.Size(), "lookup")
}

// indexNetworks indexes a column of networks: the one named, or the table's first.
func (s *lookupStep) indexNetworks() error {
	at := s.table.NetworkColumn()
	name := s.Match[0].Column
	if name != "" {
		at = slices.Index(s.table.Columns(), name)
	}
	switch {
	case at < 0 && name != "":
		return s.mistake("lookup table %q has no column %q", s.Table, name)
	case at < 0:
		return s.mistake("lookup table %q has no column of networks such as 10.0.0.0/8", s.Table)
	}
	index := s.table.Networks(at)
	s.find = func(texts []string) int { return index.Find(texts[0]) }
	return s.run.memory.add(index.Size(), "lookup")
}

func (s *lookupStep) batch(w *worker, r *rows) (*rows, error) {
	match := s.matches(w, r)
	out := r.clone()
	for i, o := range s.Out {
		old := &column.Column{Kind: column.Null, Len: r.n}
		if s.Keep && o.Old != nil {
			old = w.eval(o.Old, r)
		}
		out.set(o.Slot, makeColumn(r.n, func(row int) column.Value {
			switch {
			case !old.IsNull(row):
				return old.Value(row)
			case match[row] < 0:
				return column.Value{}
			}
			return column.StringValue(s.table.Cell(match[row], s.from[i]))
		}))
	}
	return out, nil
}

// matches returns the table's row for each row, or -1.
func (s *lookupStep) matches(w *worker, r *rows) []int {
	cols := make([]*column.Column, len(s.Match))
	for i, m := range s.Match {
		cols[i] = w.eval(m.X, r)
	}
	match := make([]int, r.n)
	texts := make([]string, len(cols))
	for row := range match {
		match[row] = -1
		whole := true
		for i, c := range cols {
			var ok bool
			texts[i], ok = function.TextOf(c.Value(row))
			whole = whole && ok
		}
		if whole {
			match[row] = s.find(texts)
		}
	}
	return match
}
