package queries

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A crowd is a table whose scans read so many batches without a row, call each once from every worker, and that has so many rows.
type crowd struct {
	table.Table
	rows    table.Sequence
	reads   int
	workers atomic.Int64 // of the last scan
}

func (c *crowd) Last(context.Context) (table.Bound, error) { return table.UpTo(c.rows), nil }

func (c *crowd) Scan(_ context.Context, s table.Scan, workers int, each func(int, *column.Batch) error) (table.Stats, error) {
	c.workers.Store(int64(workers))
	for range c.reads {
		s.Read(1, 1)
	}
	failed := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { failed[w] = each(w, &column.Batch{}) })
	}
	all.Wait()
	return table.Stats{}, errors.Join(failed...)
}

func TestScansShareWorkers(t *testing.T) {
	c := &crowd{}
	s := &share{Table: c, pace: newPace(c, 8, 0, 0)}
	none := func(int, *column.Batch) error { return nil }
	for _, tt := range []struct {
		others int64 // scans under way
		want   int64
	}{{0, 8}, {1, 4}, {2, 2}, {7, 1}, {20, 1}} {
		s.scans.Store(tt.others)
		if _, err := s.Scan(t.Context(), table.Scan{}, 8, none); err != nil || c.workers.Load() != tt.want {
			t.Errorf("beside %d scans, Scan with 8 workers has %d, %v, want %d", tt.others, c.workers.Load(), err, tt.want)
		}
	}
	if s.scans.Load() != 20 {
		t.Errorf("%d scans are under way behind the last, want 20", s.scans.Load())
	}
}

// TestScansThatFindNothingRest checks that what a scan reads is still counted, once.
func TestScansThatFindNothingRest(t *testing.T) {
	c := &crowd{reads: 5}
	s := &share{Table: c, pace: newPace(c, 2, 0, 0)}
	rows := int64(0)
	scan := table.Scan{Read: func(n, _ int64) { rows += n }}
	if _, err := s.Scan(t.Context(), scan, 1, func(int, *column.Batch) error { return nil }); err != nil || rows != 5 {
		t.Errorf("Scan has read %d rows, %v, want 5", rows, err)
	}
}
