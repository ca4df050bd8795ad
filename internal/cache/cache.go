// Package cache keeps values that were read elsewhere, by key. What is read, and when it changes, is for others to know.
package cache

import (
	"hash/maphash"
	"sync"
)

// A Cache keeps what was read from the catalog by key. It is right at every moment if whoever changes the catalog calls Forget
// after the write and before anybody is told of it: a value that was read before a Forget is not kept after it. That needs all
// writers to be in this process, as the catalog's are.
type Cache[K comparable, V any] struct {
	seed   maphash.Seed
	shards [64]cacheShard[K, V]
}

// A cacheShard keeps up to twice limit values. When young is full it becomes old, and what was old is dropped; what is used
// moves back.
type cacheShard[K comparable, V any] struct {
	mu struct {
		sync.RWMutex
		young, old map[K]V
		forgotten  uint64 // how often Forget was called
	}
	limit int
}

// New returns a cache of between limit and twice as many values.
func New[K comparable, V any](limit int) *Cache[K, V] {
	c := &Cache[K, V]{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].limit = max(1, limit/len(c.shards))
		c.shards[i].mu.young = map[K]V{}
	}
	return c
}

func (c *Cache[K, V]) shard(k K) *cacheShard[K, V] {
	return &c.shards[maphash.Comparable(c.seed, k)%uint64(len(c.shards))]
}

// Get returns the value of k, from load if it is not kept. Errors are not kept.
func (c *Cache[K, V]) Get(k K, load func() (V, error)) (V, error) {
	s := c.shard(k)
	v, from, forgotten := s.look(k)
	switch from {
	case fromYoung:
		return v, nil
	case fromOld:
		s.keep(k, v, forgotten)
		return v, nil
	}
	v, err := load()
	if err == nil {
		s.keep(k, v, forgotten)
	}
	return v, err
}

// Forget drops the value of k, and every value of its shard that is being loaded now.
func (c *Cache[K, V]) Forget(k K) {
	s := c.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.forgotten++
	delete(s.mu.young, k)
	delete(s.mu.old, k)
}

// Where a shard has a value.
const (
	nowhere = iota
	fromYoung
	fromOld
)

func (s *cacheShard[K, V]) look(k K) (v V, from int, forgotten uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if v, ok := s.mu.young[k]; ok {
		return v, fromYoung, s.mu.forgotten
	}
	if v, ok := s.mu.old[k]; ok {
		return v, fromOld, s.mu.forgotten
	}
	return v, nowhere, s.mu.forgotten
}

// keep keeps v unless something was forgotten since it was asked for.
func (s *cacheShard[K, V]) keep(k K, v V, forgotten uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.forgotten != forgotten {
		return
	}
	if len(s.mu.young) >= s.limit {
		s.mu.old, s.mu.young = s.mu.young, map[K]V{}
	}
	s.mu.young[k] = v
}
