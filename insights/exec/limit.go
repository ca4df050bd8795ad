package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// limitStep keeps the first rows, or with tail the last.
type limitStep struct{ *plan.Limit }

func (s limitStep) table(run *run, r *rows) (*rows, error) {
	if r.n <= s.N {
		return r, nil
	}
	run.limited = run.limited || s.Default
	which := firstRows(s.N)
	if s.Tail {
		for i := range which {
			which[i] += int32(r.n - s.N)
		}
	}
	return r.take(which, nil), nil
}
