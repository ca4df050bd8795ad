package exec

import "github.com/groundwatch/groundwatch/insights/plan"

// autoregressStep gives each row the values of rows before it: Out[i] holds the value From+i rows
// earlier, null for the first rows.
type autoregressStep struct{ *plan.Autoregress }

// lagBytes is about what one value of a lagged column takes.
const lagBytes = 16

func (s autoregressStep) table(run *run, r *rows) (*rows, error) {
	if err := run.memory.add(int64(len(s.Out))*int64(r.n)*lagBytes, "autoregress"); err != nil {
		return nil, err
	}
	in, out := r.col(s.In), r.clone()
	which := make([]int32, r.n)
	for i, slot := range s.Out {
		for row := range which {
			which[row] = int32(max(row-s.From-i, -1))
		}
		out.set(slot, gather(in, which))
	}
	return out, nil
}
