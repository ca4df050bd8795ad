package shape

import (
	"math/bits"

	"github.com/groundwatch/groundwatch/column"
)

// A stretch is some rows of a vector with room for nulls, and how far those before it went. Its memory is used again.
type stretch struct {
	row    int // behind the rows before; -1: none yet
	used   int // values of these
	nulls  column.Mask
	ints   []int64
	floats []float64
	texts  []string
	codes  []uint32
}

// full reports whether the first rows all have a value.
func (v *vector) full(rows int) bool { return v.values == rows && len(v.hidden) == 0 }

// rows returns rows of v, all of which are known, as a column. It is valid until the next call.
func (v *vector) rows(from, to int) *column.Column {
	x := &v.stretch
	if x.row != from {
		x.used = from - count(v.empty, 0, from)
	}
	n := to - from
	values := n - count(v.empty, from, to)
	first := x.used
	x.row, x.used = to, first+values
	c := &column.Column{Kind: v.kind(), Len: n}
	if values == 0 {
		c.Kind = column.Null
		return c
	}
	present := x.mask(v, from, to)
	if values < n || len(v.hidden) > 0 {
		c.Nulls = x.nulls
	}
	switch {
	case v.coded:
		c.Strings, c.Codes = v.dict.texts, spread(&x.codes, v.codes[first:x.used], present, n)
	case c.Kind == column.String:
		c.Strings = spread(&x.texts, v.strings[first:x.used], present, n)
	case c.Kind == column.Float64:
		c.Floats = spread(&x.floats, v.floats[first:x.used], present, n)
	default:
		c.Ints = spread(&x.ints, v.ints[first:x.used], present, n)
	}
	return c
}

// mask sets nulls for these rows of v and returns which of them are empty.
func (x *stretch) mask(v *vector, from, to int) column.Mask {
	x.nulls = cut(x.nulls[:0], v.empty, from, to)
	if len(v.hidden) == 0 {
		return x.nulls
	}
	empty := append(column.Mask{}, x.nulls...)
	for i, word := range cut(nil, v.hidden, from, to) {
		x.nulls[i] |= word
	}
	return empty
}

// spread returns values in n rows: in those that are not empty, in their order. It uses room if there is need of it.
func spread[T any](room *[]T, values []T, empty column.Mask, n int) []T {
	if len(values) == n {
		return values
	}
	if cap(*room) < n {
		*room = make([]T, n)
	}
	to := (*room)[:n]
	clear(to)
	for i, word := range empty {
		row := to[i*64 : min(n, i*64+64)]
		for word = ^word & low(len(row)); word != 0 && len(values) > 0; word &= word - 1 {
			row[bits.TrailingZeros64(word)&63] = values[0]
			values = values[1:]
		}
	}
	return to
}

// low returns a word whose first n bits are set.
func low(n int) uint64 { return ^uint64(0) >> (64 - uint(n)) }

// cut appends the part of m from one row up to another to dst, which is empty; rows beyond m's end are not in it.
func cut(dst, m column.Mask, from, to int) column.Mask {
	shift := uint(from & 63)
	for at := from; at < to; at += 64 {
		word := at64(m, at>>6) >> shift
		if shift > 0 {
			word |= at64(m, at>>6+1) << (64 - shift)
		}
		dst = append(dst, word&low(min(64, to-at)))
	}
	return dst
}

// at64 returns a word of m, 0 beyond its end.
func at64(m column.Mask, i int) uint64 {
	if i < len(m) {
		return m[i]
	}
	return 0
}

// count returns how many rows of m there are from one up to another.
func count(m column.Mask, from, to int) (n int) {
	if len(m) == 0 {
		return 0
	}
	shift := uint(from & 63)
	for at := from; at < to; at += 64 {
		word := at64(m, at>>6) >> shift
		if shift > 0 {
			word |= at64(m, at>>6+1) << (64 - shift)
		}
		n += bits.OnesCount64(word & low(min(64, to-at)))
	}
	return n
}
