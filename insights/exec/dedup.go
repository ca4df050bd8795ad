package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// dedupStep keeps the first row of each combination of values. A row in which one of them is null is
// always kept.
type dedupStep struct{ *plan.Dedup }

func (s dedupStep) table(run *run, r *rows) (*rows, error) {
	seen := run.index("dedup", r, s.Slots)
	defer seen.free()
	var which []int32
	for i := range r.n {
		if !run.main.step(1) {
			break
		}
		if seen.null(i) {
			which = append(which, int32(i))
			continue
		}
		number, err := seen.number(i)
		if err != nil {
			return nil, err
		}
		if seen.first[number] == int32(i) {
			which = append(which, int32(i))
		}
	}
	return r.ordered(run.main, which), nil
}
