package filterpattern

import (
	"bytes"
	"cmp"
)

// A number is a decimal text taken apart. Numbers compare exactly, whatever their length: going
// through floating point would make neighbouring 64-bit identifiers equal.
type number struct {
	neg      bool
	whole    []byte // digits before the point, at least one
	fraction []byte // digits after the point
	exp      int    // power of ten, held within ±maxExponent
}

// maxExponent bounds the exponents of numbers; larger ones count as this one. It is far beyond any
// length a number can have, so that only numbers that nobody writes are affected.
const maxExponent = 1 << 27 // ten times it fits 32 bits

// parseNumber takes text apart: [+-] digits [. digits] [e [+-] digits]. It reports false if text is
// anything else. The number refers to text.
func parseNumber(text []byte) (n number, ok bool) {
	i := 0
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		n.neg = text[0] == '-'
		i = 1
	}
	n.whole = digits(text[i:])
	if len(n.whole) == 0 {
		return n, false
	}
	i += len(n.whole)
	if i < len(text) && text[i] == '.' {
		n.fraction = digits(text[i+1:])
		if len(n.fraction) == 0 {
			return n, false
		}
		i += 1 + len(n.fraction)
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		n.exp, ok = parseExponent(text[i+1:])
		return n, ok
	}
	return n, i == len(text)
}

// digits returns the digits at the start of b.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return b[:n]
}

// parseExponent reads what stands after the e.
func parseExponent(text []byte) (exp int, ok bool) {
	neg := len(text) > 0 && text[0] == '-'
	if neg || len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	if len(text) == 0 || len(digits(text)) < len(text) {
		return 0, false
	}
	for _, c := range text {
		exp = min(exp*10+int(c-'0'), maxExponent)
	}
	if neg {
		return -exp, true
	}
	return exp, true
}

// compare returns -1, 0 or 1 as n is less than, equal to or greater than m.
func (n *number) compare(m *number) int {
	nSign, mSign := n.sign(), m.sign()
	if nSign != mSign || nSign == 0 {
		return cmp.Compare(nSign, mSign)
	}
	if n.exp == 0 && m.exp == 0 && len(n.fraction)+len(m.fraction) == 0 {
		return nSign * compareWhole(n.whole, m.whole)
	}
	return nSign * n.compareMagnitude(m)
}

// sign returns -1, 0 or 1.
func (n *number) sign() int {
	switch {
	case len(trimZeros(n.whole))+len(trimZeros(n.fraction)) == 0:
		return 0
	case n.neg:
		return -1
	}
	return 1
}

// trimZeros drops the zeros at the start.
func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[0] == '0' {
		b = b[1:]
	}
	return b
}

// compareWhole compares two runs of digits as whole numbers.
func compareWhole(a, b []byte) int {
	a, b = trimZeros(a), trimZeros(b)
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return bytes.Compare(a, b)
}

// compareMagnitude compares |n| and |m|, neither of them zero: by the place of the first digit
// that is not zero, then digit by digit.
func (n *number) compareMagnitude(m *number) int {
	nFirst, mFirst := n.first(), m.first()
	if c := cmp.Compare(len(n.whole)-nFirst+n.exp, len(m.whole)-mFirst+m.exp); c != 0 {
		return c
	}
	nLen, mLen := len(n.whole)+len(n.fraction)-nFirst, len(m.whole)+len(m.fraction)-mFirst
	for i := range max(nLen, mLen) {
		if c := cmp.Compare(n.digit(nFirst+i), m.digit(mFirst+i)); c != 0 {
			return c
		}
	}
	return 0
}

// first returns the index of the first digit that is not zero. The number must not be zero.
func (n *number) first() int {
	i := 0
	for n.digit(i) == '0' {
		i++
	}
	return i
}

// digit returns the i-th digit of whole and fraction together, '0' after the last.
func (n *number) digit(i int) byte {
	switch {
	case i < len(n.whole):
		return n.whole[i]
	case i < len(n.whole)+len(n.fraction):
		return n.fraction[i-len(n.whole)]
	}
	return '0'
}
