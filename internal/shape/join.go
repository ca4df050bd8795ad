package shape

import (
	"fmt"

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
	table *Table
	dates calendar
}

// NewJoiner returns a Joiner for messages taken apart by t. It fails if t contradicts itself.
func NewJoiner(t *Table) (*Joiner, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	return &Joiner{table: t}, nil
}

// Append appends the messages of all rows to text, and to ends where each of them ends in text. It fails, with nothing
// appended that counts, if the rows do not fit the table.
func (j *Joiner) Append(text []byte, ends []int, r Rows) ([]byte, []int, error) {
	if err := j.check(r); err != nil {
		return text, ends, err
	}
	for row, code := range r.Codes.Ints[:r.Codes.Len] {
		if uint64(code) < uint64(len(j.table.Shapes)) {
			text = j.message(text, &j.table.Shapes[code], r.Columns, row)
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

// check returns what is wrong with rows.
func (j *Joiner) check(r Rows) error {
	if k := r.Codes.Kind; k != column.Int64 && r.Codes.Len > 0 {
		return fmt.Errorf("join messages: shapes are of kind %s, want int64", k)
	}
	if len(r.Columns) != len(j.table.Columns) {
		return fmt.Errorf("join messages: %d columns, want %d", len(r.Columns), len(j.table.Columns))
	}
	for i, f := range j.table.Columns {
		if c := r.Columns[i]; c != nil && (!f.Class.holds(c.Kind) || c.Len < r.Codes.Len) {
			return fmt.Errorf("join messages: column %q has %d rows of kind %s, want %d of class %s", f.Name, c.Len, c.Kind, r.Codes.Len, f.Class)
		}
	}
	if w := r.Whole; w != nil && (w.Len < r.Codes.Len || w.Kind != column.String && w.Kind != column.Null) {
		return fmt.Errorf("join messages: texts have %d rows of kind %s, want %d of kind string", w.Len, w.Kind, r.Codes.Len)
	}
	return nil
}

// message appends one message.
func (j *Joiner) message(dst []byte, s *Shape, cols []*column.Column, row int) []byte {
	for i := range s.Slots {
		sl := &s.Slots[i]
		dst = append(dst, sl.Before...)
		c := cols[sl.Column]
		if c == nil || c.IsNull(row) {
			dst = append(dst, "null"...)
			continue
		}
		dst = j.value(dst, c, row, sl.Form)
	}
	return append(dst, s.Tail...)
}

// value appends the value of a row, which is not null, in the form given.
func (j *Joiner) value(dst []byte, c *column.Column, row int, f Form) []byte {
	switch f.Style {
	case Plain, HTML, ASCII:
		return appendQuoted(dst, c.Str(row), f.Style)
	case Short:
		if c.Kind == column.Float64 {
			return appendShort(dst, c.Floats[row])
		}
		return appendInt(dst, c.Ints[row])
	case Fixed:
		if c.Kind == column.Float64 {
			return appendFixed(dst, c.Floats[row], int(f.Digits))
		}
		dst = append(appendInt(dst, c.Ints[row]), '.')
		return append(dst, "000000000"[:f.Digits]...)
	case Bool:
		if c.Ints[row] != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case Time:
		return append(j.dates.appendStamp(append(dst, '"'), c.Ints[row], f), '"')
	case Stamp:
		return j.dates.appendStamp(dst, c.Ints[row], f)
	case Word, Raw, Long:
		return append(dst, c.Str(row)...)
	}
	panic(fmt.Sprintf("BUG: style %d", f.Style))
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
		if s.Scope > Fragment || len(s.Slots) > maxSlots {
			return fmt.Errorf("check shapes: shape %d has scope %d and %d slots, want at most %d and %d", i, s.Scope, len(s.Slots), Fragment, maxSlots)
		}
		for k, sl := range s.Slots {
			if !sl.Form.valid() || uint(sl.Column) >= uint(len(t.Columns)) || sl.Form.Class() != t.Columns[sl.Column].Class {
				return fmt.Errorf("check shapes: slot %d of shape %d has style %d and column %d", k, i, sl.Form.Style, sl.Column)
			}
		}
	}
	return nil
}
