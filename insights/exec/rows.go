package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// rows are some rows between two steps. Their order is part of them.
type rows struct {
	n    int
	cols []*column.Column // by slot; nil where nobody needs the column, or it is not made yet
	seq  []int64          // the order of ingestion of each row; nil once rows are groups
}

// col returns the column in slot s, all null if nobody made it.
func (r *rows) col(s int) *column.Column {
	if s < len(r.cols) && r.cols[s] != nil {
		return r.cols[s]
	}
	return &column.Column{Kind: column.Null, Len: r.n}
}

// set puts c into slot s.
func (r *rows) set(s int, c *column.Column) {
	for len(r.cols) <= s {
		r.cols = append(r.cols, nil)
	}
	r.cols[s] = c
}

// events counts the events that the rows came from: rows made of one event stand together.
func (r *rows) events() int64 {
	n := int64(0)
	for i, s := range r.seq {
		if i == 0 || s != r.seq[i-1] {
			n++
		}
	}
	return n
}

// take returns the rows that which names, in that order. A row may be named several times.
// live lists the slots to keep; nil means all.
func (r *rows) take(which []int32, live []int) *rows {
	out := &rows{n: len(which), cols: make([]*column.Column, len(r.cols))}
	if live == nil {
		for s, c := range r.cols {
			if c != nil {
				out.cols[s] = c.Take(which)
			}
		}
	}
	for _, s := range live {
		if s < len(r.cols) && r.cols[s] != nil {
			out.cols[s] = r.cols[s].Take(which)
		}
	}
	if r.seq != nil {
		out.seq = make([]int64, len(which))
		for i, w := range which {
			out.seq[i] = r.seq[w]
		}
	}
	return out
}

// ordered is take of all columns for many rows.
func (r *rows) ordered(b *breath, which []int32) *rows {
	out := (&rows{seq: r.seq}).take(which, nil)
	for s, c := range r.cols {
		if c != nil && b.draw() {
			out.set(s, c.TakeWhile(which, b.step))
		}
	}
	return out
}

// slice returns the rows from a multiple of 64 on, up to another row. It copies nothing.
func (r *rows) slice(from, to int) *rows {
	out := &rows{n: to - from, cols: make([]*column.Column, len(r.cols))}
	for s, c := range r.cols {
		if c != nil {
			out.cols[s] = sliceColumn(c, from, to)
		}
	}
	if r.seq != nil {
		out.seq = r.seq[from:to]
	}
	return out
}

func sliceColumn(c *column.Column, from, to int) *column.Column {
	out := &column.Column{Kind: c.Kind, Len: to - from}
	switch {
	case c.Codes != nil:
		out.Strings, out.Codes = c.Strings, c.Codes[from:to]
	case c.Kind == column.String || c.Kind == column.JSON:
		out.Strings = c.Strings[from:to]
	case c.Kind == column.Mixed:
		out.Values = c.Values[from:to]
	case c.Kind == column.Float64:
		out.Floats = c.Floats[from:to]
	case c.Kind != column.Null:
		out.Ints = c.Ints[from:to]
	}
	if c.Coded != nil {
		out.Coded = &column.Coded{Numbers: c.Coded.Numbers, Codes: c.Coded.Codes[from:to]}
	}
	if words := from / 64; words < len(c.Nulls) {
		out.Nulls = c.Nulls[words:min(len(c.Nulls), (to+63)/64)]
	}
	return out
}

// makeColumn builds a column of n values.
func makeColumn(n int, value func(i int) column.Value) *column.Column {
	var b column.Builder
	for i := range n {
		b.Value(value(i))
	}
	return b.Column()
}

// A rowStep works on a batch of rows by itself, so that batches can be worked on side by side and in any
// order. It may add rows beside their origin, drop rows and set columns; it must not keep r.
type rowStep interface {
	batch(w *worker, r *rows) (*rows, error)
}

// A tableStep works on all rows at once, in their order.
type tableStep interface {
	table(run *run, r *rows) (*rows, error)
}

// A sink takes the batches of a scan, from several workers at once, and gives one ordered set of rows.
type sink interface {
	// add takes rows of worker w, which keeps none of them: strings must be copied.
	add(w *worker, r *rows) error
	// finish is called once, after the last add.
	finish() (*rows, error)
}

// rowSteps returns the row step for s, or nil if s has to see all rows.
func (run *run) rowStep(s plan.Step) rowStep {
	switch s := s.(type) {
	case *plan.Compute:
		return computeStep{s}
	case *plan.Where:
		return whereStep{s}
	case *plan.Parse:
		return newParse(s)
	case *plan.Unnest:
		return unnestStep{s}
	case *plan.Lookup:
		return newLookup(run, s)
	case *plan.Join:
		return newJoin(run, s)
	}
	return nil
}

// tableStep returns the table step for s, which must be one.
func (run *run) tableStep(s plan.Step) tableStep {
	switch s := s.(type) {
	case *plan.Sort:
		return sortStep{s}
	case *plan.Limit:
		return limitStep{s}
	case *plan.Dedup:
		return dedupStep{s}
	case *plan.AppendCols:
		return appendColsStep{s}
	case *plan.AddTotals:
		return addTotalsStep{s}
	case *plan.Accum:
		return accumStep{s}
	case *plan.Autoregress:
		return autoregressStep{s}
	case *plan.FillDown:
		return fillDownStep{s}
	case *plan.FillMissing:
		return fillMissingStep{s}
	case *plan.Outlier:
		return outlierStep{s}
	case *plan.Sessionize:
		return sessionizeStep{s}
	case *plan.Anomaly:
		return anomalyStep{s}
	}
	return nil
}

// newSink returns the sink for s if s makes new rows of all others, else nil.
func (run *run) newSink(s plan.Step) sink {
	switch s := s.(type) {
	case *plan.Stats:
		return newStats(run, s)
	case *plan.Pattern:
		return newPattern(run, s)
	case *plan.Diff:
		return newDiff(run, s)
	case *plan.Relevant:
		return newRelevant(run, s)
	}
	return nil
}
