package exec

import (
	"math"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func (w *worker) arith(e *plan.Arith, r *rows) *column.Column {
	x, y := w.eval(e.X, r), w.eval(e.Y, r)
	if out := arithNumbers(e.Op, x, y); out != nil {
		return out
	}
	return makeColumn(r.n, func(i int) column.Value { return function.Arith(e.Op, x.Value(i), y.Value(i)) })
}

// maxExact bounds the whole numbers that floats hold without a gap.
const maxExact = 1 << 53

// arithNumbers adds, subtracts, multiplies and divides columns of numbers as floats; nil means that it cannot, or
// that some number is too large for that to be exact. It agrees with function.Arith.
func arithNumbers(op function.Op, x, y *column.Column) *column.Column {
	if op > function.Div {
		return nil
	}
	a, okA := exactFloats(x)
	b, okB := exactFloats(y)
	if !okA || !okB {
		return nil
	}
	out := &column.Column{Kind: column.Float64, Len: x.Len, Floats: make([]float64, x.Len), Nulls: eitherNull(x, y)}
	for i := range out.Floats {
		out.Floats[i] = calculate(op, a[i], b[i])
	}
	whole := true
	for i, f := range out.Floats {
		switch {
		case out.Nulls.Get(i):
		case math.IsInf(f, 0) || math.IsNaN(f):
			out.Nulls = out.Nulls.Set(i, x.Len)
		case math.Abs(f) > maxExact:
			return nil
		default:
			whole = whole && f == math.Trunc(f)
		}
	}
	if whole {
		return wholeColumn(out)
	}
	return out
}

func calculate(op function.Op, a, b float64) float64 {
	switch op {
	case function.Add:
		return a + b
	case function.Sub:
		return a - b
	case function.Mul:
		return a * b
	}
	return a / b
}

// wholeColumn returns a column of floats that are all whole as one of whole numbers.
func wholeColumn(c *column.Column) *column.Column {
	out := &column.Column{Kind: column.Int64, Len: c.Len, Nulls: c.Nulls, Ints: make([]int64, c.Len)}
	for i, f := range c.Floats {
		if !c.Nulls.Get(i) {
			out.Ints[i] = int64(f)
		}
	}
	return out
}

// exactFloats returns the numbers of a column as floats, if it has only numbers and none loses a digit.
func exactFloats(c *column.Column) ([]float64, bool) {
	switch c.Kind {
	case column.Float64:
		return c.Floats, true
	case column.Int64:
		floats := make([]float64, c.Len)
		for i, v := range c.Ints {
			if (v > maxExact || v < -maxExact) && !c.IsNull(i) {
				return nil, false
			}
			floats[i] = float64(v)
		}
		return floats, true
	}
	return nil, false
}

// eitherNull returns the rows in which x or y is null.
func eitherNull(x, y *column.Column) column.Mask {
	switch {
	case x.Nulls == nil:
		return append(column.Mask(nil), y.Nulls...)
	case y.Nulls == nil:
		return append(column.Mask(nil), x.Nulls...)
	}
	nulls := append(column.Mask(nil), x.Nulls...)
	for i := range y.Len {
		if y.Nulls.Get(i) {
			nulls = nulls.Set(i, y.Len)
		}
	}
	return nulls
}
