package function

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/groundwatch/groundwatch/column"
)

// An exactSum adds numbers without rounding, so the sum does not depend on their order. It is a fixed-point
// number of 320 bits with 192 of them after the point, which holds what numbers in logs are;
// values and sums outside that go to far, which holds any float but takes longer.
type exactSum struct {
	words [5]uint64 // two's complement, lowest first
	far   *big.Int  // in units of 2^-1074, the smallest float; nil: nothing yet
}

const (
	fractionBits = 192
	farBits      = 1074
)

// addInt adds v.
func (a *exactSum) addInt(v int64) {
	var carry uint64
	a.words[3], carry = bits.Add64(a.words[3], uint64(v), 0)
	a.words[4] += uint64(v>>63) + carry
	a.check()
}

// addFloat adds v, which must be finite.
func (a *exactSum) addFloat(v float64) {
	b := math.Float64bits(v)
	exp := int(b >> 52 & 0x7ff)
	mant := b&(1<<52-1) | 1<<52
	at := exp - 1075 + fractionBits // the place of mant's lowest bit
	if at < 0 || at > 320-53-2 {
		a.addFar(v)
		return
	}
	a.addBits(at>>6, mant<<(at&63), mant>>(64-at&63), b>>63 != 0)
}

// addBits adds 128 bits that begin at a word, or takes them off.
func (a *exactSum) addBits(word int, lo, hi uint64, negative bool) {
	var c uint64
	if negative {
		a.words[word], c = bits.Sub64(a.words[word], lo, 0)
		if word++; word < len(a.words) {
			a.words[word], c = bits.Sub64(a.words[word], hi, c)
		}
		for word++; c != 0 && word < len(a.words); word++ {
			a.words[word], c = bits.Sub64(a.words[word], 0, c)
		}
	} else {
		a.words[word], c = bits.Add64(a.words[word], lo, 0)
		if word++; word < len(a.words) {
			a.words[word], c = bits.Add64(a.words[word], hi, c)
		}
		for word++; c != 0 && word < len(a.words); word++ {
			a.words[word], c = bits.Add64(a.words[word], 0, c)
		}
	}
	a.check()
}

// check moves the sum to far before it can outgrow its words.
func (a *exactSum) check() {
	if top := int64(a.words[4]) >> 62; top != 0 && top != -1 {
		a.spill()
	}
}

func (a *exactSum) spill() {
	if a.far == nil {
		a.far = new(big.Int)
	}
	a.far.Add(a.far, new(big.Int).Lsh(a.fixed(), farBits-fractionBits))
	a.words = [5]uint64{}
}

// addFar adds a float of any size.
func (a *exactSum) addFar(v float64) {
	if v == 0 {
		return
	}
	mant, shift := farParts(v)
	a.addShifted(mant, shift)
}

// addShifted adds mant times 2^shift, in units of far.
func (a *exactSum) addShifted(mant *big.Int, shift int) {
	if a.far == nil {
		a.far = new(big.Int)
	}
	a.far.Add(a.far, mant.Lsh(mant, uint(shift)))
}

// farParts takes v apart: mant times 2^shift, in units of far.
func farParts(v float64) (mant *big.Int, shift int) {
	b := math.Float64bits(v)
	m := int64(b & (1<<52 - 1))
	if exp := int(b >> 52 & 0x7ff); exp > 0 {
		m |= 1 << 52
		shift = exp - 1
	}
	if v < 0 {
		m = -m
	}
	return big.NewInt(m), shift
}

// addSquare adds v², exactly unless v is below 2^-480.
func (a *exactSum) addSquare(v float64) {
	if math.Abs(v) > 1<<500 {
		mant, shift := farParts(v)
		a.addShifted(mant.Mul(mant, mant), 2*shift-farBits)
		return
	}
	high := v * v
	a.addFloat(high)
	a.addFloat(math.FMA(v, v, -high))
}

// addIntSquare adds v².
func (a *exactSum) addIntSquare(v int64) {
	u := uint64(max(v, -v))
	hi, lo := bits.Mul64(u, u)
	a.addBits(3, lo, hi, false)
}

// add adds another sum.
func (a *exactSum) add(b *exactSum) {
	var c uint64
	for i := range a.words {
		a.words[i], c = bits.Add64(a.words[i], b.words[i], c)
	}
	if b.far != nil {
		if a.far == nil {
			a.far = new(big.Int)
		}
		a.far.Add(a.far, b.far)
	}
	a.check()
}

// whole returns the sum if it is a whole number of 64 bits.
func (a *exactSum) whole() (v int64, ok bool) {
	if a.far != nil {
		sum := a.scaled()
		if sum.Sign() != 0 && sum.TrailingZeroBits() < farBits {
			return 0, false
		}
		sum.Rsh(sum, farBits)
		return sum.Int64(), sum.IsInt64()
	}
	w := &a.words
	v = int64(w[3])
	return v, w[0]|w[1]|w[2] == 0 && int64(w[4]) == v>>63
}

// fixed returns the words as a number, in units of 2^-192.
func (a *exactSum) fixed() *big.Int {
	w, negative := a.words, int64(a.words[4]) < 0
	if negative {
		c := uint64(1)
		for i := range w {
			w[i], c = bits.Add64(^w[i], 0, c)
		}
	}
	var b [40]byte
	for i, word := range w {
		for j := range 8 {
			b[39-8*i-j] = byte(word >> (8 * j))
		}
	}
	out := new(big.Int).SetBytes(b[:])
	if negative {
		out.Neg(out)
	}
	return out
}

// scaled returns the sum in units of 2^-farBits.
func (a *exactSum) scaled() *big.Int {
	out := new(big.Int).Lsh(a.fixed(), farBits-fractionBits)
	if a.far != nil {
		out.Add(out, a.far)
	}
	return out
}

// float returns the float nearest to the sum, infinite if it is out of range.
func (a *exactSum) float() float64 {
	if v, ok := a.whole(); ok {
		return float64(v)
	}
	var f *big.Float
	if a.far == nil {
		f = new(big.Float).SetInt(a.fixed())
		f.SetMantExp(f, -fractionBits)
	} else {
		f = new(big.Float).SetInt(a.scaled())
		f.SetMantExp(f, -farBits)
	}
	v, _ := f.Float64()
	return v
}

// value returns the sum as a value: an Int64 if it is one.
func (a *exactSum) value() column.Value {
	if v, ok := a.whole(); ok {
		return column.IntValue(v)
	}
	return column.FloatValue(a.float())
}

// addTimes adds v, which must be finite, n times.
func (a *exactSum) addTimes(v float64, n uint64) {
	b := math.Float64bits(v)
	mant := b&(1<<52-1) | 1<<52
	at := int(b>>52&0x7ff) - 1075 + fractionBits
	if at < 0 || at > fractionBits {
		mant, shift := farParts(v)
		a.addShifted(mant.Mul(mant, new(big.Int).SetUint64(n)), shift)
		return
	}
	const most = 1<<11 - 1 // times mant is below 2^64
	for n > 0 {
		some := min(n, most)
		n -= some
		a.addBits(at>>6, mant*some<<(at&63), mant*some>>(64-at&63), b>>63 != 0)
	}
}
