package jsonscan

import (
	"math"
	"strconv"
	"unsafe"
)

// maxZeros is how many zeros AppendNumber writes to get rid of an exponent. Every float64 needs
// fewer (5e-324 has 323); a number beyond it, such as 1e999999999, keeps the text it has.
const maxZeros = 400

// isNumber marks the bytes that numbers are made of.
var isNumber = [256]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'+': true, '-': true, '.': true, 'e': true, 'E': true,
}

// SkipNumber returns the first position at or after i whose byte cannot belong to a number.
func SkipNumber(b []byte, i int) int {
	for i < len(b) && isNumber[b[i]] {
		i++
	}
	return i
}

// checkNumber returns the end of the number at b[i] by the grammar of RFC 8259.
func checkNumber(b []byte, i int) (end int, ok bool) {
	if i < len(b) && b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if i, ok = digits(b, i); !ok {
		return i, false
	}
	if i < len(b) && b[i] == '.' {
		if i, ok = digits(b, i+1); !ok {
			return i, false
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i, ok = digits(b, i); !ok {
			return i, false
		}
	}
	return i, true
}

// digits passes one or more digits.
func digits(b []byte, i int) (end int, ok bool) {
	start := i
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i, i > start
}

func isDigit(c byte) bool { return c-'0' < 10 }

// A decimal is a number taken apart: its digits are whole followed by frac, and the decimal point
// stands after the first point of them. Leading and trailing zeros are cut off; zero has no digits.
type decimal struct {
	negative    bool
	whole, frac []byte
	point       int
}

// parseDecimal takes the number raw apart; ok is false if it is not one by RFC 8259. Exponents
// beyond ±1e9 are taken as that.
func parseDecimal(raw []byte) (d decimal, ok bool) {
	end, ok := checkNumber(raw, 0)
	if !ok || end != len(raw) {
		return d, false
	}
	if raw[0] == '-' {
		d.negative, raw = true, raw[1:]
	}
	i, _ := digits(raw, 0)
	d.whole, raw = raw[:i], raw[i:]
	d.point = i
	if len(raw) > 0 && raw[0] == '.' {
		i, _ = digits(raw, 1)
		d.frac, raw = raw[1:i], raw[i:]
	}
	if len(raw) > 0 {
		d.point += exponent(raw[1:])
	}
	d.trim()
	return d, true
}

// exponent returns the number in s, an optional sign and digits, cut off at ±1e9.
func exponent(s []byte) int {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	n := 0
	for _, c := range s {
		if isDigit(c) {
			n = min(n*10+int(c-'0'), 1e9)
		}
	}
	return sign * n
}

// trim cuts zeros off both ends.
func (d *decimal) trim() {
	for len(d.frac) > 0 && d.frac[len(d.frac)-1] == '0' {
		d.frac = d.frac[:len(d.frac)-1]
	}
	if len(d.frac) == 0 {
		for len(d.whole) > 0 && d.whole[len(d.whole)-1] == '0' {
			d.whole = d.whole[:len(d.whole)-1]
		}
	}
	for len(d.whole) > 0 && d.whole[0] == '0' {
		d.whole = d.whole[1:]
		d.point--
	}
	if len(d.whole) == 0 {
		for len(d.frac) > 0 && d.frac[0] == '0' {
			d.frac = d.frac[1:]
			d.point--
		}
	}
}

func (d *decimal) len() int { return len(d.whole) + len(d.frac) }

// AppendNumber appends the plain decimal text of the number raw: every digit is kept, there is no
// exponent, no zero at the end of a fraction, no sign before zero. 1e3 gives 1000, 2.0 gives 2, 1.50
// gives 1.5. A number whose exponent would take more than 400 zeros is appended as it is, and so is
// text that is no number.
func AppendNumber(dst, raw []byte) []byte {
	d, ok := parseDecimal(raw)
	switch {
	case !ok:
		return append(dst, raw...)
	case d.len() == 0:
		return append(dst, '0')
	case -d.point > maxZeros || d.point-d.len() > maxZeros:
		return append(dst, raw...)
	}
	if d.negative {
		dst = append(dst, '-')
	}
	if d.point <= 0 {
		dst = appendZeros(append(dst, '0', '.'), -d.point)
		return append(append(dst, d.whole...), d.frac...)
	}
	if zeros := d.point - d.len(); zeros >= 0 {
		return appendZeros(append(append(dst, d.whole...), d.frac...), zeros)
	}
	return d.appendSplit(dst)
}

// appendSplit appends the digits with the point somewhere between them.
func (d *decimal) appendSplit(dst []byte) []byte {
	if d.point < len(d.whole) {
		dst = append(append(dst, d.whole[:d.point]...), '.')
		return append(append(dst, d.whole[d.point:]...), d.frac...)
	}
	split := d.point - len(d.whole)
	dst = append(append(append(dst, d.whole...), d.frac[:split]...), '.')
	return append(dst, d.frac[split:]...)
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

// ParseInt returns the number raw if it is whole and fits 64 bits, however it is written: 1e3 and
// 2.0 are whole.
func ParseInt(raw []byte) (int64, bool) {
	if m, scale, ok := short(raw); ok {
		if scale == 0 {
			return m, true
		}
		if m%pow10[scale] != 0 {
			return 0, false
		}
		return m / pow10[scale], true
	}
	d, ok := parseDecimal(raw)
	if !ok || d.point < d.len() || d.point > 19 {
		return 0, ok && d.len() == 0
	}
	var n uint64
	for i := range d.point {
		n = n*10 + uint64(d.digit(i)) // at most 19 digits: below 1e19, which fits
	}
	switch {
	case !d.negative && n <= math.MaxInt64:
		return int64(n), true
	case d.negative && n <= math.MaxInt64+1:
		return -int64(n), true
	}
	return 0, false
}

// digit returns digit i, 0 past the last one.
func (d *decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i] - '0'
	case i < d.len():
		return d.frac[i-len(d.whole)] - '0'
	}
	return 0
}

// pow10 holds the powers of ten that short can scale by.
var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// short reads a number of at most 15 digits without an exponent: it is mantissa / 10^scale. Such a
// number survives float64 with all its digits, and the division of both parts as floats is the
// nearest float64. ok is false for all other text, numbers included.
func short(raw []byte) (mantissa int64, scale int, ok bool) {
	s := raw
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 16 || s[0] == '0' && len(s) > 1 && s[1] != '.' {
		return 0, 0, false
	}
	point := -1
	for i, c := range s {
		switch {
		case isDigit(c):
			mantissa = mantissa*10 + int64(c-'0')
		case c == '.' && point < 0 && i > 0:
			point = i
		default:
			return 0, 0, false
		}
	}
	switch {
	case point == len(s)-1, point < 0 && len(s) > 15:
		return 0, 0, false
	case point >= 0:
		scale = len(s) - 1 - point
	}
	if len(s) != len(raw) {
		mantissa = -mantissa
	}
	return mantissa, scale, true
}

// Small reads the most common numbers, those of at most 15 digits without an exponent: as n if the
// number is whole, else as f, which then has all its digits. ok is false for other text, numbers
// included.
func Small(raw []byte) (n int64, f float64, whole, ok bool) {
	n, scale, ok := short(raw)
	switch {
	case !ok:
		return 0, 0, false, false
	case scale == 0:
		return n, 0, true, true
	case n%pow10[scale] == 0:
		return n / pow10[scale], 0, true, true
	}
	return 0, float64(n) / float64(pow10[scale]), false, true
}

// ParseFloat returns the float64 nearest to the number raw. ok is false if raw is no number or
// larger than every float64. Digits may be
// lost; a number that Small reads loses none.
func ParseFloat(raw []byte) (f float64, ok bool) {
	if m, scale, ok := short(raw); ok {
		return float64(m) / float64(pow10[scale]), true
	}
	if end, ok := checkNumber(raw, 0); !ok || end != len(raw) {
		return 0, false
	}
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(raw), len(raw)), 64)
	return f, err == nil
}
