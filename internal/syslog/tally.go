package syslog

import (
	"context"
	"sync"
	"time"
)

// A tally counts what was dropped, and reports it: the first of a reason at once, then what comes together in a while.
type tally struct {
	every  time.Duration
	now    func() time.Time
	report func(r Reason, n int)

	mu     sync.Mutex
	counts map[Reason]int
	told   map[Reason]time.Time
}

func (t *tally) add(r Reason, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts, t.told = map[Reason]int{}, map[Reason]time.Time{}
	}
	t.counts[r] += n
	if last, before := t.told[r]; !before || t.now().Sub(last) >= t.every {
		t.tell(r)
	}
}

// tell reports a reason. t is locked.
func (t *tally) tell(r Reason) {
	t.report(r, t.counts[r])
	t.told[r] = t.now()
	delete(t.counts, r)
}

// flush reports what was not reported yet.
func (t *tally) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for r := range t.counts {
		t.tell(r)
	}
}

// run reports from time to time until ctx ends.
func (t *tally) run(ctx context.Context) {
	ticks := time.NewTicker(t.every)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			t.flush()
		}
	}
}
