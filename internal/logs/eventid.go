package logs

import (
	"math/bits"

	"github.com/groundwatch/groundwatch/internal/table"
)

// An eventNumber is a number of 192 bits that tells one event, or a place between events: 48 bits of time in milliseconds, 64
// of sequence, 80 that are free. AWS's event ids and tokens are such numbers too, with the time in the same bits: divided by
// 2^144 they give the event's milliseconds. In decimal they have 56 digits for all times from 1985 to 2111.
type eventNumber [3]uint64 // the highest word first

const (
	numberDigits    = 56
	maxNumberDigits = 58 // digits of 2^192
	// maxNumberTime is the greatest time in a number, in the year 10889.
	maxNumberTime = 1<<48 - 1
	markBytes     = 10 // of the free bits
)

// newEventNumber returns the number of an event. A time beyond what fits counts as the nearest that does.
func newEventNumber(time int64, seq table.Sequence, mark [markBytes]byte) eventNumber {
	t, q := uint64(numberTime(time)), uint64(seq)
	n := eventNumber{t<<16 | q>>48, q << 16, 0}
	n[1] |= uint64(mark[0])<<8 | uint64(mark[1])
	for _, b := range mark[2:] {
		n[2] = n[2]<<8 | uint64(b)
	}
	return n
}

// numberTime returns the time that a number has for a time.
func numberTime(time int64) int64 { return min(max(time, 0), maxNumberTime) }

// time returns the milliseconds.
func (n eventNumber) time() int64 { return int64(n[0] >> 16) }

func (n eventNumber) sequence() table.Sequence { return table.Sequence(n[0]<<48 | n[1]>>16) }

// mark returns the free bits.
func (n eventNumber) mark() (m [markBytes]byte) {
	m[0], m[1] = byte(n[1]>>8), byte(n[1])
	for i := range m[2:] {
		m[2+i] = byte(n[2] >> (56 - 8*i))
	}
	return m
}

// groupDigits is how many digits are split off at a time: as many as fit in 64 bits, so that one division does for each word.
const (
	groupDigits = 18
	groupValue  = 1e18
	groupCount  = 4 // 72 digits; there are 58 at most
)

// append appends the number in decimal with leading zeros to at least numberDigits, so that the order of the texts is the order
// of the numbers.
func (n eventNumber) append(b []byte) []byte {
	var text [groupCount * groupDigits]byte
	for end := len(text); end > 0; end -= groupDigits {
		var r uint64
		for w := range n {
			if n[w] != 0 || r != 0 {
				n[w], r = bits.Div64(r, n[w], groupValue)
			}
		}
		for i := end - 1; i >= end-groupDigits; i-- {
			text[i] = '0' + byte(r%10)
			r /= 10
		}
	}
	first := 0
	for first < len(text)-numberDigits && text[first] == '0' {
		first++
	}
	return append(b, text[first:]...)
}

// parseEventNumber reads what append wrote; false for all else.
func parseEventNumber(text string) (n eventNumber, ok bool) {
	if len(text) < numberDigits || len(text) > maxNumberDigits || len(text) > numberDigits && text[0] == '0' {
		return n, false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return n, false
		}
		carry := uint64(c - '0')
		for w := 2; w >= 0; w-- {
			hi, lo := bits.Mul64(n[w], 10)
			lo, c := bits.Add64(lo, carry, 0)
			n[w], carry = lo, hi+c
		}
		if carry != 0 {
			return n, false
		}
	}
	return n, true
}

// appendEventID appends the id of an event as FilterLogEvents shows it: unique in the event table for ever, and sorted like
// time, then sequence.
func appendEventID(b []byte, time int64, seq table.Sequence) []byte {
	return newEventNumber(time, seq, [markBytes]byte{}).append(b)
}
