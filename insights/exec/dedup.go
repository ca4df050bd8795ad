package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// dedupStep keeps the first row of each combination of values. A row in which one of them is null is
// always kept.
type dedupStep struct{ *plan.Dedup }

func (s dedupStep) table(run *run, r *rows) (*rows, error) {
	seen := newGroupIndex(len(s.Slots))
	var which []int32
	values := make([]column.Value, len(s.Slots))
	for i := range r.n {
		if !run.main.step(1) {
			break
		}
		missing := false
		for j, slot := range s.Slots {
			values[j] = r.col(slot).Value(i)
			missing = missing || values[j].IsNull()
		}
		before := seen.len()
		if !missing {
			seen.number(values)
		}
		if missing || seen.len() > before {
			which = append(which, int32(i))
		}
	}
	return r.ordered(run.main, which), nil
}
