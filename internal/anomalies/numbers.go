package anomalies

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Numbers are how many numbers there were of each size. A size is a range whose end is 1.41 times its beginning: coarser than the distributions
// of insights/quantile, as thousands of these are kept in the catalog, and fine enough to tell twice as much from as much.
type numbers struct {
	N     int64   `json:"n"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
	Sizes []int   `json:"s,omitempty"` // ascending
	Times []int64 `json:"c,omitempty"` // how many numbers are of each
}

// sizeZero is the size of 1; that of 0 is 0, and a negative number has its opposite's, negative.
const sizeZero = 3000

var halfOctave = math.Sqrt(0.5)

func sizeOf(v float64) int {
	if v == 0 {
		return 0
	}
	fraction, exponent := math.Frexp(math.Abs(v))
	size := sizeZero + 2*exponent
	if fraction < halfOctave {
		size--
	}
	if v < 0 {
		return -size
	}
	return size
}

// middle returns a number of a size.
func middle(size int) float64 {
	switch {
	case size == 0:
		return 0
	case size < 0:
		return -middle(-size)
	}
	return math.Exp2((float64(size-sizeZero) - 0.5) / 2)
}

// add counts a number n times.
func (d *numbers) add(v float64, n int64) {
	if d.N == 0 || v < d.Min {
		d.Min = v
	}
	if d.N == 0 || v > d.Max {
		d.Max = v
	}
	d.count(sizeOf(v), n)
}

func (d *numbers) count(size int, n int64) {
	d.N += n
	i, ok := slices.BinarySearch(d.Sizes, size)
	if !ok {
		d.Sizes, d.Times = slices.Insert(d.Sizes, i, size), slices.Insert(d.Times, i, 0)
	}
	d.Times[i] += n
}

// merge adds the numbers of o.
func (d *numbers) merge(o *numbers) {
	if o.N == 0 {
		return
	}
	if d.N == 0 {
		d.Min, d.Max = o.Min, o.Max
	}
	d.Min, d.Max = min(d.Min, o.Min), max(d.Max, o.Max)
	for i, size := range o.Sizes {
		d.count(size, o.Times[i])
	}
}

// halve lets each number count half. Those that do no more are forgotten, and with them how far numbers went.
func (d *numbers) halve() {
	old := *d
	*d = numbers{Min: old.Min, Max: old.Max}
	for i, size := range old.Sizes {
		if n := old.Times[i] / 2; n > 0 {
			d.count(size, n)
		}
	}
	if last := len(d.Sizes) - 1; last >= 0 {
		d.Min, d.Max = max(d.Min, middle(d.Sizes[0]-1)), min(d.Max, middle(d.Sizes[last]+1))
	}
}

// quantile returns about the number at or below which a share of the numbers are.
func (d *numbers) quantile(share float64) float64 {
	left := int64(math.Ceil(share * float64(d.N)))
	for i, size := range d.Sizes {
		if left -= d.Times[i]; left <= 0 {
			return min(max(middle(size), d.Min), d.Max)
		}
	}
	return d.Max
}

// numberIn reads what stands for a number in a pattern: a number, one with a unit of bytes, or a duration, in seconds.
func numberIn(text string) (float64, bool) {
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v, !math.IsInf(v, 0) && !math.IsNaN(v)
	}
	if d, err := time.ParseDuration(text); err == nil {
		return d.Seconds(), true
	}
	at := strings.IndexFunc(text, func(r rune) bool { return r != '.' && r != '-' && r != '+' && (r < '0' || r > '9') })
	if at <= 0 {
		return 0, false
	}
	unit := units1024[strings.ToLower(strings.TrimSpace(text[at:]))]
	v, err := strconv.ParseFloat(text[:at], 64)
	return v * unit, err == nil && unit > 0
}

// units1024 are units of bytes, all taken as powers of 1,024: what matters is that one word always means the same.
var units1024 = map[string]float64{
	"b": 1, "k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "mib": 1 << 20,
	"g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30, "tb": 1 << 40, "tib": 1 << 40,
}
