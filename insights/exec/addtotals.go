package exec

import (
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// addTotalsStep adds the sum of each row as a column and the sum of each column as a last row. Cells
// that are no numbers are skipped; where there is no number at all the sum is null.
type addTotalsStep struct{ *plan.AddTotals }

func (s addTotalsStep) table(run *run, r *rows) (*rows, error) {
	slots := s.Slots
	if slots == nil {
		slots = numericSlots(r, s.Columns)
	}
	out := r.clone()
	if s.Out >= 0 {
		out.set(s.Out, run.main.column(r.n, func(i int) column.Value { return rowTotal(r, slots, i) }))
	}
	if s.Col && r.n > 0 {
		out = withTotals(out, slots, s.Out)
	}
	return out, nil
}

// numericSlots lists the slots of the columns that addtotals sums when none are named ([R] §6): those
// that hold numbers, or text that is numbers, and besides that nothing but nulls. Times do not count.
func numericSlots(r *rows, columns []plan.Column) []int {
	var slots []int
	for _, c := range columns {
		if numeric(r.col(c.Slot)) && !slices.Contains(slots, c.Slot) {
			slots = append(slots, c.Slot)
		}
	}
	return slots
}

func numeric(c *column.Column) bool {
	found := false
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		if _, ok := numberAt(c, i); !ok {
			return false
		}
		found = true
	}
	return found
}

func rowTotal(r *rows, slots []int, i int) column.Value {
	var sum column.Value
	for _, s := range slots {
		sum = plus(sum, r.col(s).Value(i))
	}
	return sum
}

func columnTotal(c *column.Column) column.Value {
	var sum column.Value
	for i := range c.Len {
		sum = plus(sum, c.Value(i))
	}
	return sum
}

// plus adds v to a sum if v is a number; a sum of nothing is null. Whole numbers stay exact.
func plus(sum, v column.Value) column.Value {
	n := function.Number(v)
	if n.IsNull() || v.Kind() == column.Timestamp {
		return sum
	}
	if sum.IsNull() {
		return n
	}
	return function.Arith(function.Add, sum, n)
}

// withTotals appends the row of column sums. The column of row sums, if there is one, is summed too.
func withTotals(r *rows, slots []int, total int) *rows {
	which := append(firstRows(r.n), -1)
	out := &rows{n: r.n + 1, cols: make([]*column.Column, len(r.cols))}
	for s, c := range r.cols {
		switch {
		case c == nil:
		case s == total || slices.Contains(slots, s):
			sum := columnTotal(c)
			out.cols[s] = makeColumn(out.n, func(i int) column.Value {
				if i == r.n {
					return sum
				}
				return c.Value(i)
			})
		default:
			out.cols[s] = gather(c, which)
		}
	}
	if r.seq != nil {
		out.seq = append(slices.Clone(r.seq), math.MinInt64)
	}
	return out
}
