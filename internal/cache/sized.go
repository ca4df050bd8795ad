package cache

import (
	"context"
	"errors"
	"sync"
)

// A Sized keeps values by key up to a number of bytes, those that were used last. A key must never stand for another value: who changes
// what was read takes a new key. It is safe for concurrent use.
type Sized[K comparable, V Holder] struct {
	limit int64
	mu    struct {
		sync.Mutex
		entries map[K]*sizedEntry[V]
		uses    uint64
	}
}

// A Holder holds memory.
type Holder interface {
	// Held returns about how many bytes the value holds now.
	Held() int64
}

// A sizedEntry is a value that is kept, or is being loaded.
type sizedEntry[V Holder] struct {
	loaded chan struct{} // closed when the value is there, or cannot be loaded
	used   uint64        // when it was used last
	value  V
	err    error
}

// NewSized returns a cache of up to limit bytes. What is used holds its memory in any case.
func NewSized[K comparable, V Holder](limit int64) *Sized[K, V] {
	c := &Sized[K, V]{limit: limit}
	c.mu.entries = map[K]*sizedEntry[V]{}
	return c
}

// Get returns the value of k, from load if it is not kept. Who asks for a value that is being loaded waits for it, as no value is loaded
// twice at a time, or for the end of ctx; errors are told to the one whose load failed alone.
func (c *Sized[K, V]) Get(ctx context.Context, k K, load func() (V, error)) (v V, err error) {
	for {
		e, mine := c.entry(k)
		if mine {
			return c.load(k, e, load)
		}
		select {
		case <-ctx.Done():
			return v, context.Cause(ctx)
		case <-e.loaded:
		}
		if e.err == nil {
			return e.value, nil
		}
	}
}

// errPanicked says that a load did not return.
var errPanicked = errors.New("the load of a value did not return")

// load loads the value of e, which is k's, and drops what is not used for the sake of it.
func (c *Sized[K, V]) load(k K, e *sizedEntry[V], load func() (V, error)) (V, error) {
	failed := errPanicked
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if e.err = failed; e.err != nil && c.mu.entries[k] == e {
			delete(c.mu.entries, k)
		}
		close(e.loaded)
		c.shrink()
	}()
	e.value, failed = load()
	return e.value, failed
}

// Forget drops the value of k. It need not be called: a value that nobody asks for goes when there is no room for it.
func (c *Sized[K, V]) Forget(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.mu.entries, k)
}

// entry returns the entry of k; mine if the caller must load it.
func (c *Sized[K, V]) entry(k K) (e *sizedEntry[V], mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e = c.mu.entries[k]
	if e == nil {
		e, mine = &sizedEntry[V]{loaded: make(chan struct{})}, true
		c.mu.entries[k] = e
	}
	c.mu.uses++
	if e.used = c.mu.uses; !mine {
		c.shrink() // values may have grown since they were loaded
	}
	return e, mine
}

// entryBytes is about what an entry holds beside its value.
const entryBytes = 512

// shrink drops values, those first that were not used for the longest time, until all hold limit bytes. The caller holds the lock.
func (c *Sized[K, V]) shrink() {
	for {
		held, oldest, found := int64(0), uint64(0), false
		var last K
		for k, e := range c.mu.entries {
			select {
			case <-e.loaded:
				held += entryBytes + e.value.Held()
				if !found || e.used < oldest {
					last, oldest, found = k, e.used, true
				}
			default:
			}
		}
		if held <= c.limit || !found {
			return
		}
		delete(c.mu.entries, last)
	}
}
