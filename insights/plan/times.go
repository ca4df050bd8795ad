package plan

import "slices"

// Times reports whether a column of the result may hold times: what is made of the system fields that are, of
// rounding or of fromMillis. false is sure, unless the input has other fields that are times, as Parquet may.
func Times(p *Plan) bool {
	times := map[int]bool{}
	for i, f := range p.Scan.Fields {
		times[p.ScanSlots[i]] = f.Name == "@timestamp" || f.Name == "@ingestionTime"
	}
	for _, s := range p.Steps {
		switch s := s.(type) {
		case *Join, *AppendCols:
			return true // of another plan
		case *Compute:
			markTimes(times, times, s.Assigns)
		case *Stats:
			times = s.times(times)
		default:
			reads, writes, fresh := s.uses()
			timed := slices.ContainsFunc(reads, func(slot int) bool { return times[slot] })
			if fresh {
				times = map[int]bool{}
			}
			for _, slot := range writes {
				times[slot] = times[slot] || timed
			}
		}
	}
	return slices.ContainsFunc(p.Output, func(c Column) bool { return times[c.Slot] })
}

// times returns which groups' columns may hold times, given which of the rows' do.
func (s *Stats) times(rows map[int]bool) map[int]bool {
	groups := map[int]bool{}
	markTimes(groups, rows, s.Keys)
	for _, a := range s.Aggs {
		groups[a.Slot] = slices.ContainsFunc(a.Args, func(e Expr) bool { return givesTime(e, rows) })
	}
	markTimes(groups, groups, s.Post)
	return groups
}

// markTimes marks in to the slots that may get a time of the slots marked in from.
func markTimes(to, from map[int]bool, assigns []Assign) {
	for _, a := range assigns {
		to[a.Slot] = givesTime(a.Expr, from)
	}
}

// givesTime reports whether e reads a slot that may hold a time, or makes one.
func givesTime(e Expr, times map[int]bool) bool {
	found := false
	e.walk(func(e Expr) bool {
		switch e := e.(type) {
		case Slot:
			found = found || times[int(e)]
		case *Bin:
			found = true
		case *Call:
			found = found || slices.Contains([]string{"datefloor", "dateceil", "fromMillis"}, e.Fn.Name)
		}
		return !found
	})
	return found
}
