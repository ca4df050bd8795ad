package exec

import (
	"cmp"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// maxInserted is how many rows fillmissing may insert: as many as a result may have.
const maxInserted = plan.MaxLimit

// fillMissingStep inserts rows for the bins that have none, between the first and the last bin of all
// rows, for each combination of the other group keys ([R] §6). An inserted row holds its bin, its keys and
// the given constants; the rest is null.
type fillMissingStep struct{ *plan.FillMissing }

func (s fillMissingStep) table(run *run, r *rows) (*rows, error) {
	times := make([]int64, r.n)
	from, to := int64(0), int64(-1)
	for i := range times {
		times[i] = rowTime(r, s.Time, i)
		if times[i] == minTime {
			continue
		}
		if from > to {
			from, to = times[i], times[i]
		}
		from, to = min(from, times[i]), max(to, times[i])
	}
	bins, err := s.bins(from, to, r.n)
	if err != nil {
		return nil, err
	}
	g, err := s.combinations(run, r)
	if err != nil {
		return nil, err
	}
	missing, err := s.missing(bins, times, g)
	if err != nil || len(missing) == 0 {
		return r, err
	}
	return s.fill(r, merge(times, missing), g), nil
}

// tooManyInserted is the answer when the bins are far too fine for the time they span.
func (s fillMissingStep) tooManyInserted() error {
	return mistake(s.Span, "use a longer bin or a shorter time range", "fillmissing: would insert more than %d rows", maxInserted)
}

// bins lists the starts of all bins from the first to the last, of which n or fewer have rows.
func (s fillMissingStep) bins(from, to int64, n int) ([]int64, error) {
	var bins []int64
	for bin := from; bin <= to; bin = s.Period.Next(s.Period.Floor(bin)) {
		if len(bins) == maxInserted+n {
			return nil, s.tooManyInserted()
		}
		bins = append(bins, bin)
	}
	return bins, nil
}

// combinations are the values of the other group keys that occur together.
type combinations struct {
	of    []uint32 // the combination of each row
	first []int32  // a row of each combination
}

func (s fillMissingStep) combinations(run *run, r *rows) (*combinations, error) {
	index := run.index("fillmissing", r, s.Keys)
	defer index.free()
	g := &combinations{of: make([]uint32, r.n)}
	for i := range g.of {
		if !run.main.step(1) {
			break
		}
		var err error
		if g.of[i], err = index.number(i); err != nil {
			return nil, err
		}
	}
	g.first = index.first
	return g, nil
}

// A filledRow is one of the result: a row there was, or with row -1 an inserted one.
type filledRow struct {
	row         int32
	time        int64
	combination uint32
}

// missing lists the rows to insert by time, those of one bin in order of first appearance.
func (s fillMissingStep) missing(bins, times []int64, g *combinations) ([]filledRow, error) {
	type cell struct {
		time        int64
		combination uint32
	}
	there := make(map[cell]bool, len(times))
	for i, t := range times {
		there[cell{t, g.of[i]}] = true
	}
	var missing []filledRow
	for _, bin := range bins {
		for c := range g.first {
			if there[cell{bin, uint32(c)}] {
				continue
			}
			if len(missing) == maxInserted {
				return nil, s.tooManyInserted()
			}
			missing = append(missing, filledRow{-1, bin, uint32(c)})
		}
	}
	return missing, nil
}

// merge puts the inserted rows where they belong ([R]: the order is not documented): among rows that
// run down or up in time so that they still do, else behind all rows, newest first.
func merge(times []int64, missing []filledRow) []filledRow {
	up := slices.IsSorted(times)
	down := slices.IsSortedFunc(times, func(a, b int64) int { return cmp.Compare(b, a) })
	if !up {
		slices.SortStableFunc(missing, func(a, b filledRow) int { return cmp.Compare(b.time, a.time) })
	}
	out := make([]filledRow, 0, len(times)+len(missing))
	for i, t := range times {
		for len(missing) > 0 && (up && missing[0].time < t || down && missing[0].time > t) {
			out, missing = append(out, missing[0]), missing[1:]
		}
		out = append(out, filledRow{row: int32(i), time: t})
	}
	return append(out, missing...)
}

// fill makes the rows of the result.
func (s fillMissingStep) fill(r *rows, filled []filledRow, g *combinations) *rows {
	which, keys := make([]int32, len(filled)), make([]int32, len(filled))
	for i, f := range filled {
		which[i], keys[i] = f.row, f.row
		if f.row < 0 {
			keys[i] = g.first[f.combination]
		}
	}
	out := &rows{n: len(filled), cols: make([]*column.Column, len(r.cols))}
	for slot, c := range r.cols {
		switch {
		case c == nil:
		case slices.Contains(s.Keys, slot):
			out.cols[slot] = c.Take(keys)
		default:
			out.cols[slot] = gather(c, which)
		}
	}
	s.constant(r, out, filled, s.Time, func(f filledRow) column.Value { return column.TimeValue(f.time) })
	for _, v := range s.Values {
		s.constant(r, out, filled, v.Slot, func(filledRow) column.Value { return v.Value })
	}
	return out
}

// constant sets a column to value in the inserted rows.
func (s fillMissingStep) constant(r, out *rows, filled []filledRow, slot int, value func(filledRow) column.Value) {
	old := r.col(slot)
	out.set(slot, makeColumn(out.n, func(i int) column.Value {
		if filled[i].row < 0 {
			return value(filled[i])
		}
		return old.Value(int(filled[i].row))
	}))
}
