package shape

import (
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// Rows are messages taken apart, such as a batch read from a part.
type Rows struct {
	Codes   *column.Column   // Int64, without nulls
	Whole   *column.Column   // String; may be nil if no code is Whole
	Columns []*column.Column // in the table's order; nil is all null
}

// A Joiner puts messages together again. It is not safe for concurrent use.
type Joiner struct {
	table  *Table
	plans  []*plan // by code; nil until it is used
	cells  []cell  // by column, of the rows at hand
	writer writer
}

// NewJoiner returns a Joiner for messages taken apart by t. It fails if t contradicts itself.
func NewJoiner(t *Table) (*Joiner, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return &Joiner{table: t, plans: make([]*plan, len(t.Shapes)), cells: make([]cell, len(t.Columns))}, nil
}

// plan returns the plan of a shape.
func (j *Joiner) plan(code int) *plan {
	if j.plans[code] == nil {
		s := &j.table.Shapes[code]
		slots := make([]planned, len(s.Slots))
		for i, sl := range s.Slots {
			slots[i] = planned{literal: padded(sl.Before), size: len(sl.Before), cell: &j.cells[sl.Column], form: sl.Form}
		}
		j.plans[code] = &plan{slots, s.Tail}
	}
	return j.plans[code]
}

// sampleRows is by how many messages Append judges how much room the others need.
const sampleRows = 64

// Append appends the messages of all rows to text, and to ends where each of them ends in text. It fails, with nothing
// appended that counts, if the rows do not fit the table.
func (j *Joiner) Append(text []byte, ends []int, r Rows) ([]byte, []int, error) {
	if err := j.set(r); err != nil {
		return text, ends, err
	}
	first := len(text)
	for row, code := range r.Codes.Ints[:r.Codes.Len] {
		if row == sampleRows { // the others will be about as long: to make room once is less work than to move what is there
			text = slices.Grow(text, (len(text)-first)/sampleRows*(r.Codes.Len-row)*9/8)
		}
		if uint64(code) < uint64(len(j.table.Shapes)) {
			text = j.writer.message(text, j.plan(int(code)), row)
		} else if code != Whole || r.Whole == nil || r.Whole.IsNull(row) {
			return text, ends, j.badCode(row, code)
		} else {
			text = append(text, r.Whole.Str(row)...)
		}
		ends = append(ends, len(text))
	}
	return text, ends, nil
}

func (j *Joiner) badCode(row int, code int64) error {
	return fmt.Errorf("join messages: row %d has shape %d, want -1 with a text or one of %d", row, code, len(j.table.Shapes))
}

// set makes r the rows at hand. It fails if they do not fit the table.
func (j *Joiner) set(r Rows) error {
	if err := j.check(r); err != nil {
		return err
	}
	for i, c := range r.Columns {
		j.cells[i].set(c)
	}
	return nil
}

// check returns what is wrong with rows.
func (j *Joiner) check(r Rows) error {
	if k := r.Codes.Kind; k != column.Int64 && r.Codes.Len > 0 {
		return fmt.Errorf("join messages: shapes are of kind %s, want int64", k)
	}
	if len(r.Columns) != len(j.table.Columns) {
		return fmt.Errorf("join messages: %d columns, want %d", len(r.Columns), len(j.table.Columns))
	}
	for i, c := range r.Columns {
		if err := j.table.checkColumn(i, c, r.Codes.Len); err != nil {
			return err
		}
	}
	if w := r.Whole; w != nil && (w.Len < r.Codes.Len || w.Kind != column.String && w.Kind != column.Null) {
		return fmt.Errorf("join messages: texts have %d rows of kind %s, want %d of kind string", w.Len, w.Kind, r.Codes.Len)
	}
	return nil
}

// checkColumn returns what is wrong with c as column i of so many rows.
func (t *Table) checkColumn(i int, c *column.Column, rows int) error {
	if f := t.Columns[i]; c != nil && (!f.Class.holds(c.Kind) || c.Len < rows) {
		return fmt.Errorf("join messages: column %q has %d rows of kind %s, want %d of class %s", f.Name, c.Len, c.Kind, rows, f.Class)
	}
	return nil
}

// check returns what is wrong with t.
func (t *Table) check() error {
	if len(t.Shapes) > MaxShapes || len(t.Columns) > MaxColumns {
		return fmt.Errorf("check shapes: %d shapes of %d columns, want at most %d of %d", len(t.Shapes), len(t.Columns), MaxShapes, MaxColumns)
	}
	for i, f := range t.Columns {
		if f.Name == "" || f.Class > RawClass || f.Kind == column.Null || !f.Class.holds(f.Kind) {
			return fmt.Errorf("check shapes: column %d is %+v, want a name and the kind of its class", i, f)
		}
	}
	for i := range t.Shapes {
		s := &t.Shapes[i]
		if len(s.Slots) > maxSlots {
			return fmt.Errorf("check shapes: shape %d has %d slots, want at most %d", i, len(s.Slots), maxSlots)
		}
		for k, sl := range s.Slots {
			if !sl.Form.valid() || uint(sl.Column) >= uint(len(t.Columns)) || sl.Form.Class() != t.Columns[sl.Column].Class {
				return fmt.Errorf("check shapes: slot %d of shape %d has style %d and column %d", k, i, sl.Form.Style, sl.Column)
			}
		}
	}
	return nil
}
