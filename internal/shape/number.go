package shape

import (
	"math"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// maxFixed is how many digits after the point Fixed has at most.
const maxFixed = 9

// maxExact is up to where whole numbers and floats are the same, and shown in the same digits.
const maxExact = 1 << 53

// pow10 are the powers of ten that numbers are scaled by; as floats all are exact.
var pow10 = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// A number is one taken from a message: n/10^scale, or f if it is not so simple.
type number struct {
	n     int64
	f     float64
	scale int
	float bool
}

// value returns the number as a float.
func (x *number) value() float64 {
	if x.float {
		return x.f
	}
	return float64(x.n) / float64(pow10[x.scale])
}

// isNumber marks the bytes that numbers are made of.
var isNumber = [256]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'+': true, '-': true, '.': true, 'e': true, 'E': true,
}

// takeSimple reads a number at b[i] that is written plainly: at most 18 digits or 15 with a point, no exponent, no zero too
// many in front, not -0. It may have zeros at the end of its fraction. ok is false for all others.
func takeSimple(b []byte, i int) (n int64, scale, end int, ok bool) {
	start := i
	negative := i < len(b) && b[i] == '-'
	if negative {
		i++
	}
	first := i
	for i < len(b) && b[i]-'0' < 10 {
		n = n*10 + int64(b[i]-'0')
		i++
	}
	digits := i - first
	if digits == 0 || digits > 18 || b[first] == '0' && digits > 1 {
		return 0, 0, start, false
	}
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b) && b[i]-'0' < 10; i++ {
			n = n*10 + int64(b[i]-'0')
			if i-first > 18 {
				return 0, 0, start, false
			}
		}
		scale = i - point - 1
		if scale == 0 || digits+scale > 15 {
			return 0, 0, start, false
		}
	}
	if i < len(b) && isNumber[b[i]] {
		return 0, 0, start, false
	}
	if negative {
		if n == 0 {
			return 0, 0, start, false
		}
		n = -n
	}
	return n, scale, i, true
}

// takeShort reads a number at b[i] of the style Short.
func takeShort(b []byte, i int) (x number, end int, ok bool) {
	n, scale, end, ok := takeSimple(b, i)
	if ok {
		if scale > 0 && (n%10 == 0 || scale > 6 && n < pow10[scale-6] && n > -pow10[scale-6]) {
			return x, i, false
		}
		return number{n: n, scale: scale}, end, true
	}
	return takeLong(b, i)
}

// takeLong is takeShort for numbers that are not simple.
func takeLong(b []byte, i int) (x number, end int, ok bool) {
	end = jsonscan.SkipNumber(b, i)
	raw := b[i:end]
	if len(raw) == 0 || len(raw) > 32 {
		return x, i, false
	}
	if n, err := strconv.ParseInt(view(raw), 10, 64); err == nil {
		var room [20]byte
		return number{n: n}, end, string(strconv.AppendInt(room[:0], n, 10)) == string(raw)
	}
	f, err := strconv.ParseFloat(view(raw), 64)
	if err != nil || f == 0 || f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return x, i, false
	}
	var room [40]byte
	return number{f: f, float: true}, end, string(appendLong(room[:0], f)) == string(raw)
}

// takeFixed reads a number at b[i] with so many digits after the point.
func takeFixed(b []byte, i, digits int) (x number, end int, ok bool) {
	n, scale, end, ok := takeSimple(b, i)
	if !ok || scale != digits {
		return x, i, false
	}
	for scale > 0 && n%10 == 0 {
		n /= 10
		scale--
	}
	return number{n: n, scale: scale}, end, true
}

// appendShort appends f in the style Short.
func appendShort(dst []byte, f float64) []byte {
	if n := int64(f); float64(n) == f && n > -maxExact && n < maxExact {
		return appendInt(dst, n)
	}
	// Few digits after the point are most common. A number that has at most 15 digits in all is the nearest float to no
	// other such number, so its digits are the fewest.
	if m := math.Round(f * 1e3); math.Abs(m) < 1e15 && m/1e3 == f {
		return appendScaled(dst, int64(m), 3, true)
	}
	if m := math.Round(f * 1e6); math.Abs(m) < 1e15 && m/1e6 == f {
		return appendScaled(dst, int64(m), 6, true)
	}
	return appendLong(dst, f)
}

// appendLong is appendShort for any number.
func appendLong(dst []byte, f float64) []byte {
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' { // e-09 is written e-9
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// appendFixed appends f with so many digits after the point. f has no more, and at most 15 in all.
func appendFixed(dst []byte, f float64, digits int) []byte {
	m := math.Round(f * float64(pow10[digits]))
	if !(math.Abs(m) < 1e15) {
		return strconv.AppendFloat(dst, f, 'f', digits, 64)
	}
	return appendScaled(dst, int64(m), digits, false)
}

// appendScaled appends n/10^scale, with trim without zeros at the end of the fraction, nor a point before nothing.
func appendScaled(dst []byte, n int64, scale int, trim bool) []byte {
	if n < 0 {
		dst = append(dst, '-')
		n = -n
	}
	whole, frac := n/pow10[scale], n%pow10[scale]
	dst = appendInt(dst, whole)
	if trim {
		for scale > 0 && frac%10 == 0 {
			frac /= 10
			scale--
		}
	}
	if scale == 0 {
		return dst
	}
	var room [16]byte
	room[0] = '.'
	for i := scale; i > 0; i-- {
		room[i] = byte('0' + frac%10)
		frac /= 10
	}
	return append(dst, room[:scale+1]...)
}

// appendInt appends n in digits.
func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }
