package eventlog

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

// appendPair appends v, which is below 100, with two digits.
func appendPair(b []byte, v uint32) []byte {
	return append(b, digitPairs[v*2], digitPairs[v*2+1])
}

// appendMicros appends v, which is below a million, with six digits.
func appendMicros(b []byte, v uint32) []byte {
	return appendPair(appendPair(appendPair(b, v/10000), v/100%100), v%100)
}

// appendMillionths appends v/1,000,000 with as few decimals as it has.
func appendMillionths(b []byte, v uint64) []byte {
	b = strconv.AppendUint(b, v/1e6, 10)
	part := uint32(v % 1e6)
	if part == 0 {
		return b
	}
	b = appendMicros(append(b, '.'), part)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// appendFloat appends the shortest number that reads back as f, in the form encoding/json has; what JSON has no
// number for becomes "NaN", "+Inf" or "-Inf".
//
// Short decimals take a short way: if a whole number v below 10^15 divided by 10^6 is f, then v has at most 15 digits, and
// two different decimals of at most 15 digits are never the same float64: v without its last zeros is the shortest.
func appendFloat(b []byte, f float64) []byte {
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

// appendDuration appends d as a number of milliseconds, to the nanosecond.
func appendDuration(b []byte, d time.Duration) []byte {
	if d < 0 {
		return appendMillionths(append(b, '-'), -uint64(d))
	}
	return appendMillionths(b, uint64(d))
}
