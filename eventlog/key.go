package eventlog

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
)

// A filter says which keys an event may have already: one bit for each of 256 hash values. A key whose bit is not set
// is new; one whose bit is set is compared with the keys themselves.
type filter [4]uint64

func (f *filter) has(h uint8) bool { return f[h>>6]&(1<<(h&63)) != 0 }

func (f *filter) add(h uint8) { f[h>>6] |= 1 << (h & 63) }

// join adds what g has.
func (f *filter) join(g *filter) {
	f[0] |= g[0]
	f[1] |= g[1]
	f[2] |= g[2]
	f[3] |= g[3]
}

// meets tells whether f and g share a bit.
func (f *filter) meets(g *filter) bool {
	return f[0]&g[0]|f[1]&g[1]|f[2]&g[2]|f[3]&g[3] != 0
}

// keyWords returns the first and the last eight bytes of an encoded key, the same word twice for a short one.
func keyWords(key string) (first, last uint64) {
	p := jsontext.Bytes(key)
	switch n := len(p); {
	case n >= 8:
		return binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	case n >= 4:
		first = jsontext.Word4(p)
	case n > 0:
		first = jsontext.Word1(p)
	default:
		first = jsontext.Spaces
	}
	return first, first
}

// keyHash is the hash of an encoded key of n bytes by its first and last words. Keys that differ in the middle alone
// share it, which costs a comparison. The multiplier is 2^64 divided by the golden ratio.
func keyHash(first, last uint64, n int) uint8 {
	return uint8((first ^ bits.RotateLeft64(last, 29) ^ uint64(n)) * 0x9E3779B97F4A7C15 >> 56)
}

// hashOf is the hash of an encoded key.
func hashOf(key []byte) uint8 {
	first, last := keyWords(unsafe.String(unsafe.SliceData(key), len(key)))
	return keyHash(first, last, len(key))
}
