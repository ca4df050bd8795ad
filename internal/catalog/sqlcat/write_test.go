package sqlcat

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

func TestPlanBatch(t *testing.T) {
	puts := func(n int) *request { return &request{changes: make([]catalog.Change, n)} }
	deletes := &request{changes: []catalog.Change{catalog.Put(catalog.Entry{}, 0), catalog.Delete(catalog.Key{}, 0)}}
	flush := &request{flush: true}
	for _, tt := range []struct {
		name    string
		waiting []*request
		want    int
	}{
		{"none", nil, 0},
		{"small ones together", []*request{puts(1), flush, puts(2), {sequence: "s"}}, 4},
		{"just as many changes as one may have", []*request{puts(catalog.MaxChanges - 1), puts(1), flush}, 3},
		{"one change more", []*request{puts(catalog.MaxChanges - 1), puts(1), puts(1)}, 2},
		{"a large one alone", []*request{puts(catalog.MaxChanges), puts(1)}, 1},
		{"up to the first that deletes", []*request{puts(1), deletes, puts(1)}, 2},
		{"one that deletes", []*request{deletes, deletes}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := planBatch(tt.waiting); got != tt.want {
				t.Errorf("planBatch = %d, want %d", got, tt.want)
			}
		})
	}
}

// TestSharedTransaction lets writes pile up: they are done together, in their order, each with its own outcome.
func TestSharedTransaction(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	if err := c.takeTurn(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, leave := context.WithCancel(t.Context())
	results := make([]error, 4)
	var all sync.WaitGroup
	submit := func(i int, ctx context.Context, change catalog.Change) {
		all.Go(func() { _, results[i] = c.Write(ctx, change) })
		for waitingNow(c) != i+1 { // until it waits
			runtime.Gosched()
		}
	}
	submit(0, t.Context(), catalog.Put(named("a"), catalog.Absent))
	submit(1, t.Context(), catalog.Put(named("a"), catalog.Absent))
	submit(2, t.Context(), catalog.Put(named("b"), catalog.Absent))
	submit(3, ctx, catalog.Put(named("c"), catalog.Absent))
	leave()
	for waitingNow(c) != 3 {
		runtime.Gosched()
	}
	before := logFrames(t, c)
	c.endTurn()
	all.Wait()
	if results[0] != nil || !fault.Is(results[1], fault.Exists) || results[2] != nil || !errors.Is(results[3], context.Canceled) {
		t.Errorf("results = %v, want none, exists, none, canceled", results)
	}
	if got, err := c.Count(t.Context(), catalog.Query{Scope: groups}); got != 2 || err != nil {
		t.Errorf("Count = %d, %v, want 2", got, err)
	}
	// Two puts one by one would write the page of entries twice.
	if got := logFrames(t, c) - before; got > 5 {
		t.Errorf("the log grew by %d pages, want one transaction's", got)
	}
}

func waitingNow(c *Catalog) int {
	c.queue.Lock()
	defer c.queue.Unlock()
	return len(c.queue.waiting)
}

func logFrames(t *testing.T, c *Catalog) int64 {
	t.Helper()
	return (logSize(t, c.path) - logHeaderBytes) / frameBytes
}

// TestTouchesShareFlush checks that touches cost no write until a flush, and then one.
func TestTouchesShareFlush(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	put(t, c, numbered(0, 20)...)
	before := logFrames(t, c)
	for i := range 1000 {
		if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key(numbered(0, 20)[i%20]), Peaks: catalog.Peaks{int64(i)}}); err != nil {
			t.Fatalf("Touch = %v", err)
		}
	}
	if got := logFrames(t, c) - before; got != 0 {
		t.Errorf("1,000 touches wrote %d pages, want none yet", got)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatalf("Flush = %v", err)
	}
	if got := logFrames(t, c) - before; got == 0 || got > 10 {
		t.Errorf("a flush of 20 entries wrote %d pages, want some and at most 10", got)
	}
	after := open(t, crashed(t, c.path))
	defer closing(t, after)
	if got, err := after.Get(t.Context(), groups.Key("group-0019")); err != nil || got.Peaks[0] != 999 {
		t.Errorf("Get after a flush and a crash = %v, %v, want the last touch", got.Peaks, err)
	}
}

// TestRun lets Run flush on its own, in virtual time.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var failures []error
		c, err := Open(t.Context(), filepath.Join(dir, "catalog.db"), Options{Hooks: Hooks{FlushFailed: func(err error) { failures = append(failures, err) }}})
		if err != nil {
			t.Fatalf("Open = %v", err)
		}
		put(t, c, "a")
		ctx, stop := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		touch := func(n int64) {
			t.Helper()
			if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key("a"), Peaks: catalog.Peaks{n}}); err != nil {
				t.Fatalf("Touch = %v", err)
			}
		}
		touch(1000)
		time.Sleep(999 * time.Millisecond)
		if got := c.touched.len(true); got != 1 {
			t.Errorf("before a second has passed %d touches wait, want 1", got)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := c.touched.len(true); got != 0 {
			t.Errorf("after a second %d touches wait, want none", got)
		}
		touch(2000)
		c.seal(errors.New("a failing disk"))
		time.Sleep(time.Second)
		synctest.Wait()
		if len(failures) != 1 || !fault.Is(failures[0], fault.Unavailable) {
			t.Errorf("FlushFailed was told %v, want one error", failures)
		}
		c.sealed.Store(nil)
		stopped := errors.New("stopped")
		stop(stopped)
		if err := <-ended; !errors.Is(err, stopped) || c.touched.len(true) != 0 {
			t.Errorf("Run = %v with %d touches left, want its context's cause and none", err, c.touched.len(true))
		}
		closing(t, c)
	})
}
