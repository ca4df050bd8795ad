package cache

import (
	"context"
	"errors"
	"sync"
	"testing"
)

// held is a value that says how much it holds.
type held int64

func (h held) Held() int64 { return int64(h) }

func TestSized(t *testing.T) {
	c := NewSized[string, held](1000 + 2*entryBytes)
	loads := 0
	load := func(v held, err error) func() (held, error) {
		return func() (held, error) { loads++; return v, err }
	}
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		key   string
		load  func() (held, error)
		want  held
		err   error
		loads int
	}{
		{"an error is not kept", "a", load(0, broken), 0, broken, 1},
		{"a value is loaded", "a", load(500, nil), 500, nil, 2},
		{"and kept", "a", load(501, nil), 500, nil, 2},
		{"another fits beside it, to the byte", "b", load(500, nil), 500, nil, 3},
		{"so the first is still there", "a", load(502, nil), 500, nil, 3},
		{"a third makes the one go that was not used", "c", load(1, nil), 1, nil, 4},
		{"the one used last stays", "a", load(503, nil), 500, nil, 4},
		{"the other is loaded again", "b", load(499, nil), 499, nil, 5},
		{"what is larger than the cache is given", "d", load(5000, nil), 5000, nil, 6},
		{"but not kept", "d", load(5001, nil), 5001, nil, 7},
	} {
		if got, err := c.Get(t.Context(), tt.key, tt.load); got != tt.want || !errors.Is(err, tt.err) || loads != tt.loads {
			t.Errorf("%s: Get(%s) = %d, %v after %d loads, want %d, %v after %d", tt.name, tt.key, got, err, loads, tt.want, tt.err, tt.loads)
		}
	}
	if _, err := c.Get(t.Context(), "f", load(1, nil)); err != nil {
		t.Fatal(err)
	}
	c.Forget("f")
	if got, _ := c.Get(t.Context(), "f", load(2, nil)); got != 2 {
		t.Errorf("Get(f) after Forget = %d, want 2", got)
	}
}

// A grower is a value that holds more the longer it is used.
type grower struct{ bytes int64 }

func (g *grower) Held() int64 { return g.bytes }

// TestSizedLetsGoOfWhatGrew lets a value grow that is kept, while no other is loaded.
func TestSizedLetsGoOfWhatGrew(t *testing.T) {
	c := NewSized[string, *grower](1000 + 2*entryBytes)
	get := func(key string) *grower {
		g, err := c.Get(t.Context(), key, func() (*grower, error) { return &grower{}, nil })
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	large, small := get("large"), get("small")
	if large.bytes = 1001; get("small") != small {
		t.Error("the value that was asked for last did not stay")
	}
	if get("large") == large {
		t.Error("a value stayed that has outgrown the cache")
	}
}

// TestSizedLoadsOnce asks for a value while it is loaded.
func TestSizedLoadsOnce(t *testing.T) {
	c := NewSized[string, held](1000)
	started, open := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = c.Get(t.Context(), "k", func() (held, error) {
			close(started)
			<-open
			return 0, errors.New("broken")
		})
	})
	<-started
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ended, "k", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Get of who waits no longer = %v, want context.Canceled", err)
	}
	var mu sync.Mutex
	loads := 0
	for range 4 {
		wg.Go(func() {
			got, err := c.Get(t.Context(), "k", func() (held, error) {
				mu.Lock()
				defer mu.Unlock()
				loads++
				return 7, nil
			})
			if got != 7 || err != nil {
				t.Errorf("Get after the load of another failed = %d, %v, want 7", got, err)
			}
		})
	}
	close(open)
	wg.Wait()
	if loads != 1 {
		t.Errorf("the value was loaded %d times, want once", loads)
	}
}
