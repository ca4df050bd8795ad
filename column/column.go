// Package column holds rows in memory as batches of typed columns: the one shape rows have between
// a source, a query and its output. It computes nothing; meaning (coercion, order, equality) belongs
// to insights/function.
package column

import "fmt"

// A Column is n values of one name. Which fields hold them depends on Kind:
//
//	Null                    none
//	Bool, Int64, Timestamp  Ints
//	Float64                 Floats
//	String, JSON            Strings; when Codes is not nil the column is dictionary-coded
//	                        and row i is Strings[Codes[i]]
//	Mixed                   Values
//
// The slices have Len entries (Strings of a dictionary-coded column has one per distinct value);
// what they hold at a null row is undefined. A Column that has been handed on is not modified.
type Column struct {
	Kind    Kind
	Len     int
	Nulls   Mask // nil: no row is null
	Ints    []int64
	Floats  []float64
	Strings []string
	Codes   []uint32
	Values  []Value

	// Coded, if it is not nil, says of a Float64 column where its numbers stand in the dictionary that they come from: who knows what
	// to do with one of them need not look at its equals.
	Coded *Coded
}

// Coded are the numbers of a Float64 column once more: row i has Numbers[Codes[i]], unless it is null.
type Coded struct {
	Numbers []float64 // each once; columns of one dictionary share the slice, which is never modified
	Codes   []uint32  // of a null any that Numbers has
}

// IsNull reports whether row i is null.
func (c *Column) IsNull(i int) bool {
	switch c.Kind {
	case Null:
		return true
	case Mixed:
		return c.Values[i].IsNull()
	}
	return c.Nulls != nil && c.Nulls.Get(i)
}

// Str returns the text at row i of a String or JSON column, whichever way it is coded.
func (c *Column) Str(i int) string {
	if c.Codes != nil {
		return c.Strings[c.Codes[i]]
	}
	return c.Strings[i]
}

// Value returns row i.
func (c *Column) Value(i int) Value {
	if c.IsNull(i) {
		return Value{}
	}
	switch c.Kind {
	case Bool:
		return BoolValue(c.Ints[i] != 0)
	case Int64:
		return IntValue(c.Ints[i])
	case Float64:
		return FloatValue(c.Floats[i])
	case String:
		return StringValue(c.Str(i))
	case Timestamp:
		return TimeValue(c.Ints[i])
	case JSON:
		return JSONValue(c.Str(i))
	case Mixed:
		return c.Values[i]
	}
	panic(fmt.Sprintf("BUG: column of kind %d", c.Kind))
}

// Const returns a column of n rows that all hold v.
func Const(v Value, n int) *Column {
	c := &Column{Kind: v.kind, Len: n}
	switch {
	case n == 0:
		c.Kind = Null
	case v.kind == Bool || v.kind == Int64 || v.kind == Timestamp:
		c.Ints = repeat(int64(v.num), n)
	case v.kind == Float64:
		c.Floats = repeat(v.Float(), n)
	case v.kind == String || v.kind == JSON:
		c.Strings = repeat(v.str, n)
	}
	return c
}

func repeat[T any](v T, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// Take returns a new column with the rows of c that rows names, in that order. A dictionary is shared.
func (c *Column) Take(rows []int32) *Column { return c.TakeWhile(rows, nil) }

// takePiece is how many rows TakeWhile takes at a time: that takes less than a millisecond.
const takePiece = 1 << 14

// TakeWhile is Take of many rows, which before each few thousand asks goOn, with how many, whether to go on. If not, the others are zero.
// A nil goOn says yes.
func (c *Column) TakeWhile(rows []int32, goOn func(rows int) bool) *Column {
	out := &Column{Kind: c.Kind, Len: len(rows)}
	switch c.Kind {
	case Null:
		return out
	case Mixed:
		out.Values = take(c.Values, rows, goOn)
		return out
	case Float64:
		out.Floats = take(c.Floats, rows, goOn)
	case String, JSON:
		if c.Codes != nil {
			out.Strings, out.Codes = c.Strings, take(c.Codes, rows, goOn)
		} else {
			out.Strings = take(c.Strings, rows, goOn)
		}
	default:
		out.Ints = take(c.Ints, rows, goOn)
	}
	if c.Nulls != nil {
		for i, r := range rows {
			if c.Nulls.Get(int(r)) {
				out.Nulls = out.Nulls.Set(i, len(rows))
			}
		}
	}
	return out
}

func take[T any](from []T, rows []int32, goOn func(rows int) bool) []T {
	to := make([]T, len(rows))
	for at := 0; at < len(rows); at += takePiece {
		piece := rows[at:min(at+takePiece, len(rows))]
		if goOn != nil && !goOn(len(piece)) {
			break
		}
		for i, r := range piece {
			to[at+i] = from[r]
		}
	}
	return to
}

// A Mask is a set of rows, one bit each. A nil Mask is empty.
type Mask []uint64

// Get reports whether row i is in the mask. It is false past the mask's end.
func (m Mask) Get(i int) bool {
	w := i >> 6
	return w < len(m) && m[w]>>(uint(i)&63)&1 != 0
}

// Set puts row i into the mask and returns it, grown to hold at least n rows.
func (m Mask) Set(i, n int) Mask {
	need := (max(n, i+1) + 63) >> 6
	if need > len(m) {
		if need > cap(m) {
			m = append(make(Mask, 0, max(need, 2*cap(m))), m...)
		}
		old := len(m)
		m = m[:need]
		clear(m[old:])
	}
	m[i>>6] |= 1 << (uint(i) & 63)
	return m
}

// A Batch is some thousands of rows. All columns have Len rows; Columns[i] may be nil for a column
// that nobody needs any more.
type Batch struct {
	Len     int
	Columns []*Column
	// First numbers the batch's first row in the source's order of ingestion; row i has First+i.
	// It breaks ties between equal timestamps: a larger number was ingested later.
	First int64
	// Numbers are the numbers of the rows where they do not follow each other, one a row; nil: from First on.
	Numbers []int64
}
