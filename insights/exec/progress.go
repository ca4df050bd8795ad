package exec

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/insights/plan"
)

// A Progress shows how far a query is while it runs, and what it has found so far: the last query that it was given
// to. The zero value is ready. Its methods are safe for concurrent use.
type Progress struct {
	floor floor // of the workers of the scan to be shown

	mu struct {
		sync.Mutex
		run  *run
		head *head // nil while there is nothing to show
		rest []plan.Step

		matched int64 // of a run that was forgotten
	}
}

// Matched returns how many events have passed the filters so far.
func (p *Progress) Matched() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.run == nil {
		return p.mu.matched
	}
	return p.mu.run.matched.Load()
}

// Forget lets go of what a query held that has ended: there is nothing more to show but how many events matched.
func (p *Progress) Forget() {
	matched := p.Matched()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.run, p.mu.head, p.mu.rest, p.mu.matched = nil, nil, nil, matched
}

// A peeker is a sink that can give what it has without ending. Nobody adds to it meanwhile.
type peeker interface {
	// peek returns the first rows so far, up to most of them or all if most is -1; nil if they are too many to be worth it. It
	// changes nothing.
	peek(b *breath, most int) *rows
}

// Partial returns what the query would answer if its scan ended now, of log events and the like the first rows up to most; nil if that
// cannot be told, as before the first of several stats has ended, or not before ctx ends. It holds the query up for as long as it takes
// to put the rows in order. It also works for a query that was ended during its scan.
func (p *Progress) Partial(ctx context.Context, most int) *Result {
	run, rest, r := p.peek(ctx, most)
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
func (p *Progress) peek(ctx context.Context, most int) (*run, []plan.Step, *rows) {
	if p.floor.clear(ctx) != nil {
		return nil, nil, nil
	}
	defer p.floor.open()
	p.mu.Lock()
	run, head, rest := p.mu.run, p.mu.head, p.mu.rest
	p.mu.Unlock()
	if head == nil || !run.alone(rest) {
		return nil, nil, nil
	}
	sink, ok := head.sink.(peeker)
	if !ok {
		return nil, nil, nil
	}
	if len(rest) > 0 {
		most = -1
	}
	looker := newRun(ctx, run.whole, run.opts)
	r := sink.peek(looker.main, most)
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
	p.mu.run, p.mu.head, p.mu.rest = run, nil, nil
}

// begin shows a scan that is about to begin.
func (p *Progress) begin(h *head, rest []plan.Step) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.head, p.mu.rest = h, rest
}

// end shows nothing any more: the sink is about to give its rows away.
func (p *Progress) end() {
	if p == nil {
		return
	}
	// Until nobody looks any more, which soon ends.
	_ = p.floor.clear(context.Background())
	defer p.floor.open()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.head = nil
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
