package shape

import (
	"github.com/groundwatch/groundwatch/column"
)

// A vector is a column in the making. Rows that are given nothing are null; values stand one behind the other, without room for
// nulls: most columns have no value in most rows where services of several kinds log.
type vector struct {
	path    string
	class   Class
	float   bool // of NumberClass: values are in floats
	wide    bool // of NumberClass: a value in ints is beyond maxExact
	n       int  // rows that it has
	values  int
	ints    []int64
	floats  []float64
	strings []string
	codes   []uint32    // while coded: the number of the text in dict
	dict    *dictionary // of TextClass and UUIDClass
	coded   bool        // texts are in codes; once it had too many different ones a column is not coded any more
	empty   column.Mask // rows without a value
	hidden  column.Mask // rows whose value is null all the same
	at      int         // its place in the Split; -1 none
	cell    cell
	stretch stretch
}

func newVector(path string, c Class) *vector {
	v := &vector{path: path, class: c}
	if c == TextClass || c == UUIDClass {
		v.coded, v.dict = true, &dictionary{}
	}
	return v
}

// reset forgets all rows.
func (v *vector) reset() {
	if v.coded {
		v.dict.reset()
		v.codes = v.codes[:0]
	}
	clear(v.strings)
	clear(v.stretch.texts[:cap(v.stretch.texts)])
	v.float, v.wide, v.n, v.values, v.cell.next, v.stretch.row = false, false, 0, 0, 0, -1
	v.ints, v.floats, v.strings, v.empty, v.hidden = v.ints[:0], v.floats[:0], v.strings[:0], v.empty[:0], v.hidden[:0]
}

// to makes the rows up to row null.
func (v *vector) to(row int) {
	for i := v.n; i < row; {
		if i&63 == 0 && row-i >= 64 {
			v.empty = v.empty.Set(i, i+64)
			v.empty[i>>6] = ^uint64(0)
			i += 64
			continue
		}
		v.empty = v.empty.Set(i, i+1)
		i++
	}
	v.n = max(v.n, row)
}

func (v *vector) putString(row int, s string) {
	if v.n != row {
		v.to(row)
	}
	v.n++
	v.values++
	if v.coded {
		if code, ok := v.dict.code(s); ok {
			v.codes = append(v.codes, code)
			return
		}
		v.decode()
	}
	v.strings = append(v.strings, s)
}

// decode gives the dictionary up.
func (v *vector) decode() {
	for _, code := range v.codes {
		v.strings = append(v.strings, v.dict.texts[code])
	}
	v.coded, v.codes, v.dict = false, nil, nil
}

func (v *vector) putInt(row int, n int64) {
	if v.n != row {
		v.to(row)
	}
	v.ints = append(v.ints, n)
	v.n++
	v.values++
}

// putNumber is false if the column cannot have x beside the numbers that it has.
func (v *vector) putNumber(row int, x *number) bool {
	whole := !x.float && x.scale == 0
	if whole && !v.float {
		v.wide = v.wide || x.n > maxExact || x.n < -maxExact
		v.putInt(row, x.n)
		return true
	}
	if whole && (x.n > maxExact || x.n < -maxExact) || !v.float && v.wide {
		return false
	}
	if !v.float {
		v.toFloat()
	}
	if v.n != row {
		v.to(row)
	}
	v.floats = append(v.floats, x.value())
	v.n++
	v.values++
	return true
}

// toFloat turns whole numbers into floats.
func (v *vector) toFloat() {
	v.floats = v.floats[:0]
	for _, n := range v.ints {
		v.floats = append(v.floats, float64(n))
	}
	v.ints, v.float = v.ints[:0], true
}

// drop takes back the value of the last row.
func (v *vector) drop() {
	v.n--
	v.values--
	switch {
	case v.coded:
		v.codes = v.codes[:v.values]
	case v.kind() == column.String:
		v.strings = v.strings[:v.values]
	case v.float:
		v.floats = v.floats[:v.values]
	default:
		v.ints = v.ints[:v.values]
	}
}

// hide makes a row null.
func (v *vector) hide(row int) {
	if row < v.n && !v.empty.Get(row) {
		v.hidden = v.hidden.Set(row, row+1)
	}
}

// show makes the cell that of the first rows, to be written in their order.
func (v *vector) show(rows int) {
	v.to(rows)
	v.cell = cell{kind: v.kind(), nulls: v.empty, ints: v.ints, floats: v.floats, strings: v.strings, packed: true, next: v.cell.next}
	if v.coded {
		v.cell.strings, v.cell.codes = v.dict.texts, v.codes
	}
}

func (v *vector) kind() column.Kind {
	switch v.class {
	case NumberClass:
		if v.float {
			return column.Float64
		}
		return column.Int64
	case BoolClass:
		return column.Bool
	case TimeClass:
		return column.Timestamp
	}
	return column.String
}
