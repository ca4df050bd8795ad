package filterpattern

import (
	"cmp"
	"math"
	"math/bits"
)

// maxShort is how many bytes a short number has at most, so that its digits are less than 10^18.
const maxShort = 18

// A short is a number as most values are: few digits and no exponent. It is digits / 10^scale,
// exactly, and compares in a few steps where a number goes digit by digit.
type short struct {
	digits int64
	scale  int // 0 to maxShort-2
}

// powers are those of ten that a short can be scaled by.
var powers = func() (p [maxShort]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// parseShort reads [-] digits [. digits]. It reports false if text is anything else, numbers of
// other forms included.
func parseShort(text []byte) (s short, ok bool) {
	n := text
	if len(n) > 0 && n[0] == '-' {
		n = n[1:]
	}
	if len(n) == 0 || len(text) > maxShort || !isDigit(n[len(n)-1]) {
		return s, false
	}
	point := len(n) - 1
	for i, c := range n {
		switch {
		case isDigit(c):
			s.digits = s.digits*10 + int64(c-'0')
		case c == '.' && i > 0 && point == len(n)-1:
			point = i
		default:
			return s, false
		}
	}
	s.scale = len(n) - 1 - point
	if len(n) < len(text) {
		s.digits = -s.digits
	}
	return s, true
}

// compare returns -1, 0 or 1 as s is less than, equal to or greater than t.
func (s short) compare(t short) int {
	switch {
	case s.scale < t.scale:
		return cmp.Compare(s.scaled(t.scale-s.scale), t.digits)
	case s.scale > t.scale:
		return cmp.Compare(s.digits, t.scaled(s.scale-t.scale))
	}
	return cmp.Compare(s.digits, t.digits)
}

// scaled returns digits times 10^by. A product that does not fit is cut off at the limits of an
// int64, which are beyond the digits of any short.
func (s short) scaled(by int) int64 {
	magnitude := uint64(max(s.digits, -s.digits))
	high, low := bits.Mul64(magnitude, powers[by])
	if high != 0 || low > math.MaxInt64 {
		low = math.MaxInt64
	}
	if s.digits < 0 {
		return -int64(low)
	}
	return int64(low)
}
