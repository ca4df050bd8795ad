package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// clone returns the same rows with a list of columns of its own, so that columns can be set.
func (r *rows) clone() *rows {
	return &rows{n: r.n, cols: append([]*column.Column{}, r.cols...), seq: r.seq}
}

// gather returns the values of c that which names, in that order; -1 names a null.
func gather(c *column.Column, which []int32) *column.Column {
	missing := 0
	for _, w := range which {
		if w < 0 {
			missing++
		}
	}
	switch {
	case missing == 0:
		return c.Take(which)
	case missing == len(which):
		return &column.Column{Kind: column.Null, Len: len(which)}
	}
	return makeColumn(len(which), func(i int) column.Value {
		if which[i] < 0 {
			return column.Value{}
		}
		return c.Value(int(which[i]))
	})
}

// numberAt returns row i of c if it is a number to sum or compare: not null, not a time, and not text
// that is no number.
func numberAt(c *column.Column, i int) (float64, bool) {
	v := c.Value(i)
	if v.Kind() == column.Timestamp {
		return 0, false
	}
	return function.ToNumber(v)
}
