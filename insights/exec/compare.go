package exec

import (
	"math"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// compareLiteral compares a column with a literal without making a Value of each row, where the
// column's kind allows; nil means it does not. It agrees with function.Compare, and a test says so.
func compareLiteral(op function.Op, c *column.Column, lit column.Value) []function.Tri {
	switch {
	case c.Codes != nil:
		return nil
	case c.Kind == column.String && lit.Kind() == column.String:
		return compareText(op, c, lit.Str())
	case (c.Kind == column.Int64 || c.Kind == column.Timestamp) && lit.Kind() == column.Int64:
		return compareNumbers(op, c, c.Ints, lit.Int())
	case c.Kind == column.Float64:
		if f, ok := exactFloat(lit); ok {
			return compareNumbers(op, c, c.Floats, f)
		}
	}
	return nil
}

// compareColumns compares two columns of numbers row by row without making a Value of each; nil
// means that it cannot. It agrees with function.Compare.
func compareColumns(op function.Op, x, y *column.Column) []function.Tri {
	if x.Kind == column.Int64 && y.Kind == column.Int64 || x.Kind == column.Timestamp && y.Kind == column.Timestamp {
		return compareRows(op, x, y, x.Ints, y.Ints)
	}
	a, okA := exactFloats(x)
	b, okB := exactFloats(y)
	if !okA || !okB {
		return nil
	}
	return compareRows(op, x, y, a, b)
}

func compareRows[T int64 | float64](op function.Op, x, y *column.Column, a, b []T) []function.Tri {
	out := make([]function.Tri, x.Len)
	for i := range out {
		out[i] = function.TriOf(holds(op, a[i], b[i]))
	}
	return unknownNulls(unknownNulls(out, x), y)
}

// exactFloat returns a number literal as a float if no digit is lost.
func exactFloat(v column.Value) (float64, bool) {
	switch v.Kind() {
	case column.Float64:
		return v.Float(), true
	case column.Int64:
		f := float64(v.Int())
		return f, math.Abs(f) < 1<<53
	}
	return 0, false
}

// compareText compares texts with one that is not a number; only then does every text compare by
// its characters.
func compareText(op function.Op, c *column.Column, lit string) []function.Tri {
	if _, ok := function.ParseNumber(lit); ok {
		return nil
	}
	out := make([]function.Tri, c.Len)
	for i, s := range c.Strings {
		out[i] = function.TriOf(holds(op, s, lit))
	}
	return unknownNulls(out, c)
}

func compareNumbers[T int64 | float64](op function.Op, c *column.Column, values []T, lit T) []function.Tri {
	out := make([]function.Tri, c.Len)
	for i, v := range values {
		out[i] = function.TriOf(holds(op, v, lit))
	}
	return unknownNulls(out, c)
}

func unknownNulls(out []function.Tri, c *column.Column) []function.Tri {
	if c.Nulls != nil {
		for i := range out {
			if c.Nulls.Get(i) {
				out[i] = function.Unknown
			}
		}
	}
	return out
}

func holds[T int64 | float64 | string](op function.Op, a, b T) bool {
	switch op {
	case function.Eq:
		return a == b
	case function.Ne:
		return a != b
	case function.Lt:
		return a < b
	case function.Le:
		return a <= b
	case function.Gt:
		return a > b
	}
	return a >= b
}
