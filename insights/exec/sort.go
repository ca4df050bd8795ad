package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// sortStep reorders rows that are already together; equal rows keep their order.
type sortStep struct{ *plan.Sort }

func (s sortStep) table(run *run, r *rows) (*rows, error) {
	order := run.main.order(r.n, func(i, j int32) int { return compareKeys(s.Keys, r, int(i), r, int(j)) })
	return r.ordered(run.main, order), nil
}
