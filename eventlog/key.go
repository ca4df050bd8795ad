package eventlog

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
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

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	spaces   = 0x20 * lowBits
)

// special is not zero if one of w's eight bytes cannot stand in a JSON string as it is: a control character, a quote,
// a backslash, or part of a character beyond ASCII, which has to be checked. A borrow can only start at a byte
// that is special itself, so it never makes a clean word dirty.
func special(w uint64) uint64 {
	return (w | (w - spaces) | ((w ^ '"'*lowBits) - lowBits) | ((w ^ '\\'*lowBits) - lowBits)) & highBits
}

// The bytes of a string of fewer than eight as one word, filled up with spaces: word4 for 4 to 7 of them, word1 for 1
// to 3. They are two functions, and ask for bytes instead of a string, so that the compiler inlines them.
func word4(p []byte) uint64 {
	n := uint(len(p))
	return uint64(binary.LittleEndian.Uint32(p)) | uint64(binary.LittleEndian.Uint32(p[n-4:]))<<((n-4)*8&63) | spaces<<(n*8&63)
}

func word1(p []byte) uint64 {
	n := uint(len(p))
	return uint64(p[0]) | uint64(p[n/2])<<(n/2*8&63) | uint64(p[n-1])<<((n-1)*8&63) | spaces<<(n*8&63)
}

// keyWords returns the first and the last eight bytes of an encoded key, the same word twice for a short one.
func keyWords(key string) (first, last uint64) {
	p := bytesOf(key)
	switch n := len(p); {
	case n >= 8:
		return binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	case n >= 4:
		first = word4(p)
	case n > 0:
		first = word1(p)
	default:
		first = spaces
	}
	return first, first
}

// bytesOf returns the bytes of s, which must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

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
