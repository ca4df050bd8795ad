package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// appendColsStep puts the columns of another query beside the rows, row by row. Rows of the other query
// beyond ours are dropped; where it has fewer, the columns are null.
type appendColsStep struct{ *plan.AppendCols }

func (s appendColsStep) table(run *run, r *rows) (*rows, error) {
	right, err := run.plan(s.Right)
	if err != nil {
		return nil, err
	}
	which := make([]int32, r.n)
	for i := range which {
		which[i] = int32(i)
		if i >= min(right.n, s.Max) {
			which[i] = -1
		}
	}
	out := r.clone()
	for _, c := range s.Copy {
		out.set(c.To, gather(right.col(c.From), which))
	}
	return out, nil
}
