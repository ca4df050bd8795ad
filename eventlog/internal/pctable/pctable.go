// Package pctable keeps what is known of return addresses.
// It leaves finding that out to its callers.
package pctable

import (
	"sync"
	"sync/atomic"
)

// A Table keeps what is known of return addresses; the zero table knows nothing. What it has once, it keeps: the
// places that a program logs from are all asked for again and again, and to find one out costs hundreds of times what a look
// costs.
type Table[T any] struct {
	slots [pcSlots]atomic.Pointer[pcEntry[T]]

	mu   sync.RWMutex
	rest map[uintptr]*T // addresses that found no slot, up to pcRest of them
}

type pcEntry[T any] struct {
	pc    uintptr
	value T
}

const (
	pcSlots  = 4096 // more than the places that all but the largest programs log from
	pcProbes = 8    // slots in which an address may be, one behind the other
	pcRest   = 1 << 16
)

// pcSlot returns the first slot for pc. The multiplier is 2^64 divided by the golden ratio.
func pcSlot(pc uintptr) uint64 { return uint64(pc) * 0x9E3779B97F4A7C15 >> (64 - 12) }

// Get returns what is known of pc, or finds it out by calling find.
func (t *Table[T]) Get(pc uintptr, find func(pc uintptr) T) *T {
	if e := t.slots[pcSlot(pc)%pcSlots].Load(); e != nil && e.pc == pc {
		return &e.value
	}
	return t.search(pc, find)
}

func (t *Table[T]) search(pc uintptr, find func(pc uintptr) T) *T {
	var found *pcEntry[T]
	for i := range uint64(pcProbes) {
		slot := &t.slots[(pcSlot(pc)+i)%pcSlots]
		e := slot.Load()
		if e == nil {
			if found == nil {
				found = &pcEntry[T]{pc, find(pc)}
			}
			if slot.CompareAndSwap(nil, found) {
				return &found.value
			}
			e = slot.Load() // somebody else's, perhaps for the same pc
		}
		if e.pc == pc {
			return &e.value
		}
	}
	return t.searchRest(pc, find)
}

func (t *Table[T]) searchRest(pc uintptr, find func(pc uintptr) T) *T {
	t.mu.RLock()
	v := t.rest[pc]
	t.mu.RUnlock()
	if v != nil {
		return v
	}
	value := find(pc)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rest == nil {
		t.rest = map[uintptr]*T{}
	}
	if len(t.rest) < pcRest {
		t.rest[pc] = &value
	}
	return &value
}
