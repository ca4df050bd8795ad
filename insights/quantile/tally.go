package quantile

import (
	"math"
	"math/bits"
	"slices"
)

// maxCells bounds the counts of a Tally: more do not fit the processor's cache, where counting row by row is as fast.
const maxCells = 1 << 19

// A Tally counts how often each group has each number, of numbers that come from dictionaries, and holds the counts back. The zero
// value is ready.
type Tally struct {
	known  numberIDs
	dict   []float64 // the last dictionary
	ids    []uint32  // of each of its numbers
	counts [][]uint32
	rows   uint32 // counted
}

// Rows are numbers that come from a dictionary, one a row.
type Rows struct {
	Numbers []float64 // the dictionary; it is not modified any more
	Codes   []uint32  // row i has Numbers[Codes[i]]
	Nulls   []uint64  // bits of rows without a number, the lowest first; rows behind them have one
	Groups  []uint32  // of each row
}

// null reports whether a row has no number.
func (r *Rows) null(i int) bool {
	return i>>6 < len(r.Nulls) && r.Nulls[i>>6]>>(uint(i)&63)&1 != 0
}

// Count counts rows of n groups. It counts none and returns false if their dictionary is not worth it.
func (t *Tally) Count(r *Rows, n int) bool {
	if uint64(t.rows)+uint64(len(r.Codes)) > math.MaxUint32 || !t.learn(r.Numbers, len(r.Codes), n) {
		return false
	}
	t.rows += uint32(len(r.Codes))
	for len(t.counts) < n {
		t.counts = append(t.counts, nil)
	}
	for group, counts := range t.counts {
		if more := len(t.known.numbers) - len(counts); more > 0 {
			t.counts[group] = append(slices.Grow(counts, more+len(t.known.numbers)/2), make([]uint32, more)...)
		}
	}
	for i, code := range r.Codes {
		if r.Nulls == nil || !r.null(i) {
			t.counts[r.Groups[i]][t.ids[code]]++
		}
	}
	return true
}

// learn gives the numbers of a dictionary ids; it refuses one that is too large for so many rows and groups.
func (t *Tally) learn(dict []float64, rows, groups int) bool {
	if len(dict) == 0 || len(dict) > 4*rows || groups*max(len(dict), len(t.known.numbers)) > maxCells {
		return false
	}
	if len(t.dict) == len(dict) && &t.dict[0] == &dict[0] {
		return true
	}
	if t.dict == nil { // a group's numbers are near each other: so are their counts then
		for _, v := range slices.Sorted(slices.Values(dict)) {
			t.known.id(v)
		}
	}
	t.dict, t.ids = dict, t.ids[:0]
	for _, v := range dict {
		t.ids = append(t.ids, t.known.id(v))
	}
	return true
}

// Drain calls each for every count, group by group, and counts from 0 again.
func (t *Tally) Drain(each func(group int, v float64, times uint64)) {
	t.rows = 0
	for group, counts := range t.counts {
		for id, times := range counts {
			if times > 0 {
				each(group, t.known.numbers[id], uint64(times))
			}
		}
		clear(counts)
	}
}

// Bytes returns about how much memory t holds.
func (t *Tally) Bytes() int64 {
	return int64(len(t.counts)*len(t.known.numbers))*6 + int64(len(t.known.slots))*16 + int64(len(t.known.numbers))*8
}

// numberIDs number numbers from 0 on, by their bits.
type numberIDs struct {
	numbers []float64 // by id
	slots   []idSlot  // open addressing; a power of two, at most half of them in use
}

type idSlot struct {
	bits uint64
	next uint32 // the id, plus 1; 0 in a free place
}

// id returns the number of v, a new one if it has none.
func (x *numberIDs) id(v float64) uint32 {
	if 2*len(x.numbers) >= len(x.slots) {
		x.slots = make([]idSlot, max(64, 2*len(x.slots)))
		for i, old := range x.numbers {
			*x.slot(math.Float64bits(old)) = idSlot{math.Float64bits(old), uint32(i) + 1}
		}
	}
	s := x.slot(math.Float64bits(v))
	if s.next == 0 {
		x.numbers = append(x.numbers, v)
		*s = idSlot{math.Float64bits(v), uint32(len(x.numbers))}
	}
	return s.next - 1
}

// slot returns the place of some bits, or the one that they would get.
func (x *numberIDs) slot(b uint64) *idSlot {
	mask := len(x.slots) - 1
	i := int((b ^ b>>32) * 0x9e3779b97f4a7c15 >> bits.LeadingZeros64(uint64(mask)))
	for ; ; i++ {
		if s := &x.slots[i&mask]; s.next == 0 || s.bits == b {
			return s
		}
	}
}
