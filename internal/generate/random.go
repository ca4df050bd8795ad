package generate

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// A random draws numbers that depend on the seed alone: whole-number arithmetic throughout, so that
// no machine's floating point shows.
type random struct {
	pcg rand.PCG // its sequence is promised to stay as it is
}

func newRandom(seed uint64) *random {
	r := &random{}
	r.pcg.Seed(seed, 0x9e3779b97f4a7c15)
	return r
}

// below returns a number from 0 to n-1.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// permille reports true n times out of a thousand.
func (r *random) permille(n int) bool { return r.below(1000) < n }

// pick returns one of list.
func pick[T any](r *random, list []T) T { return list[r.below(len(list))] }

// exp2 holds 2^(i/256) in 1/65536. Rounded to so few bits, it is the same whatever the machine's
// last digit.
var exp2 = func() (t [256]uint64) {
	for i := range t {
		t[i] = uint64(math.Round(math.Exp2(float64(i)/256) * 65536))
	}
	return t
}()

// logNormal returns a log-normal number around median, as response times are: a third of all are
// outside median×/÷2^(spread/256).
func (r *random) logNormal(median, spread int) int {
	// The sum of eight even numbers below 65,536 is near enough to a normal one
	// with mean 262,140 and standard deviation 53,510.
	sum := 0
	for range 2 {
		v := r.pcg.Uint64()
		sum += int(v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48)
	}
	e := (sum - 262_140) * spread / 53_510 // in 1/256 of a power of two
	n := uint64(median) * exp2[e&255]
	if shift := e >> 8; shift >= 0 {
		n <<= shift
	} else {
		n >>= -shift
	}
	return int(n >> 16)
}

const hexDigits = "0123456789abcdef"

// hex appends n lower-case hexadecimal digits.
func (r *random) hex(dst []byte, n int) []byte {
	for ; n > 0; n -= 16 {
		dst = digits(dst, r.pcg.Uint64(), min(n, 16))
	}
	return dst
}

// uuid appends a random UUID of version 4.
func (r *random) uuid(dst []byte) []byte {
	hi, lo := r.pcg.Uint64(), r.pcg.Uint64()
	hi = hi&^0xf000 | 0x4000 // version 4
	lo = lo&^(3<<62) | 2<<62 // variant 1
	dst = append(digits(dst, hi, 8), '-')
	dst = append(digits(dst, hi<<32, 4), '-')
	dst = append(digits(dst, hi<<48, 4), '-')
	dst = append(digits(dst, lo, 4), '-')
	return digits(dst, lo<<16, 12)
}

// digits appends the n leading hexadecimal digits of v.
func digits(dst []byte, v uint64, n int) []byte {
	for range n {
		dst = append(dst, hexDigits[v>>60])
		v <<= 4
	}
	return dst
}
