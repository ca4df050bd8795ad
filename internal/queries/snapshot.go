package queries

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/insights/exec"
)

// A snapshot is what a query had found when it was last looked at. To look holds the query up, so it is done ever less often: all looks
// together take about a twentieth of its time, however often it is asked for.
type snapshot struct {
	begun   time.Time       // the query
	running context.Context // that ends with it
	look    sync.Mutex

	mu struct {
		sync.Mutex
		due    time.Time // for another look
		result *exec.Result
		over   bool // there is a result of the query itself
	}
}

const (
	// lookShare is the part of a query's time that looks may take, as 1 of so many.
	lookShare = 20
	// shortLook is how long a look may take in any case: as workers need to stand still, and some more.
	shortLook = 50 * time.Millisecond
	// stoppedLook is how long the look at all of a query may take that was stopped: one at some of it fits into 50 ms then too.
	stoppedLook = 30 * time.Millisecond
	// failedLook is how long the look at a query may take that has failed: nobody waits for it.
	failedLook = time.Second
	// lastLook is how long the look at a query that was ended may take at most, if others take the processors.
	lastLook = 10 * time.Second
	// shownRows is how many rows of a query are shown while it runs. [R]
	shownRows = 1000
)

// shown returns what q has found as it was last seen, after another look if it is time for one; nil for nothing that can be told.
func (q *query) shown(ctx context.Context) *exec.Result {
	s := &q.snapshot
	if !s.look.TryLock() {
		return s.last()
	}
	defer s.look.Unlock()
	s.mu.Lock()
	due := s.mu.due
	s.mu.Unlock()
	begun := time.Now()
	if begun.Before(due) {
		return s.last()
	}
	soon := max(shortLook, begun.Sub(s.begun)/lookShare)
	ctx, cancel := context.WithTimeout(ctx, 4*soon) // if others take the processors
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	r := q.partial(ctx, soon, shownRows)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.due = time.Now().Add(lookShare * time.Since(begun)); r != nil && !s.mu.over {
		s.mu.result = r
	}
	return s.mu.result
}

// found returns what q had found when it was ended, up to most rows: soon if it was stopped, and then maybe not all.
func (q *query) found(ctx context.Context, most int) *exec.Result {
	s, soon := &q.snapshot, failedLook
	if errors.Is(context.Cause(ctx), context.Canceled) {
		soon = stoppedLook
	}
	s.look.Lock() // a look ends when the query does
	defer s.look.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
	defer cancel()
	r := q.partial(ctx, soon, most)
	if last := s.last(); r == nil || last != nil && last.Rows.Len > r.Rows.Len { // there was time for less than has been shown
		r = last
	}
	return r
}

// forget lets go of what was seen: there is a result.
func (s *snapshot) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.result, s.mu.over = nil, true
}

func (s *snapshot) last() *exec.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.result
}

// partial returns what q has found while it runs, or had when it was ended, up to most rows, and of some of them if all take longer than
// soon; nil if that cannot be told before ctx ends.
func (q *query) partial(ctx context.Context, soon time.Duration, most int) *exec.Result {
	begun, first := time.Now(), q.first.Load() // before it is looked what is found, as that is done in the other order
	r := q.progress.Partial(ctx, soon, most)
	switch {
	case first != nil && (r == nil || r.Rows.Len < min(firstPlaces, first.Rows.Len)):
		r = first // the second scan has hardly begun
	case r == nil:
		return nil
	case first != nil || q.late.plan == nil:
		return firstRows(r, most)
	}
	return q.filled(ctx, soon-time.Since(begun), firstRows(r, most))
}

// filled returns the first of some rows whose texts are still to be read: as many as can be read soon, at least firstPlaces.
func (q *query) filled(ctx context.Context, soon time.Duration, r *exec.Result) *exec.Result {
	src := q.sources[q.plan.Source]
	fill := func(n int) *exec.Result {
		some := firstRows(r, n)
		if src.service.fillIn(ctx, q, some) != nil {
			return nil
		}
		return some
	}
	begun := time.Now()
	some := fill(firstPlaces)
	if some == nil || some.Rows.Len == r.Rows.Len {
		return some
	}
	if n := int(firstPlaces * soon / max(1, time.Since(begun))); n > 2*firstPlaces {
		if more := fill(n); more != nil {
			return more
		}
	}
	return some
}
