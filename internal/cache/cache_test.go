package cache

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCache(t *testing.T) {
	c := New[string, int](64)
	loads := 0
	load := func(v int, err error) func() (int, error) {
		return func() (int, error) { loads++; return v, err }
	}
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		step  func() (int, error)
		want  int
		err   error
		loads int
	}{
		{"an error is not kept", func() (int, error) { return c.Get("k", load(0, broken)) }, 0, broken, 1},
		{"a value is loaded", func() (int, error) { return c.Get("k", load(1, nil)) }, 1, nil, 2},
		{"and kept", func() (int, error) { return c.Get("k", load(2, nil)) }, 1, nil, 2},
		{"until it is forgotten", func() (int, error) { c.Forget("k"); return c.Get("k", load(3, nil)) }, 3, nil, 3},
		{"what is forgotten while it is loaded is not kept", func() (int, error) {
			c.Forget("k")
			return c.Get("k", func() (int, error) { c.Forget("k"); return 4, nil })
		}, 4, nil, 3},
		{"but loaded again", func() (int, error) { return c.Get("k", load(5, nil)) }, 5, nil, 4},
	} {
		got, err := tt.step()
		if got != tt.want || !errors.Is(err, tt.err) || loads != tt.loads {
			t.Errorf("%s: %d, %v after %d loads, want %d, %v after %d", tt.name, got, err, loads, tt.want, tt.err, tt.loads)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := New[int, int](640)
	for i := range 100_000 {
		if v, err := c.Get(i, func() (int, error) { return i, nil }); v != i || err != nil {
			t.Fatalf("get(%d) = %d, %v", i, v, err)
		}
		if v, err := c.Get(0, func() (int, error) { return 0, nil }); v != 0 || err != nil {
			t.Fatalf("get(0) = %d, %v", v, err)
		}
	}
	kept := 0
	for i := range c.shards {
		kept += len(c.shards[i].mu.young) + len(c.shards[i].mu.old)
	}
	if kept < 640 || kept > 2*640 {
		t.Errorf("%d values kept, want 640 to 1,280", kept)
	}
	if _, err := c.Get(0, func() (int, error) { return 0, errors.New("gone") }); err != nil {
		t.Errorf("a value that is always used was dropped")
	}
}

// TestCacheNeverShowsThePast changes a value behind the cache, forgets it and reads it, while others read it too: nobody may see
// less than what was the value when they began.
func TestCacheNeverShowsThePast(t *testing.T) {
	c := New[string, int64](1)
	var truth atomic.Int64
	load := func() (int64, error) { return truth.Load(), nil }
	var all sync.WaitGroup
	var forgotten atomic.Int64 // the value of the last forget that returned
	all.Go(func() {
		for i := range int64(20_000) {
			truth.Store(i)
			c.Forget("k")
			forgotten.Store(i)
		}
	})
	failures := make(chan string, 4)
	for range 3 {
		all.Go(func() {
			for range 20_000 {
				least := forgotten.Load()
				if v, _ := c.Get("k", load); v < least {
					failures <- fmt.Sprintf("get = %d after forget of %d", v, least)
					return
				}
			}
		})
	}
	all.Wait()
	close(failures)
	for f := range failures {
		t.Error(f)
	}
}
