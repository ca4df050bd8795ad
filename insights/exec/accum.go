package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// accumStep adds a running sum in the order of the rows. What is no number adds nothing ([R] §6): the
// sum of the rows so far is repeated, null before the first number.
type accumStep struct{ *plan.Accum }

func (s accumStep) table(run *run, r *rows) (*rows, error) {
	in := r.col(s.In)
	var sum column.Value
	out := r.clone()
	out.set(s.Out, run.main.column(r.n, func(i int) column.Value {
		sum = plus(sum, in.Value(i))
		return sum
	}))
	return out, nil
}
