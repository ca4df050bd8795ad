package queries

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A share is a table of which scans take a fair part of the processors: as many workers look at rows at a time as there are processors.
// While events come in and several scans run they are half as many, and each rests for longer than it has worked, so that who sends does
// not wait behind those who ask. A scan alone has all processors. It is safe for concurrent use.
type share struct {
	table.Table
	scans atomic.Int64  // under way
	all   chan struct{} // one for each that works while nothing comes in or one scan runs; its room is how many may
	few   chan struct{} // likewise, else
	mu    struct {
		sync.Mutex
		seen   time.Time // when was last looked
		last   table.Sequence
		coming bool // events, at the last look
	}
}

// restFor is how many times longer a worker rests than it has worked: with 1, a hundred clients that ask slowed who sends to 0.4 of what it
// is alone (bench/README.md).
const restFor = 2

// lookEvery is how often it is seen whether events come in.
const lookEvery = 500 * time.Millisecond

func newShare(t table.Table, processors int) *share {
	return &share{Table: t, all: make(chan struct{}, processors), few: make(chan struct{}, max(1, processors/2))}
}

// processors is how many there are for this process.
func processors() int { return runtime.GOMAXPROCS(0) }

// Scan implements table.Table.
func (s *share) Scan(ctx context.Context, scan table.Scan, workers int, each func(worker int, b *column.Batch) error) (table.Stats, error) {
	defer s.scans.Add(-1)
	workers = max(1, workers/int(s.scans.Add(1)))
	return s.Table.Scan(ctx, scan, workers, func(w int, b *column.Batch) error {
		places := s.places(ctx, time.Now())
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		defer func() { <-places }()
		begun := time.Now()
		if err := each(w, b); err != nil || places == s.all {
			return err
		}
		return rest(ctx, restFor*time.Since(begun))
	})
}

// rest waits so long.
func rest(ctx context.Context, long time.Duration) error {
	over := time.NewTimer(long)
	defer over.Stop()
	select {
	case <-over.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// places returns where a worker takes a place now.
func (s *share) places(ctx context.Context, now time.Time) chan struct{} {
	if s.scans.Load() > 1 && s.coming(ctx, now) {
		return s.few
	}
	return s.all
}

// coming tells whether events come in.
func (s *share) coming(ctx context.Context, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.mu.seen) < lookEvery {
		return s.mu.coming
	}
	bound, err := s.Last(ctx)
	if err != nil {
		return s.mu.coming // the scan fails by itself if ctx has ended
	}
	s.mu.coming = !s.mu.seen.IsZero() && bound.Last() > s.mu.last
	s.mu.seen, s.mu.last = now, bound.Last()
	return s.mu.coming
}
