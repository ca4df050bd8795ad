package shape

import (
	"encoding/binary"

	"github.com/groundwatch/groundwatch/column"
)

// A Remap says how the rows of one table become rows of the merged one.
type Remap struct {
	Codes   []int64 // by old code the new one; Whole for a shape that did not fit, whose rows have to be kept whole
	Columns []int   // by new column the old one, or -1 for one that is all null
}

// Merge returns a table for the rows of all tables, and how they get there. Numbers in columns of kind Int64 may have to
// become Float64, if the merged column is; none of them is lost by that. Shapes that would exceed the limits are left
// out, those of later tables first.
func Merge(tables ...*Table) (*Table, []Remap) {
	m := merger{table: &Table{}, columns: map[columnKey]int{}, shapes: map[string]int64{}, numbers: map[string]numbers{}}
	for _, t := range tables {
		for _, f := range t.Columns {
			if f.Class == NumberClass {
				n := m.numbers[f.Path]
				n.float = n.float || f.Kind == column.Float64
				n.wide = n.wide || f.Wide
				m.numbers[f.Path] = n
			}
		}
	}
	remaps := make([]Remap, len(tables))
	for i, t := range tables {
		remaps[i] = m.add(t)
	}
	for i := range remaps {
		for len(remaps[i].Columns) < len(m.table.Columns) {
			remaps[i].Columns = append(remaps[i].Columns, -1)
		}
	}
	nameColumns(m.table.Columns)
	return m.table, remaps
}

// numbers tells what numbers of one path there are.
type numbers struct{ float, wide bool }

type columnKey struct {
	path  string
	class Class
	whole bool // only whole numbers, because some are too large to be floats
}

type merger struct {
	table   *Table
	columns map[columnKey]int
	shapes  map[string]int64
	numbers map[string]numbers
	key     []byte
}

// add adds the shapes of one table.
func (m *merger) add(t *Table) Remap {
	r := Remap{Codes: make([]int64, len(t.Shapes))}
	to := make([]int, len(t.Columns)) // by old column the new one, or -1
	for i := range to {
		to[i] = -1
	}
	for i := range t.Shapes {
		r.Codes[i] = m.shape(t, &t.Shapes[i], to)
	}
	r.Columns = make([]int, len(m.table.Columns))
	for i := range r.Columns {
		r.Columns[i] = -1
	}
	for old, i := range to {
		if i >= 0 {
			r.Columns[i] = old
		}
	}
	return r
}

// shape returns the new code of a shape.
func (m *merger) shape(t *Table, s *Shape, to []int) int64 {
	if !m.room(t, s, to) {
		return Whole
	}
	n := Shape{Slots: make([]Slot, len(s.Slots)), Tail: s.Tail}
	for i, sl := range s.Slots {
		if to[sl.Column] < 0 {
			to[sl.Column] = m.column(t.Columns[sl.Column])
		}
		sl.Column = to[sl.Column]
		n.Slots[i] = sl
	}
	m.key = n.appendKey(m.key[:0])
	if code, ok := m.shapes[string(m.key)]; ok {
		return code
	}
	if len(m.table.Shapes) == MaxShapes {
		return Whole
	}
	code := int64(len(m.table.Shapes))
	m.shapes[string(m.key)] = code
	m.table.Shapes = append(m.table.Shapes, n)
	return code
}

// room reports whether there is room for the columns of s.
func (m *merger) room(t *Table, s *Shape, to []int) bool {
	need := 0
	for _, sl := range s.Slots {
		if _, ok := m.columns[m.columnKey(t.Columns[sl.Column])]; !ok {
			need++
		}
	}
	return len(m.table.Columns)+need <= MaxColumns
}

func (m *merger) columnKey(f Field) columnKey {
	k := columnKey{path: f.Path, class: f.Class}
	if f.Class == NumberClass && f.Kind == column.Int64 {
		n := m.numbers[f.Path]
		k.whole = n.float && n.wide
	}
	return k
}

// column returns the new column for the values of an old one.
func (m *merger) column(f Field) int {
	k := m.columnKey(f)
	i, ok := m.columns[k]
	if !ok {
		i = len(m.table.Columns)
		m.columns[k] = i
		m.table.Columns = append(m.table.Columns, Field{Path: f.Path, Class: f.Class, Kind: f.Kind})
	}
	n := &m.table.Columns[i]
	if f.Kind == column.Float64 {
		n.Kind = column.Float64
	}
	n.Wide = n.Wide || f.Wide
	return i
}

// appendKey appends what tells s from other shapes of its table.
func (s *Shape) appendKey(dst []byte) []byte {
	for _, sl := range s.Slots {
		dst = appendText(dst, sl.Before)
		dst = binary.AppendUvarint(dst, uint64(sl.Column))
		dst = append(dst, byte(sl.Form.Style), sl.Form.Digits)
		dst = binary.AppendVarint(dst, int64(sl.Form.Zone))
	}
	return append(dst, s.Tail...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// Rows returns rows of the old table as rows of the merged one. Columns are shared, not copied. j is a Joiner of the old
// table; it puts those messages together that have to be kept whole.
func (r *Remap) Rows(in Rows, j *Joiner) (Rows, error) {
	out := Rows{Codes: &column.Column{Kind: column.Int64, Len: in.Codes.Len, Ints: make([]int64, in.Codes.Len)}, Whole: in.Whole}
	if err := j.set(in); err != nil {
		return Rows{}, err
	}
	var lost []int
	for row, code := range in.Codes.Ints[:in.Codes.Len] {
		n := code
		switch {
		case uint64(code) < uint64(len(r.Codes)):
			if n = r.Codes[code]; n == Whole {
				lost = append(lost, row)
			}
		case code != Whole:
			return Rows{}, j.badCode(row, code)
		}
		out.Codes.Ints[row] = n
	}
	for _, old := range r.Columns {
		if old < 0 {
			out.Columns = append(out.Columns, nil)
		} else {
			out.Columns = append(out.Columns, in.Columns[old])
		}
	}
	if len(lost) > 0 {
		out.Whole = j.whole(in, lost)
	}
	return out, nil
}

// whole returns the texts of rows that are kept whole, and of those that have to be from now on.
func (j *Joiner) whole(in Rows, lost []int) *column.Column {
	var b column.Builder
	for row, code := range in.Codes.Ints[:in.Codes.Len] {
		switch {
		case len(lost) > 0 && lost[0] == row:
			lost = lost[1:]
			b.Text(string(j.writer.message(nil, j.plan(int(code)), row)))
		case code == Whole && in.Whole != nil:
			b.Value(in.Whole.Value(row))
		default:
			b.Null()
		}
	}
	return b.Column()
}
