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
	}
}

const (
	// lookShare is the part of a query's time that looks may take, as 1 of so many.
	lookShare = 20
	// shortLook is how long a look may take in any case: as workers need to stand still, and some more.
	shortLook = 50 * time.Millisecond
	// lastLook is how long the look at a query may take that has failed.
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.running, cancel)()
	r := q.partial(ctx, max(shortLook, begun.Sub(s.begun)/lookShare), shownRows)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.due = time.Now().Add(lookShare * time.Since(begun)); r != nil {
		s.mu.result = r
	}
	return s.mu.result
}

// found returns what q had found when it was ended: soon if it was stopped.
func (q *query) found(ctx context.Context) *exec.Result {
	s, soon := &q.snapshot, lastLook
	if errors.Is(context.Cause(ctx), context.Canceled) {
		soon = shortLook
	}
	s.look.Lock() // a look ends when the query does
	defer s.look.Unlock()
	r := q.partial(context.WithoutCancel(ctx), soon, shownRows)
	if r == nil {
		r = s.last()
	}
	return r
}

// forget lets go of what was seen: there is a result.
func (s *snapshot) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.result = nil
}

func (s *snapshot) last() *exec.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.result
}

// partial returns what q has found while it runs, or had when it was ended, up to most rows; nil if that cannot be told soon enough. Of
// rows whose texts are still to be read it gives the first.
func (q *query) partial(ctx context.Context, soon time.Duration, most int) *exec.Result {
	look, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	r := q.progress.Partial(look, most)
	switch {
	case r == nil:
		return nil
	case q.late.plan == nil || q.again.Load():
		return firstRows(r, most)
	}
	r = firstRows(r, firstPlaces)
	src := q.sources[q.plan.Source]
	if err := src.service.fillIn(ctx, q, r); err != nil {
		return nil
	}
	return r
}
