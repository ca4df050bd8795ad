package exec

import (
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// memoryEvery is after how many batches a worker tells how much memory its groups hold.
const memoryEvery = 16

// statsSink groups rows. Each worker groups what it sees; finish brings the groups together.
type statsSink struct {
	run  *run
	step *plan.Stats

	mu      sync.Mutex
	workers map[int]*grouping
}

func newStats(run *run, s *plan.Stats) sink {
	return &statsSink{run: run, step: s, workers: map[int]*grouping{}}
}

func (s *statsSink) grouping(id int) *grouping {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.workers[id]
	if g == nil {
		g = newGrouping(s.step)
		s.workers[id] = g
	}
	return g
}

func (s *statsSink) add(w *worker, r *rows) error {
	g := s.grouping(w.id)
	g.add(w, r)
	if g.batches++; g.batches%memoryEvery != 0 {
		return nil
	}
	now := g.bytes()
	grown := now - g.counted
	g.counted = now
	return s.run.memory.add(grown, "stats")
}

func (s *statsSink) finish() (*rows, error) {
	b := s.run.main
	if s.groups() <= someRows {
		b = nil // soon done, so that a query that is ended meanwhile has them to show
	}
	var all *grouping
	ids := make([]int, 0, len(s.workers))
	for id := range s.workers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if all == nil {
			all = s.workers[id]
			continue
		}
		all.merge(b, s.workers[id])
	}
	if all == nil {
		return &rows{cols: make([]*column.Column, s.step.Slots)}, nil
	}
	if err := s.run.memory.add(all.bytes()-all.counted, "stats"); err != nil {
		return nil, err
	}
	w := s.run.worker(0)
	w.breath = b
	return all.rows(w), nil
}

// groups returns how many groups all workers have, one that two have counting twice.
func (s *statsSink) groups() int {
	n := 0
	for _, g := range s.workers {
		n += g.index.len()
	}
	return n
}

// peek implements peeker. Of many groups it gives those that workers met first, with all that was seen of them.
func (s *statsSink) peek(b *breath, _, within int) *rows {
	n := s.groups()
	if n > manyRows {
		within = min(within, someRows)
	}
	all, ids := newGrouping(s.step), slices.Sorted(maps.Keys(s.workers))
	if n <= within {
		for _, id := range ids {
			all.merge(b, s.workers[id])
		}
	} else {
		for _, id := range ids {
			all.index.adopt(b, &s.workers[id].index, within/len(ids))
		}
		for _, id := range ids {
			all.mergeOwn(b, s.workers[id])
		}
	}
	w := s.run.worker(0)
	w.breath = b
	return all.rows(w)
}

// A grouping holds the groups of one worker: their keys, their aggregates, and for the order of groups
// the newest row of each.
type grouping struct {
	step    *plan.Stats
	index   groupIndex
	states  []function.State
	newest  []moment
	behind  int64 // no row before this time is the newest of its group
	batches int
	counted int64
	groups  []uint32 // scratch: the group of each row
	tallies []*numberTally
	done    []bool // scratch: aggregates that need not look at the rows
}

// A moment places a row in time; seq breaks ties: the larger was ingested later. Of the rows that were made
// of one event the first counts as the newest, as rows are read newest first; nth numbers them.
type moment struct {
	time, seq int64
	nth       int
}

func (m moment) before(n moment) bool {
	switch {
	case m.time != n.time:
		return m.time < n.time
	case m.seq != n.seq:
		return m.seq < n.seq
	}
	return m.nth > n.nth
}

func newGrouping(s *plan.Stats) *grouping {
	g := &grouping{step: s, index: newGroupIndex(len(s.Keys))}
	for _, a := range s.Aggs {
		g.states = append(g.states, a.Fn.New(a.Literals))
	}
	g.tallies, g.done = g.newTallies(), make([]bool, len(s.Aggs))
	return g
}

// add folds in rows.
func (g *grouping) add(w *worker, r *rows) {
	keys := make([]*column.Column, len(g.step.Keys))
	for i, k := range g.step.Keys {
		keys[i] = w.eval(k.Expr, r)
	}
	g.groups = slices.Grow(g.groups[:0], r.n)[:r.n]
	g.index.find(keys, r.n, g.groups)
	times, seqs := g.order(r)
	n := g.index.len()
	in := &function.Rows{N: r.n, Groups: g.groups, Time: times, Seq: seqs}
	g.count(r, g.done)
	for i, a := range g.step.Aggs {
		if g.done[i] {
			continue
		}
		in.Args = in.Args[:0]
		for _, e := range a.Args {
			in.Args = append(in.Args, w.eval(e, r))
		}
		g.states[i].Add(in, n)
	}
	g.renew(times, seqs, n)
}

// renew learns of the newest row of each of n groups.
func (g *grouping) renew(times, seqs []int64, n int) {
	if n == len(g.newest) && latest(times) < g.behind {
		return // as nearly all rows are that are read newest first
	}
	for len(g.newest) < n {
		g.newest = append(g.newest, moment{minTime, minTime, 0})
	}
	nth := 0
	for i, group := range g.groups {
		if nth++; i == 0 || seqs[i] != seqs[i-1] {
			nth = 0
		}
		if m := (moment{times[i], seqs[i], nth}); g.newest[group].before(m) {
			g.newest[group] = m
		}
	}
	if g.behind = minTime; n > len(times) {
		return // to look at all costs more than it saves
	}
	g.behind = math.MaxInt64
	for _, m := range g.newest {
		g.behind = min(g.behind, m.time)
	}
}

// latest returns the greatest of some times, minTime of none.
func latest(times []int64) int64 {
	a, b, c, d := int64(minTime), int64(minTime), int64(minTime), int64(minTime) // four at once
	for ; len(times) >= 4; times = times[4:] {
		a, b, c, d = max(a, times[0]), max(b, times[1]), max(c, times[2]), max(d, times[3])
	}
	for _, t := range times {
		a = max(a, t)
	}
	return max(a, b, c, d)
}

// minTime is before every time; rows without a time have it.
const minTime = -1 << 63

// order returns what orders rows: their time and order of ingestion or, for groups, their position,
// first rows being the newest.
func (g *grouping) order(r *rows) (times, seqs []int64) {
	seqs = r.seq
	if seqs == nil {
		seqs = make([]int64, r.n)
		for i := range seqs {
			seqs[i] = int64(-i)
		}
	}
	if g.step.Time >= 0 {
		if c := r.col(g.step.Time); c.Kind == column.Timestamp && c.Nulls == nil {
			return c.Ints, seqs
		}
	}
	times = make([]int64, r.n)
	for i := range times {
		times[i] = rowTime(r, g.step.Time, i)
	}
	return times, seqs
}

// rowTime returns the time of row i in slot, or minTime if it has none. Without a slot all times
// are equal.
func rowTime(r *rows, slot, i int) int64 {
	if slot < 0 {
		return 0
	}
	if v := r.col(slot).Value(i); v.Kind() == column.Timestamp {
		return v.Int()
	}
	return minTime
}

// merge folds in the groups of another worker.
func (g *grouping) merge(b *breath, o *grouping) {
	to := g.index.adopt(b, &o.index, o.index.len())
	if b.ended() {
		return
	}
	g.mergeTallies(o, to)
	for from := 0; from < len(to) && b.draw(); from += tailPiece {
		g.mergeGroups(o, from, to[from:min(from+tailPiece, len(to))])
	}
}

// mergeOwn folds in those groups of another worker that g has.
func (g *grouping) mergeOwn(b *breath, o *grouping) {
	o.settle()
	for group := range g.index.len() {
		if !b.step(1) {
			return
		}
		if from, ok := o.index.lookup(g.index.values(group)); ok {
			g.mergeGroups(o, from, []uint32{uint32(group)})
		}
	}
}

// mergeGroups folds in some groups of another worker: from and those behind it are to here.
func (g *grouping) mergeGroups(o *grouping, from int, to []uint32) {
	n := g.index.len()
	for i := range g.states {
		g.states[i].Merge(o.states[i], from, to, n)
	}
	for len(g.newest) < n {
		g.newest = append(g.newest, moment{minTime, minTime, 0})
	}
	g.behind = minTime
	for i, m := range o.newest[from:][:len(to)] {
		if g.newest[to[i]].before(m) {
			g.newest[to[i]] = m
		}
	}
}

func (g *grouping) bytes() int64 {
	n := g.index.bytes + int64(len(g.newest))*24
	for _, s := range g.states {
		n += s.Bytes()
	}
	for _, t := range g.tallies {
		n += t.Bytes()
	}
	return n
}

// rows returns the groups, in the order in which reading newest first meets them ([R] §8).
func (g *grouping) rows(w *worker) *rows {
	g.settle()
	n := g.index.len()
	order := w.breath.order(n, func(a, b int32) int {
		if g.newest[b].before(g.newest[a]) {
			return -1
		}
		if g.newest[a].before(g.newest[b]) {
			return 1
		}
		return 0
	})
	out := &rows{n: n, cols: make([]*column.Column, g.step.Slots)}
	for i, k := range g.step.Keys {
		out.cols[k.Slot] = w.breath.column(n, func(row int) column.Value { return g.index.key(int(order[row]), i) })
	}
	for i, a := range g.step.Aggs {
		out.cols[a.Slot] = w.breath.column(n, func(row int) column.Value { return g.states[i].Result(int(order[row])) })
	}
	for _, a := range g.step.Post {
		out.set(a.Slot, w.eval(a.Expr, out))
	}
	return out
}
