// Package number writes numbers as JSON has them, faster than strconv where they are short.
// It leaves everything around them to package eventlog.
package number

import (
	"math"
	"strconv"
	"time"
)

const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// AppendInt appends v with its sign.
func AppendInt(b []byte, v int64) []byte {
	if v < 0 {
		return AppendUint(append(b, '-'), -uint64(v))
	}
	return AppendUint(b, uint64(v))
}

// AppendUint appends v. Short numbers, which most are, are written where they belong, two digits at a time.
func AppendUint(b []byte, v uint64) []byte {
	at := len(b)
	n := decimals(v)
	if n > 8 || cap(b)-at < n {
		return strconv.AppendUint(b, v, 10)
	}
	d, w := b[at:at+n], uint32(v)
	for ; n >= 2; n -= 2 {
		low := w % 100 * 2
		w /= 100
		d[n-1], d[n-2] = digitPairs[low+1], digitPairs[low]
	}
	if n == 1 {
		d[0] = '0' + byte(w)
	}
	return b[:at+len(d)]
}

// decimals returns how many digits v has, 9 for all that have more than 8.
func decimals(v uint64) int {
	switch {
	case v < 10:
		return 1
	case v < 100:
		return 2
	case v < 1000:
		return 3
	case v < 1e4:
		return 4
	case v < 1e5:
		return 5
	case v < 1e6:
		return 6
	case v < 1e7:
		return 7
	case v < 1e8:
		return 8
	}
	return 9
}

// PutMicros writes v, which is below a million, with six digits.
func PutMicros(b *[6]byte, v uint32) {
	high, mid, low := v/10000*2, v/100%100*2, v%100*2
	b[0], b[1] = digitPairs[high], digitPairs[high+1]
	b[2], b[3] = digitPairs[mid], digitPairs[mid+1]
	b[4], b[5] = digitPairs[low], digitPairs[low+1]
}

// AppendMicros appends v, which is below a million, with six digits.
func AppendMicros(b []byte, v uint32) []byte {
	var digits [6]byte
	PutMicros(&digits, v)
	return append(b, digits[:]...)
}

// appendMillionths appends v/1,000,000 with as few decimals as it has.
func appendMillionths(b []byte, v uint64) []byte {
	whole := v / 1e6
	part := uint32(v - whole*1e6)
	b = AppendUint(b, whole)
	if part == 0 {
		return b
	}
	var digits [6]byte
	PutMicros(&digits, part)
	n := len(digits)
	for digits[n-1] == '0' {
		n--
	}
	return append(append(b, '.'), digits[:n]...)
}

// AppendFloat appends the shortest number that reads back as f, in the form encoding/json has; what JSON has no
// number for becomes "NaN", "+Inf" or "-Inf".
//
// Short decimals take a short way: if a whole number v below 10^15 divided by 10^6 is f, then v has at most 15 digits, and
// two different decimals of at most 15 digits are never the same float64: v without its last zeros is the shortest.
func AppendFloat(b []byte, f float64) []byte {
	if a := math.Abs(f); a >= 1e-6 && a < 1e9 {
		v := uint64(a*1e6 + 0.5)
		if float64(v)/1e6 == a {
			if f < 0 {
				b = append(b, '-')
			}
			return appendMillionths(b, v)
		}
	}
	if f != f || math.IsInf(f, 0) {
		b = strconv.AppendFloat(append(b, '"'), f, 'g', -1, 64)
		return append(b, '"')
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return appendExponent(b, f)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// appendExponent appends f as encoding/json does: 1e-9, not 1e-09.
func appendExponent(b []byte, f float64) []byte {
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// AppendDuration appends d as a number of milliseconds, to the nanosecond.
func AppendDuration(b []byte, d time.Duration) []byte {
	if d < 0 {
		return appendMillionths(append(b, '-'), -uint64(d))
	}
	return appendMillionths(b, uint64(d))
}
