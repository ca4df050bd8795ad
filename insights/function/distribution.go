package function

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// maxExact is up to how many distinct numbers a group's distribution is exact, 512 KiB of memory.
const maxExact = 1 << 14

// A distribution counts how often each number occurs. With more than maxExact distinct numbers it
// keeps only their first 9 bits after the leading one, which leaves each within 2^-10 (0.1 %) of what
// it was. Which of the two it is depends on the numbers alone, not on their order. Numbers are held as floats.
type distribution struct {
	slots  []bin // open addressing
	shift  uint8 // 64 less the bits of a place in slots
	coarse bool
	used   int
	total  uint64  // numbers counted
	lo, hi float64 // the smallest and the largest number, kept when coarse
}

// A bin is a number's bits and how often it occurs; n is 0 in a free place.
type bin struct{ key, n uint64 }

// coarseBits are the bits of a float that a coarse distribution drops: 43 of the 52 after the leading one.
const coarseBits = 43

// add counts v n times and returns by how many bytes the distribution grew.
func (d *distribution) add(v float64, n uint64) (grew int64) {
	d.total += n
	if !d.coarse {
		grew, ok := d.count(math.Float64bits(v+0), n, maxExact) // + 0 makes 0 of -0
		if ok {
			return grew
		}
		return grew + d.coarsen() + d.addCoarse(v, n)
	}
	return d.addCoarse(v, n)
}

func (d *distribution) addCoarse(v float64, n uint64) (grew int64) {
	d.lo, d.hi = min(d.lo, v), max(d.hi, v)
	grew, _ = d.count(math.Float64bits(v+0)>>coarseBits<<coarseBits, n, math.MaxInt)
	return grew
}

// count counts a key. ok is false if it would be one distinct key more than limit.
func (d *distribution) count(key, n uint64, limit int) (grew int64, ok bool) {
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
func (d *distribution) resize(size int) int64 {
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

// coarsen drops the bits that tell near numbers apart.
func (d *distribution) coarsen() int64 {
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

// merge adds all numbers of o.
func (d *distribution) merge(o *distribution) (grew int64) {
	if o.coarse && !d.coarse {
		grew = d.coarsen()
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

// values returns the numbers in ascending order, each with how often it occurs. A coarse number
// stands for the middle of those that look like it.
func (d *distribution) values() []counted {
	out := make([]counted, 0, d.used)
	for _, b := range d.slots {
		if b.n == 0 {
			continue
		}
		v := math.Float64frombits(b.key)
		if d.coarse && v != 0 {
			v = math.Float64frombits(b.key | 1<<(coarseBits-1))
			v = max(d.lo, min(v, d.hi))
		}
		out = append(out, counted{v, b.n})
	}
	slices.SortFunc(out, func(a, b counted) int { return cmp.Compare(a.v, b.v) })
	return out
}

// A counted number occurs n times.
type counted struct {
	v float64
	n uint64
}

// percentile returns the number below or at which p percent of the numbers lie, by nearest rank
// ([R] §8): the smallest number whose rank is at least p/100 of how many there are.
func (d *distribution) percentile(p float64) float64 {
	rank := p * float64(d.total) / 100
	if whole := math.Round(rank); math.Abs(rank-whole) < 1e-9*whole {
		rank = whole // 99.9 is no exact float, but the rank it means may be whole
	}
	left := uint64(max(1, math.Ceil(rank)))
	values := d.values()
	for _, c := range values {
		if c.n >= left {
			return c.v
		}
		left -= c.n
	}
	return values[len(values)-1].v
}
