package vfs

import (
	"maps"
	"math/rand/v2"
	"slices"
)

// A Crash is an FS in memory that can tell what a power loss would leave of it.
type Crash struct {
	tree
}

// NewCrash returns an empty file system.
func NewCrash() *Crash { return &Crash{tree{root: newFolder(), keep: true}} }

// Crash returns what could be left if the power went now: bytes and entries that were synced, and of the others
// some, chosen by seed. It leaves c as it is, so that many losses of one moment can be tried; the same seed gives the same.
//
// Each 4 KiB block with bytes that were not synced is old, new, or new up to where one of the writes or a sector of
// 512 bytes ends. The size is the old one, the new one or between. What was never written reads as zeros, or, one time in
// eight, as bytes of some other file. Each created, renamed or removed name is done or not, in no order.
func (c *Crash) Crash(seed uint64) *Crash {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &survivors{
		rand:    rand.New(rand.NewPCG(seed, 0)),
		entries: map[*node]map[string]*node{},
		nodes:   map[*node]*node{},
	}
	for _, change := range c.pending {
		if s.rand.IntN(2) == 0 {
			continue
		}
		for _, e := range change.entries {
			e.set(s.names(e.dir))
			if e.child != nil {
				s.stale = e.child.data
			}
		}
	}
	return &Crash{tree{root: s.node(c.root), keep: true}}
}

// survivors puts together what a power loss leaves.
type survivors struct {
	rand    *rand.Rand
	entries map[*node]map[string]*node // by folder, where changes were chosen
	nodes   map[*node]*node            // what is left of each
	stale   []byte                     // what may show up where nothing was written
}

// names returns a folder's entries as the disk has them, to be changed.
func (s *survivors) names(dir *node) map[string]*node {
	if s.entries[dir] == nil {
		s.entries[dir] = maps.Clone(dir.durable)
	}
	return s.entries[dir]
}

// node returns what is left of n. A file with two names, as a rename between folders may leave, stays one file.
func (s *survivors) node(n *node) *node {
	if left := s.nodes[n]; left != nil {
		return left
	}
	left := &node{}
	s.nodes[n] = left
	if !n.isDir() {
		left.data = s.data(&n.content)
		left.settle()
		s.stale = n.data
		return left
	}
	left.entries = map[string]*node{}
	names := s.names(n)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		left.entries[name] = s.node(names[name])
	}
	left.durable = maps.Clone(left.entries)
	return left
}

// data returns what is left of a file's bytes.
func (s *survivors) data(c *content) []byte {
	size := s.size(c)
	keep := min(c.floor, size)
	for block := range c.doomed {
		keep = min(keep, block*blockBytes)
	}
	keep -= keep % blockBytes
	left := make([]byte, keep, size)
	copy(left, c.data)
	for block := keep / blockBytes; block*blockBytes < size; block++ {
		left = append(left, s.block(c, block)...)
	}
	return left[:size:size]
}

// size chooses a length: as synced, as it is, or between.
func (s *survivors) size(c *content) int64 {
	a, b := int64(len(c.synced)), int64(len(c.data))
	if a > b {
		a, b = b, a
	}
	switch s.rand.IntN(3) {
	case 0:
		return int64(len(c.synced))
	case 1:
		return int64(len(c.data))
	default:
		return a + s.rand.Int64N(b-a+1)
	}
}

// block returns what is left of one block, always blockBytes long.
func (s *survivors) block(c *content, block int64) []byte {
	left := make([]byte, blockBytes)
	newer := part(c.data, block)
	older, doomed := c.doomed[block]
	if !doomed {
		older = part(c.synced, block)
		if (block+1)*blockBytes <= c.floor {
			copy(left, newer)
			return left
		}
	}
	if s.stale != nil && s.rand.IntN(8) == 0 {
		copy(left, part(s.stale, s.rand.Int64N(int64(len(s.stale))/blockBytes+1)))
	}
	copy(left, older)
	if !doomed { // synced bytes stay, whatever else happens
		copy(left, newer[:min(max(c.floor-block*blockBytes, 0), int64(len(newer)))])
	}
	switch s.rand.IntN(3) {
	case 0:
	case 1:
		clear(left)
		copy(left, newer)
	default:
		copy(left, newer[:s.cut(c, block, len(newer))])
	}
	return left
}

// cut chooses how far a block was written: to the end of a sector, or of one of the writes.
func (s *survivors) cut(c *content, block int64, size int) int {
	if i := s.rand.IntN(len(c.ends) + 1); i < len(c.ends) {
		if end := c.ends[i] - block*blockBytes; end >= 0 && end <= int64(size) {
			return int(end)
		}
	}
	return min(s.rand.IntN(blockBytes/sectorBytes+1)*sectorBytes, size)
}
