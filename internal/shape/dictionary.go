package shape

import (
	"encoding/binary"
	"strings"
)

// maxEntries is how many different texts a column's dictionary has at most. A column with more is kept text by text.
const maxEntries = 1024

// A dictionary numbers the different texts of a column.
type dictionary struct {
	texts []string
	table [2 * maxEntries]uint16 // by hash the number of a text, plus one
	last  uint32                 // the text that was asked for last
}

// code returns the number of s; ok is false if there is no room for it.
func (d *dictionary) code(s string) (code uint32, ok bool) {
	if int(d.last) < len(d.texts) && d.texts[d.last] == s {
		return d.last, true
	}
	p := hash(s) % uint64(len(d.table))
	for ; d.table[p] > 0; p = (p + 1) % uint64(len(d.table)) {
		if n := uint32(d.table[p] - 1); d.texts[n] == s {
			d.last = n
			return n, true
		}
	}
	if len(d.texts) == maxEntries {
		return 0, false
	}
	d.texts = append(d.texts, strings.Clone(s)) // the message is not kept for it
	d.last = uint32(len(d.texts) - 1)
	d.table[p] = uint16(len(d.texts))
	return d.last, true
}

// reset forgets all texts. Columns made before keep theirs.
func (d *dictionary) reset() {
	if len(d.texts) > 0 {
		*d = dictionary{}
	}
}

// hash mixes the ends and the length of s. It is quick, and bad where texts differ in their middle only: with so few texts
// that costs little.
func hash(s string) uint64 {
	const prime = 0x9e3779b97f4a7c15
	h := uint64(len(s))
	switch n := len(s); {
	case n >= 8:
		b := bytesOf(s)
		h ^= binary.LittleEndian.Uint64(b)*prime ^ binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		b := bytesOf(s)
		h ^= uint64(binary.LittleEndian.Uint32(b))<<32 ^ uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		h ^= uint64(s[0])<<8 | uint64(s[n/2])<<16 | uint64(s[n-1])<<24
	}
	h *= prime
	return h ^ h>>32
}
