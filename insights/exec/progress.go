package exec

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/insights/plan"
)

// A Progress shows how far a query is while it runs, and what it has found so far: the last query that it was given
// to. The zero value is ready. Its methods are safe for concurrent use.
type Progress struct {
	floor floor // of the workers of the scan to be shown

	mu struct {
		sync.Mutex
		run  *run
		head *head // whose sink can be looked at; nil if it cannot
		rows *rows // if there is no head, what is behind it; nil if there is nothing to show
		rest []plan.Step

		matched int64 // the most of runs before
	}
}

// Matched returns how many events have passed the filters so far, of several queries the most.
func (p *Progress) Matched() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.matched()
}

// matched is Matched. The caller has the lock.
func (p *Progress) matched() int64 {
	if p.mu.run == nil {
		return p.mu.matched
	}
	return max(p.mu.matched, p.mu.run.matched.Load())
}

// Forget lets go of what a query held that has ended: there is nothing more to show but how many events matched.
func (p *Progress) Forget() { p.start(nil) }

// A peeker is a sink that can give what it has without ending. Nobody adds to it meanwhile.
type peeker interface {
	// peek returns the first rows so far, up to most of them or all if most is -1. If these are of more than within rows or groups, they
	// may be of some alone. It changes nothing that can be seen.
	peek(b *breath, most, within int) *rows
}

const (
	// manyRows is from how many rows or groups on a look at all of them while there come more is not worth what it costs.
	manyRows = 100_000
	// someRows is how many are looked at then, at most, or if there is no time for more.
	someRows = 10_000
)

// Partial returns what the query would answer if its scan ended now, of log events and the like the first rows up to most. If that takes
// longer than soon, it is what it would answer of some of the rows or groups. It is nil if nothing can be told, as before the first of
// several stats has ended, or not before ctx ends. It holds the query up for as long as it takes to put the rows in order. It also works
// for a query that was ended.
func (p *Progress) Partial(ctx context.Context, soon time.Duration, most int) *Result {
	look, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	r := p.partial(look, most, math.MaxInt)
	if r == nil && look.Err() != nil {
		r = p.partial(ctx, most, min(someRows, 2*most))
	}
	return r
}

// partial is Partial of no more than within rows or groups.
func (p *Progress) partial(ctx context.Context, most, within int) *Result {
	run, rest, r := p.peek(ctx, most, within)
	if r == nil {
		return nil
	}
	// What the steps behind the scan hold is soon given up, so they have a budget of their own.
	after := newRun(ctx, run.whole, run.opts)
	after.sets = run.sets
	r, err := after.tail(rest, r)
	if err != nil {
		return nil
	}
	return after.result(run.whole, r)
}

// peek returns the rows so far and the steps that they have before them; nil if there is nothing to show.
func (p *Progress) peek(ctx context.Context, most, within int) (*run, []plan.Step, *rows) {
	if p.floor.clear(ctx) != nil {
		return nil, nil, nil
	}
	defer p.floor.open()
	p.mu.Lock()
	run, head, r, rest := p.mu.run, p.mu.head, p.mu.rows, p.mu.rest
	p.mu.Unlock()
	switch {
	case head == nil && r == nil, !run.alone(rest):
		return nil, nil, nil
	case head == nil:
		return run, rest, r.slice(0, min(r.n, within))
	}
	sink, ok := head.sink.(peeker)
	if !ok {
		return nil, nil, nil
	}
	if len(rest) > 0 {
		most = -1
	}
	looker := newRun(ctx, run.whole, run.opts)
	r = sink.peek(looker.main, most, within)
	if looker.err() != nil {
		return nil, nil, nil
	}
	return run, rest, r
}

// alone reports whether steps need no source nor wait for all rows: then they can also be run on some.
func (run *run) alone(steps []plan.Step) bool {
	for _, s := range steps {
		switch s.(type) {
		case *plan.Join, *plan.Lookup, *plan.AppendCols:
			return false
		}
		if run.rowStep(s) == nil && run.tableStep(s) == nil {
			return false
		}
	}
	return true
}

// start shows how many events match of a query that is about to run.
func (p *Progress) start(run *run) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.matched = p.matched()
	p.mu.run = run
	p.mu.head, p.mu.rows, p.mu.rest = nil, nil, nil
}

// show shows a scan that is about to begin, or the rows behind it.
func (p *Progress) show(h *head, r *rows, rest []plan.Step) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.head, p.mu.rows, p.mu.rest = h, r, rest
}

// end is called when a scan has ended. Groups are then brought together, and cannot be looked at for as long as that takes: of many some are
// shown instead. Other sinks stay as they are.
func (p *Progress) end(h *head, rest []plan.Step, b *breath) {
	sink, ok := h.sink.(*statsSink)
	if p == nil || !ok {
		return
	}
	// Until nobody looks any more, which soon ends.
	_ = p.floor.clear(context.Background())
	defer p.floor.open()
	var some *rows
	if sink.groups() > someRows {
		some = sink.peek(b, -1, someRows)
	}
	if b.run.err() == nil { // else it stays as it is too
		p.show(nil, some, rest)
	}
}

// enter is called before the work on some rows, and leave after it. The error is the context's.
func (p *Progress) enter(ctx context.Context) error {
	if p == nil {
		return nil
	}
	return p.floor.enter(ctx)
}

func (p *Progress) leave() {
	if p != nil {
		p.floor.leave()
	}
}
