package filterpattern

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
)

// common are the bytes of log events from frequent to rare, as counted in JSON events of web
// services and Lambda functions. What is missing here is rarer than all of them.
const common = `"e0tao:i1,sn2rdc35-4lp67u89mf.h gbTvk/_yw{}IxS[]ERZADOqNPLzCj=GM`

// rareFrom is the place in common from which a byte is rare enough to be searched alone: it is
// about one in eighty bytes, so that bytes.IndexByte stops too seldom to matter.
const rareFrom = 26

// ones and highs have one bit in each byte of a word, the lowest and the highest.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// A needle is a text to look for. It is searched by its rarest bytes, which is faster than by its
// first one: the first byte of a term is often as common as a quote.
type needle struct {
	text  string
	first int // where the rarest byte stands
	next  int // where the second rarest stands, first in a text of one byte
	rare  bool
}

// newNeedle prepares the search for text.
func newNeedle(text string) needle {
	n := needle{text: text}
	for i := range len(text) {
		if rarity(text[i]) > rarity(text[n.first]) {
			n.first = i
		}
	}
	for i := range len(text) {
		if i != n.first && (n.next == n.first || rarity(text[i]) > rarity(text[n.next])) {
			n.next = i
		}
	}
	n.rare = len(text) == 1 || text != "" && rarity(text[n.first]) >= rareFrom
	return n
}

// rarity grows with how seldom c occurs in logs.
func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// in reports whether b holds the text.
func (n *needle) in(b []byte) bool { return n.index(b) >= 0 }

// index returns where the text first occurs in b, -1 if it does not.
func (n *needle) index(b []byte) int {
	switch {
	case len(n.text) == 0:
		return 0
	case !n.rare:
		return n.indexPair(b, 0)
	}
	rare := n.text[n.first]
	for i, misses := n.first, 0; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], rare)
		if j < 0 {
			return -1
		}
		i += j
		if start := i - n.first; n.at(b, start) {
			return start
		}
		if misses++; misses > 8+i>>4 {
			return n.indexPair(b, i+1-n.first) // not rare in this event
		}
	}
	return -1
}

// at reports whether the text stands at b[start].
func (n *needle) at(b []byte, start int) bool {
	if len(b)-start < len(n.text) {
		return false
	}
	found := b[start : start+len(n.text)]
	return found[n.next] == n.text[n.next] && string(found) == n.text
}

// indexPair is index from b[from] on. It compares sixteen places at once with the two rarest bytes,
// so that its speed does not depend on how common one of them is.
func (n *needle) indexPair(b []byte, from int) int {
	x, y := ones*uint64(n.text[n.first]), ones*uint64(n.text[n.next])
	for {
		places := len(b) - max(n.first, n.next) - from // where the later of the two can stand
		if places < 16 {
			return n.indexPlain(b, from)
		}
		u, v := b[from+n.first:], b[from+n.next:]
		at, m0, m1 := scanPair(u[:places], v[:places], x, y)
		if m0|m1 != 0 {
			if start := n.candidates(b, from+at, m0, m1); start >= 0 {
				return start
			}
		}
		from += at + 16
	}
}

// scanPair looks for a block of sixteen bytes of u and of v, which are of one length, where a byte
// of u is that of x and the byte of v in the same place that of y. It marks such bytes in m0 and,
// for the latter half, in m1; without marks at was the last block. They
// have at least sixteen bytes. A mark above another may
// be wrong.
func scanPair(u, v []byte, x, y uint64) (at int, m0, m1 uint64) {
	v = v[:len(u)]
	for at+16 < len(u) {
		m0, m1 = pairBlock(u[at:at+16:at+16], v[at:at+16:at+16], x, y)
		if m0|m1 != 0 {
			return at, m0, m1
		}
		at += 16
	}
	at = len(u) - 16 // the last block may overlap the one before
	m0, m1 = pairBlock(u[at:], v[at:], x, y)
	return at, m0, m1
}

// pairBlock marks the sixteen bytes of u that are the byte of x, where v has the byte of y.
func pairBlock(u, v []byte, x, y uint64) (m0, m1 uint64) {
	d0 := (binary.LittleEndian.Uint64(u) ^ x) | (binary.LittleEndian.Uint64(v) ^ y)
	d1 := (binary.LittleEndian.Uint64(u[8:]) ^ x) | (binary.LittleEndian.Uint64(v[8:]) ^ y)
	return (d0 - ones) &^ d0 & highs, (d1 - ones) &^ d1 & highs
}

// indexPlain is index from b[from] on for what is left when indexPair has too little.
func (n *needle) indexPlain(b []byte, from int) int {
	for ; from+len(n.text) <= len(b); from++ {
		if n.at(b, from) {
			return from
		}
	}
	return -1
}

// candidates tries the places that indexPair marked: m0 from b[from] on, m1 eight bytes later. A
// mark above another may be wrong.
func (n *needle) candidates(b []byte, from int, m0, m1 uint64) int {
	for ; m0 != 0; m0 &= m0 - 1 {
		if start := from + bits.TrailingZeros64(m0)>>3; n.at(b, start) {
			return start
		}
	}
	for ; m1 != 0; m1 &= m1 - 1 {
		if start := from + 8 + bits.TrailingZeros64(m1)>>3; n.at(b, start) {
			return start
		}
	}
	return -1
}
