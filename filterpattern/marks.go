package filterpattern

import (
	"bytes"
	"encoding/binary"
)

// marksFrom returns the marks of the quotes from b[i] on, b[i] being one. They begin at b[base].
func (w *walker) marksFrom(i int) (base int, marks uint64) {
	if off := uint(i - w.base); w.marks>>off&1 != 0 { // else they ended before b[i], or the walk went back
		return w.base, w.marks >> off << off
	}
	return w.moreMarks(i - 64)
}

// closingMark returns the marks after the first of marks and of what follows them, at least one. If
// there is none, base is the end of the event.
func (w *walker) closingMark(base int, marks uint64) (int, uint64) {
	if marks == 0 {
		base, marks = w.moreMarks(base)
	}
	if marks &= marks - 1; marks == 0 {
		return w.moreMarks(base)
	}
	return base, marks
}

// moreMarks marks the quotes of the next 64 bytes that have any, those before beginning at base. If
// there are none, base becomes the end of the event.
func (w *walker) moreMarks(base int) (int, uint64) {
	if base += 64; len(w.b)-base >= 64 {
		if m := quotes64((*[64]byte)(w.b[base:])); m != 0 {
			return base, m
		}
		j := bytes.IndexByte(w.b[base+64:], '"') // as fast as can be in a long text
		if j < 0 {
			return len(w.b), 0
		}
		base += 64 + j
	}
	switch n := len(w.b) - base; {
	case n >= 64:
		return base, quotes64((*[64]byte)(w.b[base:]))
	case n <= 0:
		return len(w.b), 0
	case base >= 64:
		return base, quotes64((*[64]byte)(w.b[len(w.b)-64:])) >> uint(64-n)
	}
	var last [64]byte
	copy(last[:], w.b[base:])
	return base, quotes64(&last)
}

// quotes64 marks the bytes of b that are quotes, one bit each.
func quotes64(b *[64]byte) uint64 {
	le := binary.LittleEndian
	return quotes8(le.Uint64(b[:]))>>56 | quotes8(le.Uint64(b[8:]))>>56<<8 |
		quotes8(le.Uint64(b[16:]))>>56<<16 | quotes8(le.Uint64(b[24:]))>>56<<24 |
		quotes8(le.Uint64(b[32:]))>>56<<32 | quotes8(le.Uint64(b[40:]))>>56<<40 |
		quotes8(le.Uint64(b[48:]))>>56<<48 | quotes8(le.Uint64(b[56:]))>>56<<56
}

// quotes8 marks the bytes of w that are quotes in the highest eight bits. The others have no meaning.
func quotes8(w uint64) uint64 {
	w ^= ones * '"'
	w = ^((w&^highs + ^uint64(highs)) | w) & highs // exactly the bytes that are zero
	return w * 0x0002040810204081
}
