package exec

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/quantile"
)

// A numberTally counts the numbers of a column for all aggregates of it that can take equal numbers together.
type numberTally struct {
	slot plan.Slot
	aggs []int // places in plan.Stats.Aggs
	quantile.Tally
}

// newTallies returns the tallies of a grouping.
func (g *grouping) newTallies() []*numberTally {
	var all []*numberTally
	for i, a := range g.step.Aggs {
		if _, ok := g.states[i].(function.Counter); !ok || len(a.Args) == 0 {
			continue
		}
		slot, ok := a.Args[0].(plan.Slot)
		if _, literal := literals(a.Args[1:]); !ok || !literal {
			continue
		}
		at := slices.IndexFunc(all, func(t *numberTally) bool { return t.slot == slot })
		if at < 0 {
			at = len(all)
			all = append(all, &numberTally{slot: slot})
		}
		all[at].aggs = append(all[at].aggs, i)
	}
	return all
}

// count counts what numbers of a batch it can, and marks the aggregates that need not look at them any more.
func (g *grouping) count(r *rows, done []bool) {
	clear(done)
	for _, t := range g.tallies {
		c := r.col(int(t.slot))
		if c.Coded == nil {
			continue
		}
		if t.Count(&quantile.Rows{Numbers: c.Coded.Numbers, Codes: c.Coded.Codes[:r.n], Nulls: c.Nulls, Groups: g.groups}, g.index.len()) {
			for _, i := range t.aggs {
				done[i] = true
			}
		}
	}
}

// settle hands all that was counted to the aggregates.
func (g *grouping) settle() {
	for _, t := range g.tallies {
		g.settleTally(t)
	}
}

func (g *grouping) settleTally(t *numberTally) {
	t.Drain(func(group int, numbers []float64, times []uint64) {
		for _, i := range t.aggs {
			g.states[i].(function.Counter).AddCounted(&function.Counted{Group: uint32(group), Numbers: numbers, Times: times}, g.index.len())
		}
	})
}

// mergeTallies folds in what another worker has counted; its group i is to[i] here. What cannot be is handed to its aggregates.
func (g *grouping) mergeTallies(o *grouping, to []uint32) {
	for i, t := range g.tallies {
		if from := o.tallies[i]; !t.Merge(&from.Tally, to, g.index.len()) {
			o.settleTally(from)
		}
	}
}

// constants are the columns of literals that were made last.
type constants map[*plan.Const]*column.Column

// of returns n rows of a literal.
func (c constants) of(e *plan.Const, n int) *column.Column {
	last := c[e]
	if last == nil || last.Len != n {
		last = column.Const(e.Value, n)
		c[e] = last
	}
	return last
}
