package discover

import (
	"encoding/binary"
	"hash/maphash"
)

// members is a set of the members of an event's objects: a hash table with open addressing that
// keeps its memory from one event to the next.
type members struct {
	list  []eventMember
	table []int32 // positions in list by hash, plus one
	seed  maphash.Seed
}

type eventMember struct {
	object int // where the object starts
	key    []byte
	leaves struct{ from, to int } // what it gave, in leaves.list
}

const (
	// keepMembers bounds the memory that is kept from one event to the next.
	keepMembers = 1 << 14
	// fewMembers is up to where a hash that is quick, but can be made to collide, is good enough.
	fewMembers = 64
)

// reset empties the set.
func (m *members) reset() {
	if len(m.list) > keepMembers {
		m.list, m.table = nil, nil
	}
	if m.table == nil {
		m.table, m.seed = make([]int32, 2*fewMembers), maphash.MakeSeed()
	}
	if len(m.table) > 2*fewMembers && len(m.list) <= fewMembers {
		m.table = m.table[:2*fewMembers]
	}
	clear(m.table)
	m.list = m.list[:0]
}

// find returns the position of the member in list, and whether it was there before. The set keeps key.
func (m *members) find(object int, key []byte) (at int, known bool) {
	if 2*len(m.list) >= len(m.table) {
		m.grow()
	}
	p := m.place(object, key)
	if n := m.table[p]; n > 0 {
		return int(n - 1), true
	}
	m.list = append(m.list, eventMember{object: object, key: key})
	m.table[p] = int32(len(m.list))
	return len(m.list) - 1, false
}

// place returns where in the table the member stands or may be put.
func (m *members) place(object int, key []byte) int {
	mask := len(m.table) - 1
	for p := int(m.hash(object, key)) & mask; ; p = (p + 1) & mask {
		n := m.table[p]
		if n == 0 {
			return p
		}
		if e := &m.list[n-1]; e.object == object && string(e.key) == string(key) {
			return p
		}
	}
}

func (m *members) hash(object int, key []byte) uint64 {
	const prime = 0x9e3779b97f4a7c15
	h := uint64(object) + uint64(len(key))<<32
	switch n := len(key); {
	case len(m.table) > 2*fewMembers:
		h ^= maphash.Bytes(m.seed, key)
	case n >= 8:
		h ^= binary.LittleEndian.Uint64(key)*prime ^ binary.LittleEndian.Uint64(key[n-8:])
	case n >= 4:
		h ^= uint64(binary.LittleEndian.Uint32(key))<<32 ^ uint64(binary.LittleEndian.Uint32(key[n-4:]))
	case n > 0:
		h ^= uint64(key[0]) | uint64(key[n/2])<<8 | uint64(key[n-1])<<16
	}
	h *= prime
	return h ^ h>>32
}

// grow doubles the table.
func (m *members) grow() {
	if n := 2 * len(m.table); n <= cap(m.table) {
		m.table = m.table[:n]
		clear(m.table)
	} else {
		m.table = make([]int32, n)
	}
	for i := range m.list {
		m.table[m.place(m.list[i].object, m.list[i].key)] = int32(i + 1)
	}
}
