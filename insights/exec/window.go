package exec

import (
	"math"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// shift moves a bound of a window back by a fixed time. An open bound stays open.
func shift(ms int64, s plan.Shift) int64 {
	if ms == math.MinInt64 || ms == math.MaxInt64 {
		return ms
	}
	return ms - s.Millis
}

// A Sizer is a source that knows how much a scan would read.
type Sizer interface {
	// Size returns the bytes that a scan of s would read, without reading them.
	Size(s plan.Scan) (int64, error)
}

// estimate answers the estimate command: one row with the bytes the query would scan.
func (run *run) estimate(p *plan.Plan) (*rows, error) {
	src, err := run.source(p)
	if err != nil {
		return nil, err
	}
	var size column.Value
	if s, ok := src.(Sizer); ok {
		scan := p.Scan
		scan.From, scan.To = shift(scan.From, p.Back), shift(scan.To, p.Back)
		n, err := s.Size(scan)
		if err != nil {
			return nil, err
		}
		size = column.IntValue(n)
	}
	r := &rows{n: 1}
	r.set(p.Output[0].Slot, column.Const(size, 1))
	return r, nil
}
