package logs

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCache(t *testing.T) {
	c := newCache[string, int](64)
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
		{"an error is not kept", func() (int, error) { return c.get("k", load(0, broken)) }, 0, broken, 1},
		{"a value is loaded", func() (int, error) { return c.get("k", load(1, nil)) }, 1, nil, 2},
		{"and kept", func() (int, error) { return c.get("k", load(2, nil)) }, 1, nil, 2},
		{"until it is forgotten", func() (int, error) { c.forget("k"); return c.get("k", load(3, nil)) }, 3, nil, 3},
		{"what is forgotten while it is loaded is not kept", func() (int, error) {
			c.forget("k")
			return c.get("k", func() (int, error) { c.forget("k"); return 4, nil })
		}, 4, nil, 3},
		{"but loaded again", func() (int, error) { return c.get("k", load(5, nil)) }, 5, nil, 4},
	} {
		got, err := tt.step()
		if got != tt.want || !errors.Is(err, tt.err) || loads != tt.loads {
			t.Errorf("%s: %d, %v after %d loads, want %d, %v after %d", tt.name, got, err, loads, tt.want, tt.err, tt.loads)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache[int, int](640)
	for i := range 100_000 {
		if v, err := c.get(i, func() (int, error) { return i, nil }); v != i || err != nil {
			t.Fatalf("get(%d) = %d, %v", i, v, err)
		}
		if v, err := c.get(0, func() (int, error) { return 0, nil }); v != 0 || err != nil {
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
	if _, err := c.get(0, func() (int, error) { return 0, errors.New("gone") }); err != nil {
		t.Errorf("a value that is always used was dropped")
	}
}

// TestCacheNeverShowsThePast changes a value behind the cache, forgets it and reads it, while others read it too: nobody may see
// less than what was the value when they began.
func TestCacheNeverShowsThePast(t *testing.T) {
	c := newCache[string, int64](1)
	var truth atomic.Int64
	load := func() (int64, error) { return truth.Load(), nil }
	var all sync.WaitGroup
	var forgotten atomic.Int64 // the value of the last forget that returned
	all.Go(func() {
		for i := range int64(20_000) {
			truth.Store(i)
			c.forget("k")
			forgotten.Store(i)
		}
	})
	failures := make(chan string, 4)
	for range 3 {
		all.Go(func() {
			for range 20_000 {
				least := forgotten.Load()
				if v, _ := c.get("k", load); v < least {
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

func TestGroupName(t *testing.T) {
	own := tenant{"111122223333", "eu-central-1"}
	const arn = "arn:aws:logs:eu-central-1:111122223333:log-group:/a/b"
	for _, tt := range []struct{ name, identifier, want string }{
		{"a name", "/a/b", "/a/b"},
		{"an ARN", arn, "/a/b"},
		{"with the star of DescribeLogGroups", arn + ":*", "/a/b"},
		{"with the colon of Grafana", arn + ":", "/a/b"},
		{"of China's partition", "arn:aws-cn:logs:eu-central-1:111122223333:log-group:/a/b", "/a/b"},
		{"of another account", "arn:aws:logs:eu-central-1:444455556666:log-group:/a/b", ""},
		{"of another region", "arn:aws:logs:us-east-1:111122223333:log-group:/a/b", ""},
		{"of another service", "arn:aws:kms:eu-central-1:111122223333:log-group:/a/b", ""},
		{"of a destination", "arn:aws:logs:eu-central-1:111122223333:destination:/a/b", ""},
		{"a broken ARN", "arn:aws:logs", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := own.groupName(tt.identifier)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("groupName(%q) = %q, %v, want %q", tt.identifier, got, err, tt.want)
			}
		})
	}
}
