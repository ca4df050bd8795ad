package queries

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A crowd is a table whose scans call each once from every worker, and that has so many rows.
type crowd struct {
	table.Table
	rows    table.Sequence
	workers atomic.Int64 // of the last scan
}

func (c *crowd) Last(context.Context) (table.Bound, error) { return table.UpTo(c.rows), nil }

func (c *crowd) Scan(_ context.Context, _ table.Scan, workers int, each func(int, *column.Batch) error) (table.Stats, error) {
	c.workers.Store(int64(workers))
	failed := make([]error, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { failed[w] = each(w, &column.Batch{}) })
	}
	all.Wait()
	return table.Stats{}, errors.Join(failed...)
}

// TestScansShareProcessors counts how many workers of several scans are at work at once.
func TestScansShareProcessors(t *testing.T) {
	c := &crowd{}
	s := newShare(c, 2)
	var inside, most atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			_, err := s.Scan(t.Context(), table.Scan{}, 2, func(int, *column.Batch) error {
				now := inside.Add(1)
				defer inside.Add(-1)
				for was := most.Load(); now > was && !most.CompareAndSwap(was, now); was = most.Load() {
				}
				return nil
			})
			if err != nil {
				t.Errorf("Scan = %v", err)
			}
		})
	}
	all.Wait()
	if n := most.Load(); n < 1 || n > 2 {
		t.Errorf("%d workers were at work at once, want at most 2", n)
	}
	if len(s.all)+len(s.few) != 0 || s.scans.Load() != 0 {
		t.Errorf("%d and %d places are taken and %d scans under way behind the last, want none", len(s.all), len(s.few), s.scans.Load())
	}
}

func TestScansShareWorkers(t *testing.T) {
	c := &crowd{}
	s := newShare(c, 8)
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
}

// TestPlacesWhileEventsCome checks when there are few places.
func TestPlacesWhileEventsCome(t *testing.T) {
	c := &crowd{rows: 1_000_000}
	s := newShare(c, 8)
	now := time.Unix(1_800_000_000, 0)
	for _, step := range []struct {
		name  string
		scans int64
		past  time.Duration
		rows  table.Sequence
		few   bool
	}{
		{"nothing is known at first", 2, 0, 0, false},
		{"too soon to look again", 2, lookEvery - 1, 1, false},
		{"events came", 2, 1, 0, true},
		{"a scan alone", 1, 1, 0, false},
		{"too soon to see that nothing comes", 2, lookEvery / 2, 0, true},
		{"nothing comes", 2, lookEvery, 0, false},
	} {
		now = now.Add(step.past)
		c.rows += step.rows
		s.scans.Store(step.scans)
		if got := s.places(t.Context(), now) == s.few; got != step.few {
			t.Errorf("%s: few places = %t, want %t", step.name, got, step.few)
		}
	}
	if cap(s.all) != 8 || cap(s.few) != 4 || cap(newShare(c, 1).few) != 1 {
		t.Errorf("places of 8 processors are %d and %d, of one %d, want 8, 4 and 1", cap(s.all), cap(s.few), cap(newShare(c, 1).few))
	}
}

func TestWaitsEndWithTheirQuery(t *testing.T) {
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	if err := rest(ctx, time.Hour); !errors.Is(err, stopped) {
		t.Errorf("rest = %v, want %v", err, stopped)
	}
	s := newShare(&crowd{}, 1)
	s.all <- struct{}{}
	if _, err := s.Scan(ctx, table.Scan{}, 1, nil); !errors.Is(err, stopped) {
		t.Errorf("Scan without a place = %v, want %v", err, stopped)
	}
}
