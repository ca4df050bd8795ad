package function

import "github.com/groundwatch/groundwatch/column"

// grown returns s with at least n elements; new ones are zero.
func grown[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	return append(s, make([]T, n-len(s))...)
}

// numbers are the rows of a column as numbers. At most one of the slices is set; nil ones all mean
// that no row is a number.
type numbers struct {
	ints   []int64
	floats []float64
	any    []number
	nulls  column.Mask // of ints and floats
}

// numbersOf takes a column's rows as numbers. Those of text are made in buf, which it returns for the next call.
func numbersOf(c *column.Column, buf []number) (numbers, []number) {
	switch c.Kind {
	case column.Bool, column.Int64, column.Timestamp:
		return numbers{ints: c.Ints[:c.Len], nulls: c.Nulls}, buf
	case column.Float64:
		return numbers{floats: c.Floats[:c.Len], nulls: c.Nulls}, buf
	case column.String:
		buf = textNumbers(c, buf[:0])
		return numbers{any: buf}, buf
	case column.Mixed:
		buf = buf[:0]
		for _, v := range c.Values {
			buf = append(buf, numberOf(v))
		}
		return numbers{any: buf}, buf
	}
	return numbers{}, buf
}

func textNumbers(c *column.Column, dst []number) []number {
	var distinct []number
	if c.Codes != nil && len(c.Strings) <= c.Len {
		distinct = make([]number, len(c.Strings))
		for i, s := range c.Strings {
			distinct[i] = textNumber(s)
		}
	}
	for i := range c.Len {
		switch {
		case c.Nulls.Get(i):
			dst = append(dst, number{})
		case distinct != nil:
			dst = append(dst, distinct[c.Codes[i]])
		default:
			dst = append(dst, textNumber(c.Str(i)))
		}
	}
	return dst
}

// each calls ints or floats for each row that is a number.
func (n *numbers) each(ints func(row int, v int64), floats func(row int, v float64)) {
	for i, v := range n.ints {
		if !n.nulls.Get(i) {
			ints(i, v)
		}
	}
	for i, v := range n.floats {
		if !n.nulls.Get(i) {
			floats(i, v)
		}
	}
	for i := range n.any {
		switch v := &n.any[i]; {
		case v.whole:
			ints(i, v.i)
		case v.ok:
			floats(i, v.f)
		}
	}
}
