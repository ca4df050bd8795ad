package exec

import (
	"slices"

	"github.com/groundwatch/groundwatch/insights/plan"
)

// sortStep reorders rows that are already together; equal rows keep their order.
type sortStep struct{ *plan.Sort }

func (s sortStep) table(_ *run, r *rows) (*rows, error) {
	order := firstRows(r.n)
	slices.SortStableFunc(order, func(a, b int32) int { return compareKeys(s.Keys, r, int(a), r, int(b)) })
	return r.take(order, nil), nil
}
