package shape

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// A Finder finds the values of one field in messages taken apart, without putting them together. It is not safe for
// concurrent use.
type Finder struct {
	table   *Table
	answers []answer // by code
	columns []int
	asks    bool

	dates  calendar
	times  []byte
	result column.Builder
}

// An answer says how the messages of one shape give the field.
type answer struct {
	how    how
	column int
	form   Form
}

type how uint8

const (
	nowhere how = iota // it is null
	asIs               // it is in the column
	hidden             // it is null, though there is a value in a column that other shapes have it in
	asTime             // it is the text of a time in the column
	asked              // only the message tells
)

// Find returns a Finder of a field in the messages of t, which comes from a Split, Merge or Unmarshal.
func (t *Table) Find(w Want) *Finder {
	f := &Finder{table: t, answers: make([]answer, len(t.Shapes))}
	for code := range t.Shapes {
		a := t.answer(&t.Shapes[code], w)
		f.answers[code] = a
		f.asks = f.asks || a.how == asked
		if (a.how == asIs || a.how == asTime) && !slices.Contains(f.columns, a.column) {
			f.columns = append(f.columns, a.column)
		}
	}
	for code := range t.Shapes {
		has := func(s Slot) bool { return slices.Contains(f.columns, s.Column) }
		if f.answers[code].how == nowhere && slices.ContainsFunc(t.Shapes[code].Slots, has) {
			f.answers[code].how = hidden
		}
	}
	return f
}

func (t *Table) answer(s *Shape, w Want) answer {
	i, known := t.slot(s, w)
	if i < 0 {
		if known {
			return answer{how: nowhere}
		}
		return answer{how: asked}
	}
	sl := s.Slots[i]
	switch sl.Form.Class() {
	case TextClass, NumberClass, BoolClass, UUIDClass:
		return answer{asIs, sl.Column, sl.Form}
	case TimeClass:
		return answer{asTime, sl.Column, sl.Form}
	}
	return answer{how: asked}
}

// Columns returns which columns of the table the Finder reads; the others may be nil in Rows.
func (f *Finder) Columns() []int { return f.columns }

// Asks reports whether there are shapes whose messages have to be asked. Those that are kept whole always have to be.
func (f *Finder) Asks() bool { return f.asks }

// Direct reports whether one column alone, or none, has the field in all messages that do not stand whole. Then Column gives it.
func (f *Finder) Direct() bool {
	return len(f.columns) <= 1 && !slices.ContainsFunc(f.answers, func(a answer) bool { return a.how > asIs })
}

// Column returns the field's values in n rows, as Values does, of a Finder that is direct, where no message stands whole. c is
// the column that Columns names, nil if it names none or all is null.
func (f *Finder) Column(c *column.Column, n int) (*column.Column, error) {
	if len(f.columns) == 0 || c == nil || c.Kind == column.Null {
		return &column.Column{Len: n}, nil
	}
	if err := f.table.checkColumn(f.columns[0], c, n); err != nil {
		return nil, err
	}
	if as := shown(c, n); as != nil {
		return as, nil
	}
	f.result.Reset()
	a := answer{how: asIs}
	for row := range n {
		f.append(&a, []*column.Column{c}, row)
	}
	return f.result.Column(), nil
}

// Values returns the field's values in rows as discovery and a column.Builder would give them. ask appends to b the one
// value of a row whose message has to be asked. The column may share memory with the rows, and is valid until the next
// call. It fails if the rows do not fit the table.
func (f *Finder) Values(r Rows, ask func(row int, b *column.Builder)) (*column.Column, error) {
	j := Joiner{table: f.table}
	n := r.Codes.Len
	if r.Codes.Kind != column.Int64 && n > 0 || len(r.Columns) != len(f.table.Columns) {
		return nil, j.check(r)
	}
	for _, i := range f.columns {
		if err := f.table.checkColumn(i, r.Columns[i], n); err != nil {
			return nil, err
		}
	}
	if c := f.whole(r); c != nil {
		return c, nil
	}
	f.result.Reset()
	f.times = nil // texts of the last call may still be read as long as somebody has them
	for row, code := range r.Codes.Ints[:n] {
		if uint64(code) >= uint64(len(f.answers)) {
			if code != Whole {
				return nil, j.badCode(row, code)
			}
			ask(row, &f.result)
			continue
		}
		if a := &f.answers[code]; a.how == asked {
			ask(row, &f.result)
		} else {
			f.append(a, r.Columns, row)
		}
	}
	return f.result.Column(), nil
}

// append appends the value of a row to the result.
func (f *Finder) append(a *answer, cols []*column.Column, row int) {
	var c *column.Column
	if a.how == asIs || a.how == asTime {
		c = cols[a.column]
	}
	switch {
	case c == nil || c.IsNull(row):
		f.result.Null()
	case a.how == asTime:
		from := len(f.times)
		f.times = f.dates.appendStamp(f.times, c.Ints[row], a.form)
		f.result.Text(view(f.times[from:]))
	case c.Kind == column.Bool:
		f.result.Int(c.Ints[row])
	case c.Kind == column.Float64 && isWhole(c.Floats[row]):
		f.result.Int(int64(c.Floats[row]))
	default:
		f.result.Value(c.Value(row))
	}
}

// isWhole reports whether discovery gives f as an Int64.
func isWhole(f float64) bool { return f >= -maxExact && f <= maxExact && f == float64(int64(f)) }

// whole returns the column that has the field in all rows as it is; nil if there is no such column.
func (f *Finder) whole(r Rows) *column.Column {
	if len(f.columns) > 1 {
		return nil
	}
	before := int64(Whole - 1)
	for _, code := range r.Codes.Ints[:r.Codes.Len] {
		if code == before {
			continue
		}
		if uint64(code) >= uint64(len(f.answers)) || f.answers[code].how > asIs {
			return nil
		}
		before = code
	}
	if len(f.columns) == 0 || r.Columns[f.columns[0]] == nil {
		return &column.Column{Len: r.Codes.Len}
	}
	return shown(r.Columns[f.columns[0]], r.Codes.Len)
}

// shown returns a column as discovery and a column.Builder give it; nil if a Builder has to.
func shown(c *column.Column, n int) *column.Column {
	switch c.Kind {
	case column.Bool:
		as := *c
		as.Kind = column.Int64
		return &as
	case column.Float64:
		for row, v := range c.Floats[:n] {
			if !isWhole(v) && !c.IsNull(row) {
				return c
			}
		}
		return nil // a Builder makes it Int64
	}
	return c
}
