package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// computeStep fills slots row by row.
type computeStep struct{ *plan.Compute }

func (s computeStep) batch(w *worker, r *rows) (*rows, error) {
	out := &rows{n: r.n, cols: append([]*column.Column{}, r.cols...), seq: r.seq}
	for _, a := range s.Assigns {
		out.set(a.Slot, w.eval(a.Expr, out))
	}
	return out, nil
}

// whereStep keeps the rows for which a condition is true.
type whereStep struct{ *plan.Where }

func (s whereStep) batch(w *worker, r *rows) (*rows, error) {
	which := w.truth(s.Cond, r)
	if len(which) == r.n {
		return r, nil
	}
	return r.take(which, s.Live), nil
}
