// Package quantile counts numbers, so that it can be told where most of them lie. What is a number, and of which rows, others know.
package quantile

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// MaxExact is up to how many distinct numbers a group's distribution is exact, 512 KiB of memory.
const MaxExact = 1 << 14

// A Distribution counts how often each number occurs. With more than MaxExact distinct numbers it
// keeps only their first 9 bits after the leading one, which leaves each within 2^-10 (0.1 %) of what
// it was. Which of the two it is depends on the numbers alone, not on their order. Numbers are held as floats.
type Distribution struct {
	list   []Counted // numbers that came by Fill, while they and those in slots are few enough to be exact
	slots  []bin     // the others, by open addressing
	shift  uint8     // 64 less the bits of a place in slots
	coarse bool
	used   int
	total  uint64  // numbers counted
	lo, hi float64 // the smallest and the largest number, kept when coarse
}

// A bin is a number's bits and how often it occurs; n is 0 in a free place.
type bin struct{ key, n uint64 }

// Total returns how many numbers were counted.
func (d *Distribution) Total() uint64 { return d.total }

// coarseBits are the bits of a float that a coarse distribution drops: 43 of the 52 after the leading one.
const coarseBits = 43

// Add counts v n times and returns by how many bytes the distribution grew.
func (d *Distribution) Add(v float64, n uint64) (grew int64) {
	if d.list != nil {
		grew = d.index()
	}
	return grew + d.add(v, n)
}

func (d *Distribution) add(v float64, n uint64) (grew int64) {
	d.total += n
	if !d.coarse {
		grew, ok := d.count(math.Float64bits(v+0), n, MaxExact) // + 0 makes 0 of -0
		if ok {
			return grew
		}
		return grew + d.coarsen() + d.addCoarse(v, n)
	}
	return d.addCoarse(v, n)
}

func (d *Distribution) addCoarse(v float64, n uint64) (grew int64) {
	d.lo, d.hi = min(d.lo, v), max(d.hi, v)
	grew, _ = d.count(math.Float64bits(v+0)>>coarseBits<<coarseBits, n, math.MaxInt)
	return grew
}

// count counts a key. ok is false if it would be one distinct key more than limit.
func (d *Distribution) count(key, n uint64, limit int) (grew int64, ok bool) {
	if d.used*4 >= len(d.slots)*3 {
		grew = d.resize(max(4, 2*len(d.slots)))
	}
	mask := uint64(len(d.slots) - 1)
	i := (key ^ key>>32) * 0x9e3779b97f4a7c15 >> d.shift
	for ; ; i++ {
		b := &d.slots[i&mask]
		if b.n == 0 {
			if d.used == limit {
				return grew, false
			}
			d.used++
			*b = bin{key, n}
			return grew, true
		}
		if b.key == key {
			b.n += n
			return grew, true
		}
	}
}

// resize makes a table of another size, a power of two, and returns by how many bytes it is larger.
func (d *Distribution) resize(size int) int64 {
	old := d.slots
	d.slots, d.used = make([]bin, size), 0
	d.shift = uint8(64 - bits.TrailingZeros(uint(size)))
	for _, b := range old {
		if b.n > 0 {
			d.count(b.key, b.n, math.MaxInt)
		}
	}
	return int64(size-len(old)) * 16
}

// Fill counts numbers, the first times[0] times and so on, and returns by how many bytes the distribution grew. They differ, but for 0 and
// -0. It is faster than Add if it comes last.
func (d *Distribution) Fill(numbers []float64, times []uint64) (grew int64) {
	if d.coarse || d.list != nil || d.used+len(numbers) > MaxExact {
		for i, v := range numbers {
			grew += d.Add(v, times[i])
		}
		return grew
	}
	d.list = make([]Counted, 0, len(numbers))
	for i, v := range numbers {
		d.total += times[i]
		d.list = append(d.list, Counted{v + 0, times[i]}) // + 0 makes 0 of -0
	}
	return int64(cap(d.list)) * 16
}

// index puts the numbers of the list where they are found again, and returns by how many bytes the distribution grew.
func (d *Distribution) index() (grew int64) {
	list := d.list
	d.list = nil
	size := max(4, len(d.slots))
	for size*3 <= (d.used+len(list))*4 {
		size *= 2
	}
	if size > len(d.slots) {
		grew = d.resize(size)
	}
	for _, c := range list {
		d.total -= c.N
		grew += d.add(c.V, c.N)
	}
	return grew - int64(cap(list))*16
}

// coarsen drops the bits that tell near numbers apart.
func (d *Distribution) coarsen() int64 {
	d.coarse = true
	d.lo, d.hi = math.Inf(1), math.Inf(-1)
	for i := range d.slots {
		if b := &d.slots[i]; b.n > 0 {
			v := math.Float64frombits(b.key)
			d.lo, d.hi = min(d.lo, v), max(d.hi, v)
			b.key = b.key >> coarseBits << coarseBits
		}
	}
	return d.resize(max(4, len(d.slots)))
}

// Merge adds all numbers of o.
func (d *Distribution) Merge(o *Distribution) (grew int64) {
	if d.list != nil && o.total > 0 {
		grew = d.index()
	}
	for _, c := range o.list {
		grew += d.add(c.V, c.N)
	}
	if o.coarse && !d.coarse {
		grew += d.coarsen()
	}
	if o.coarse {
		d.lo, d.hi = min(d.lo, o.lo), max(d.hi, o.hi)
		d.total += o.total
	}
	for _, b := range o.slots {
		switch {
		case b.n == 0:
		case o.coarse:
			more, _ := d.count(b.key, b.n, math.MaxInt)
			grew += more
		default:
			grew += d.add(math.Float64frombits(b.key), b.n)
		}
	}
	return grew
}

// Values returns the numbers in ascending order, each with how often it occurs. A coarse number
// stands for the middle of those that look like it.
func (d *Distribution) Values() []Counted {
	all := slices.Clone(d.values())
	slices.SortFunc(all, byNumber)
	n := 0
	for _, c := range all {
		if n > 0 && all[n-1].V == c.V {
			all[n-1].N += c.N
			continue
		}
		all[n] = c
		n++
	}
	return all[:n]
}

// values returns the numbers in any order, some of them twice. The caller may put them in another order.
func (d *Distribution) values() []Counted {
	if d.used == 0 {
		return d.list
	}
	out := append(make([]Counted, 0, d.used+len(d.list)), d.list...)
	for _, b := range d.slots {
		if b.n == 0 {
			continue
		}
		v := math.Float64frombits(b.key)
		if d.coarse && v != 0 {
			v = math.Float64frombits(b.key | 1<<(coarseBits-1))
			v = max(d.lo, min(v, d.hi))
		}
		out = append(out, Counted{v, b.n})
	}
	return out
}

// A Counted number occurs N times.
type Counted struct {
	V float64
	N uint64
}

// Percentile returns the number below or at which p percent of the numbers lie, by nearest rank
// ([R] §8): the smallest number whose rank is at least p/100 of how many there are.
func (d *Distribution) Percentile(p float64) float64 {
	rank := p * float64(d.total) / 100
	if whole := math.Round(rank); math.Abs(rank-whole) < 1e-9*whole {
		rank = whole // 99.9 is no exact float, but the rank it means may be whole
	}
	left := uint64(max(1, math.Ceil(rank)))
	return selected(d.values(), left)
}

// selected returns the number of a rank among some in any order, which it reorders; the greatest if there are fewer.
func selected(all []Counted, rank uint64) float64 {
	for len(all) > few {
		pivot := max(min(all[0].V, all[len(all)/2].V), min(max(all[0].V, all[len(all)/2].V), all[len(all)-1].V))
		below, equal := 0, 0 // all[:below] are less than the pivot, all[below:equal] are it
		var less, same uint64
		for i, c := range all {
			switch {
			case c.V < pivot:
				all[i], all[equal], all[below] = all[equal], all[below], c
				below, equal, less = below+1, equal+1, less+c.N
			case c.V == pivot:
				all[i], all[equal] = all[equal], c
				equal, same = equal+1, same+c.N
			}
		}
		switch {
		case rank <= less:
			all = all[:below]
		case rank <= less+same || equal == len(all):
			return pivot
		default:
			all, rank = all[equal:], rank-less-same
		}
	}
	slices.SortFunc(all, byNumber)
	for _, c := range all {
		if c.N >= rank {
			return c.V
		}
		rank -= c.N
	}
	return all[len(all)-1].V
}

// few numbers are sorted.
const few = 16

func byNumber(a, b Counted) int { return cmp.Compare(a.V, b.V) }
