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

// A share is a table whose scans share the processors: each of several has fewer workers, and one that finds no rows rests as those do
// that work on rows. It is safe for concurrent use.
type share struct {
	table.Table
	pace  *pace
	scans atomic.Int64 // under way
}

// processors is how many there are for this process.
func processors() int { return runtime.GOMAXPROCS(0) }

// Scan implements table.Table.
func (s *share) Scan(ctx context.Context, scan table.Scan, workers int, each func(worker int, b *column.Batch) error) (table.Stats, error) {
	defer s.scans.Add(-1)
	workers = max(1, workers/int(s.scans.Add(1)))
	search := search{pace: s.pace, workers: workers, since: time.Now()}
	if read := scan.Read; read != nil {
		scan.Read = func(rows, bytes int64) {
			read(rows, bytes)
			search.rest(ctx)
		}
	}
	return s.Table.Scan(ctx, scan, workers, func(w int, b *column.Batch) error {
		defer search.found()
		return each(w, b)
	})
}

// A search is a scan while it finds no rows. Who gets rows rests by itself.
type search struct {
	pace    *pace
	workers int
	mu      sync.Mutex
	since   time.Time // rows were found, or a worker began anew
}

func (s *search) found() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.since = time.Now()
}

// rest is called by each worker between batches: all of them call it once while one works on a batch.
func (s *search) rest(ctx context.Context) {
	s.mu.Lock()
	now := time.Now()
	worked := now.Sub(s.since) * time.Duration(s.workers)
	s.since = now
	s.mu.Unlock()
	if s.pace.rest(ctx, worked) == nil { // if ctx has ended the scan sees so
		s.found()
	}
}
