package quantile

import (
	"math"
	"math/bits"
	"slices"
)

// maxCells bounds the counts of a Tally: more do not fit the processor's cache, where counting row by row is as fast.
const maxCells = 1 << 19

// maxMerged bounds them where two become one: that is done once, and beats taking them one by one.
const maxMerged = 4 * maxCells

// A Tally counts how often each group has each number, of numbers that come from dictionaries, and holds the counts back. The zero
// value is ready.
type Tally struct {
	known  numberIDs
	dict   []float64 // the last dictionary
	ids    []uint32  // of each of its numbers
	counts []uint32  // group g has number id counts[g*width+id] times
	width  int
	groups int
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
	t.widen(n)
	counts, width, groups := t.counts, t.width, r.Groups[:len(r.Codes)]
	if r.Nulls == nil {
		for i, code := range r.Codes {
			counts[int(groups[i])*width+int(t.ids[code])]++
		}
		return true
	}
	for i, code := range r.Codes {
		if !r.null(i) {
			counts[int(groups[i])*width+int(t.ids[code])]++
		}
	}
	return true
}

// widen makes room for the counts of n groups and all numbers that are known.
func (t *Tally) widen(n int) {
	if numbers := len(t.known.numbers); numbers > t.width {
		width := numbers + numbers/2
		wide := make([]uint32, max(n, t.groups)*width)
		for g := range t.groups {
			copy(wide[g*width:], t.counts[g*t.width:(g+1)*t.width])
		}
		t.counts, t.width, t.groups = wide, width, max(n, t.groups)
	}
	if n > t.groups {
		t.counts = append(t.counts, make([]uint32, (n-t.groups)*t.width)...)
		t.groups = n
	}
}

// learn gives the numbers of a dictionary ids; it refuses one that is too large for so many rows and groups.
func (t *Tally) learn(dict []float64, rows, groups int) bool {
	if len(dict) == 0 || groups*max(len(dict), len(t.known.numbers)) > maxCells {
		return false
	}
	if len(t.dict) == len(dict) && &t.dict[0] == &dict[0] {
		return true
	}
	if len(dict) > 4*rows {
		return false
	}
	if t.dict == nil { // a group's numbers are near each other: so are their counts then
		for _, v := range slices.Sorted(slices.Values(dict)) {
			t.known.id(v)
		}
	}
	t.dict, t.ids = dict, t.known.ids(t.ids, dict)
	return true
}

// Merge counts what o has counted too: its group g is group to[g] here, of n. It counts nothing and returns false if that would be
// too much.
func (t *Tally) Merge(o *Tally, to []uint32, n int) bool {
	if uint64(t.rows)+uint64(o.rows) > math.MaxUint32 {
		return false
	}
	ids := t.known.ids(nil, o.known.numbers)
	if n*len(t.known.numbers) > maxMerged {
		return false
	}
	t.rows += o.rows
	t.widen(n)
	for g := range o.groups {
		counts := t.counts[int(to[g])*t.width:][:t.width]
		for id, times := range o.of(g) {
			counts[ids[id]] += times
		}
	}
	return true
}

// of returns the counts of a group, by number. If Merge has refused there are numbers known that no group has.
func (t *Tally) of(group int) []uint32 {
	return t.counts[group*t.width:][:min(t.width, len(t.known.numbers))]
}

// Drain calls each for every group that has numbers, with those it has and how often, and counts from 0 again. The numbers of a group
// differ, but for 0 and -0; they are valid until each returns.
func (t *Tally) Drain(each func(group int, numbers []float64, times []uint64)) {
	t.rows = 0
	var numbers []float64
	var many []uint64
	for group := range t.groups {
		numbers, many = numbers[:0], many[:0]
		for id, times := range t.of(group) {
			if times > 0 {
				numbers, many = append(numbers, t.known.numbers[id]), append(many, uint64(times))
			}
		}
		if len(numbers) > 0 {
			each(group, numbers, many)
		}
	}
	clear(t.counts)
}

// Bytes returns about how much memory t holds.
func (t *Tally) Bytes() int64 {
	return int64(cap(t.counts)+cap(t.known.slots)+cap(t.ids))*4 + int64(cap(t.known.numbers))*8
}

// numberIDs number numbers from 0 on, by their bits.
type numberIDs struct {
	numbers []float64 // by id
	slots   []uint32  // open addressing: ids, plus 1, 0 in a free place; a power of two, at most a quarter of them in use
	shift   uint8     // 64 less the bits of a place in slots
}

// ids returns the numbers of some numbers, in room if there is enough. It looks for all in the place where most are, one behind the other
// without waiting, and then for those that are elsewhere.
func (x *numberIDs) ids(room []uint32, all []float64) []uint32 {
	ids := slices.Grow(room[:0], len(all))[:len(all)]
	if x.slots == nil {
		x.grow()
	}
	for i, v := range all {
		ids[i] = x.slots[x.place(math.Float64bits(v))]
	}
	for i, v := range all {
		if id := ids[i]; id > 0 && math.Float64bits(x.numbers[id-1]) == math.Float64bits(v) {
			ids[i] = id - 1
		} else {
			ids[i] = x.id(v)
		}
	}
	return ids
}

// id returns the number of v, a new one if it has none.
func (x *numberIDs) id(v float64) uint32 {
	if 4*len(x.numbers) >= len(x.slots) {
		x.grow()
	}
	s := x.slot(math.Float64bits(v))
	if *s == 0 {
		x.numbers = append(x.numbers, v)
		*s = uint32(len(x.numbers))
	}
	return *s - 1
}

// grow makes room for four times as many numbers.
func (x *numberIDs) grow() {
	x.slots = make([]uint32, max(64, 4*len(x.slots)))
	x.shift = uint8(bits.LeadingZeros64(uint64(len(x.slots) - 1)))
	for i, old := range x.numbers {
		*x.slot(math.Float64bits(old)) = uint32(i) + 1
	}
}

// place returns where some bits are looked for first.
func (x *numberIDs) place(b uint64) int {
	return int((b^b>>32)*0x9e3779b97f4a7c15>>(x.shift&63)) & (len(x.slots) - 1)
}

// slot returns the place of some bits, or the one that they would get.
func (x *numberIDs) slot(b uint64) *uint32 {
	for i := x.place(b); ; i++ {
		if s := &x.slots[i&(len(x.slots)-1)]; *s == 0 || math.Float64bits(x.numbers[*s-1]) == b {
			return s
		}
	}
}
