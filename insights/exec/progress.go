package exec

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/insights/plan"
)

// A Progress shows how far a query is while it runs, and what it has found so far: the last query that it was given
// to. The zero value is ready. Its methods are safe for concurrent use.
type Progress struct {
	// working is held for reading while a batch is worked on, so that who has it sees every batch whole.
	working sync.RWMutex

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
	// peek returns the rows so far, nil if they are too many to be worth it. It changes nothing.
	peek() *rows
}

// Partial returns what the query would answer if its scan ended now; nil if that cannot be told, as before the
// first of several stats has ended. It holds the query up for as long as it takes to put the rows in order. It also works for a
// query that was ended during its scan.
func (p *Progress) Partial() *Result {
	run, rest, r := p.peek()
	if r == nil {
		return nil
	}
	// What the steps behind the scan hold is soon given up, so they have a budget of their own.
	after := newRun(context.WithoutCancel(run.ctx), run.whole, run.opts)
	after.sets = run.sets
	r, err := after.tail(rest, r)
	if err != nil {
		return nil
	}
	return after.result(run.whole, r)
}

// peek returns the rows so far and the steps that they have before them; nil if there is nothing to show.
func (p *Progress) peek() (*run, []plan.Step, *rows) {
	p.working.Lock()
	defer p.working.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.head == nil {
		return nil, nil, nil
	}
	sink, ok := p.mu.head.sink.(peeker)
	if !ok || !p.mu.run.alone(p.mu.rest) {
		return nil, nil, nil
	}
	return p.mu.run, p.mu.rest, sink.peek()
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

// begin shows a scan that is about to begin.
func (p *Progress) begin(run *run, h *head, rest []plan.Step) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.run, p.mu.head, p.mu.rest = run, h, rest
}

// end shows nothing any more: the sink is about to give its rows away.
func (p *Progress) end() {
	if p == nil {
		return
	}
	p.working.Lock() // until nobody looks any more
	defer p.working.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.head = nil
}

// batch is called around the work on a batch, and returns what to call after it.
func (p *Progress) batch() (done func()) {
	if p == nil {
		return func() {}
	}
	p.working.RLock()
	return p.working.RUnlock
}
