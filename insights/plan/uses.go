package plan

// uses of each step, for finding the columns that are still needed.

func assignUses(as []Assign) (reads, writes []int) {
	for _, a := range as {
		reads = slotsOf(reads, a.Expr)
		writes = append(writes, a.Slot)
	}
	return reads, writes
}

func (s *Compute) uses() (reads, writes []int, fresh bool) {
	reads, writes = assignUses(s.Assigns)
	return reads, writes, false
}

func (s *Where) uses() (reads, writes []int, fresh bool) { return slotsOf(nil, s.Cond), nil, false }

func (s *Stats) uses() (reads, writes []int, fresh bool) {
	reads, writes = assignUses(s.Keys)
	for _, a := range s.Aggs {
		for _, e := range a.Args {
			reads = slotsOf(reads, e)
		}
		writes = append(writes, a.Slot)
	}
	for _, a := range s.Post {
		writes = append(writes, a.Slot)
	}
	return withTime(reads, s.Time), writes, true
}

func withTime(reads []int, slots ...int) []int {
	for _, s := range slots {
		if s >= 0 {
			reads = append(reads, s)
		}
	}
	return reads
}

func (s *Sort) uses() (reads, writes []int, fresh bool) {
	for _, k := range s.Keys {
		reads = append(reads, k.Slot)
	}
	return reads, nil, false
}

func (s *Limit) uses() (reads, writes []int, fresh bool) { return nil, nil, false }

func (s *Dedup) uses() (reads, writes []int, fresh bool) { return s.Slots, nil, false }

func (s *Parse) uses() (reads, writes []int, fresh bool) { return slotsOf(nil, s.From), s.Out, false }

func (s *Unnest) uses() (reads, writes []int, fresh bool) {
	return slotsOf(nil, s.X), []int{s.Out}, false
}

func (s *Lookup) uses() (reads, writes []int, fresh bool) {
	for _, m := range s.Match {
		reads = slotsOf(reads, m.X)
	}
	for _, o := range s.Out {
		reads = slotsOf(reads, o.Old)
		writes = append(writes, o.Slot)
	}
	return reads, writes, false
}

func (s *Join) uses() (reads, writes []int, fresh bool) {
	for _, c := range s.Copy {
		writes = append(writes, c.To)
	}
	return slotsOf(nil, s.LeftKey), writes, false
}

func (s *AppendCols) uses() (reads, writes []int, fresh bool) {
	for _, c := range s.Copy {
		writes = append(writes, c.To)
	}
	return nil, writes, false
}

func (s *AddTotals) uses() (reads, writes []int, fresh bool) {
	reads = append(reads, s.Slots...)
	for _, c := range s.Columns {
		reads = append(reads, c.Slot)
	}
	if s.Out >= 0 {
		writes = []int{s.Out}
	}
	return reads, writes, false
}

func (s *Accum) uses() (reads, writes []int, fresh bool) { return []int{s.In}, []int{s.Out}, false }

func (s *Autoregress) uses() (reads, writes []int, fresh bool) { return []int{s.In}, s.Out, false }

func (s *FillDown) uses() (reads, writes []int, fresh bool) { return s.Slots, nil, false }

func (s *FillMissing) uses() (reads, writes []int, fresh bool) {
	reads = append(withTime(nil, s.Time), s.Keys...)
	for _, v := range s.Values {
		reads = append(reads, v.Slot)
	}
	return reads, nil, false
}

func (s *Outlier) uses() (reads, writes []int, fresh bool) {
	return s.Slots, append(append([]int{}, s.Out...), s.Mark...), false
}

func (s *Sessionize) uses() (reads, writes []int, fresh bool) {
	return withTime(append([]int{}, s.Ids...), s.Time), []int{s.Out}, false
}

func (s *Pattern) uses() (reads, writes []int, fresh bool) {
	return withTime(slotsOf(nil, s.X), s.Time), []int{0, 1, 2, 3}, true
}

func (s *Diff) uses() (reads, writes []int, fresh bool) {
	return withTime(slotsOf(nil, s.X), s.Time), []int{0, 1, 2, 3, 4, 5}, true
}

func (s *Anomaly) uses() (reads, writes []int, fresh bool) {
	return withTime(nil, s.Pattern, s.Ratio, s.Count, s.Severity), s.Out[:], false
}

func (s *Relevant) uses() (reads, writes []int, fresh bool) {
	reads = withTime(slotsOf(nil, s.Cond), s.All)
	for _, f := range s.Fields {
		reads = append(reads, f.Slot)
	}
	return reads, []int{0, 1, 2, 3, 4}, true
}

// markLive tells each Where which slots are needed after it, so that a filter copies nothing else.
func markLive(p *Plan) {
	live := map[int]bool{p.Time: true} // rows are ordered by it
	for _, c := range p.Output {
		live[c.Slot] = true
	}
	for i := len(p.Steps) - 1; i >= 0; i-- {
		step := p.Steps[i]
		if w, ok := step.(*Where); ok {
			w.Live = w.Live[:0]
			for s := range live {
				w.Live = append(w.Live, s)
			}
		}
		reads, writes, fresh := step.uses()
		if fresh {
			clear(live)
			live[p.Time] = true
		}
		for _, s := range writes {
			if !fresh {
				delete(live, s)
			}
		}
		for _, s := range reads {
			live[s] = true
		}
	}
}
