package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// fillDownStep puts the last value above into nulls. Nulls above the first value stay.
type fillDownStep struct{ *plan.FillDown }

func (s fillDownStep) table(_ *run, r *rows) (*rows, error) {
	out := r.clone()
	which := make([]int32, r.n)
	for _, slot := range s.Slots {
		c, last := r.col(slot), int32(-1)
		for i := range which {
			if !c.IsNull(i) {
				last = int32(i)
			}
			which[i] = last
		}
		out.set(slot, gather(c, which))
	}
	return out, nil
}
