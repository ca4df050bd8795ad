package exec

import (
	"cmp"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/quantile"
)

// outlierStep removes the rows with values outside the interquartile bounds of their column, or brings
// such values to the bound. Cells that are no numbers are no outliers.
type outlierStep struct{ *plan.Outlier }

func (s outlierStep) table(run *run, r *rows) (*rows, error) {
	bounds := make([]interval, len(s.Slots))
	for i, slot := range s.Slots {
		bounds[i] = s.bounds(run.main, r.col(slot))
	}
	if s.Remove {
		r = r.ordered(run.main, s.inside(run.main, r, bounds))
	}
	out := r.clone()
	for i, slot := range s.Slots {
		in := r.col(slot)
		out.set(s.Out[i], run.main.column(r.n, func(row int) column.Value { return bounds[i].clamp(in, row) }))
		if s.Mark != nil {
			out.set(s.Mark[i], run.main.column(r.n, func(row int) column.Value {
				return column.BoolValue(bounds[i].side(in, row) != 0)
			}))
		}
	}
	return out, nil
}

// inside lists the rows in which no column holds an outlier.
func (s outlierStep) inside(b *breath, r *rows, bounds []interval) []int32 {
	var which []int32
	for row := range r.n {
		if !b.step(1) {
			break
		}
		outside := false
		for i, slot := range s.Slots {
			outside = outside || bounds[i].side(r.col(slot), row) != 0
		}
		if !outside {
			which = append(which, int32(row))
		}
	}
	return which
}

// An interval is what a column's values are allowed to be. With empty set there are no numbers.
type interval struct {
	empty     bool
	low, high float64
	useLow    bool
}

// bounds returns Q3 + param*IQR and, if the lower bound is used, Q1 - param*IQR.
func (s outlierStep) bounds(b *breath, c *column.Column) interval {
	var numbers []float64
	for i := range c.Len {
		if !b.step(1) {
			break
		}
		if n, ok := numberAt(c, i); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return interval{empty: true}
	}
	numbers = sorted(b, numbers, cmp.Compare[float64])
	q1, q3 := quantile.Of(numbers, 0.25), quantile.Of(numbers, 0.75)
	reach := s.Param * (q3 - q1)
	return interval{low: q1 - reach, high: q3 + reach, useLow: s.UseLower}
}

// side returns 1 for a value above the interval, -1 for one below and 0 for all others.
func (b interval) side(c *column.Column, row int) int {
	n, ok := numberAt(c, row)
	switch {
	case !ok || b.empty:
		return 0
	case n > b.high:
		return 1
	case b.useLow && n < b.low:
		return -1
	}
	return 0
}

func (b interval) clamp(c *column.Column, row int) column.Value {
	switch b.side(c, row) {
	case 1:
		return column.FloatValue(b.high)
	case -1:
		return column.FloatValue(b.low)
	}
	return c.Value(row)
}
