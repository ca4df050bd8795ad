// Package jsontext writes text as JSON strings, eight bytes at a time.
// It leaves keys, fields and lines to package eventlog.
package jsontext

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// Slack is the room that AppendString and key want behind what they write, so that they can store whole words.
const Slack = 16

// AppendString appends s as a JSON string. Whatever bytes s has, the result is valid and in one line; what is not
// UTF-8 becomes U+FFFD. Characters that only HTML minds (<, >, &, U+2028, U+2029) stay as they are.
//
// It calls nothing as long as there is room and nothing to escape: that keeps all it needs in registers.
func AppendString(b []byte, s string) []byte {
	n, at := len(s), len(b)
	if cap(b)-at < n+Slack {
		return appendEscaped(b, s, 0)
	}
	d, src := b[at:at+n+Slack], Bytes(s)
	d[0] = '"'
	var dirty uint64
	switch {
	case n >= 8:
		t := d[1:]
		for len(src) > 16 && len(t) >= 16 {
			v, w := binary.LittleEndian.Uint64(src), binary.LittleEndian.Uint64(src[8:])
			if Special(v)|Special(w) != 0 {
				return appendEscaped(b, s, n-len(src))
			}
			binary.LittleEndian.PutUint64(t, v)
			binary.LittleEndian.PutUint64(t[8:], w)
			src, t = src[16:], t[16:]
		}
		if len(src) > 8 && len(t) >= 8 {
			w := binary.LittleEndian.Uint64(src)
			binary.LittleEndian.PutUint64(t, w)
			dirty = Special(w)
		}
		w := binary.LittleEndian.Uint64(Bytes(s)[n-8:])
		binary.LittleEndian.PutUint64(d[n-7:], w)
		dirty |= Special(w)
	case n >= 4:
		w := Word4(src)
		binary.LittleEndian.PutUint64(d[1:], w)
		dirty = Special(w)
	case n > 0:
		w := Word1(src)
		binary.LittleEndian.PutUint32(d[1:], uint32(w))
		dirty = Special(w)
	}
	if dirty != 0 {
		return appendEscaped(b, s, n-len(src))
	}
	d[n+1] = '"'
	return b[:at+n+2]
}

// appendEscaped appends s as a JSON string; its first clean bytes need no escape.
func appendEscaped(b []byte, s string, clean int) []byte {
	b = slices.Grow(b, len(s)+Slack)
	b = append(b, '"')
	b = append(b, s[:clean]...)
	return append(AppendInner(b, s[clean:]), '"')
}

const hexDigits = "0123456789abcdef"

// AppendInner appends s as it stands between the quotes of a JSON string.
func AppendInner(b []byte, s string) []byte {
	start := 0 // of what is not yet appended
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = appendEscape(append(b, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(append(b, s[start:i]...), "\uFFFD"...)
			start = i + 1
		}
		i += size
	}
	return append(b, s[start:]...)
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	Spaces   = 0x20 * lowBits
)

// Special is not zero if one of w's eight bytes cannot stand in a JSON string as it is: a control character, a quote,
// a backslash, or part of a character beyond ASCII, which has to be checked. A borrow can only start at a byte
// that is special itself, so it never makes a clean word dirty.
func Special(w uint64) uint64 {
	return (w | (w - Spaces) | ((w ^ '"'*lowBits) - lowBits) | ((w ^ '\\'*lowBits) - lowBits)) & highBits
}

// The bytes of a string of fewer than eight as one word, filled up with spaces: Word4 for 4 to 7 of them, Word1 for 1
// to 3. They are two functions, and ask for bytes instead of a string, so that the compiler inlines them.
func Word4(p []byte) uint64 {
	n := uint(len(p))
	return uint64(binary.LittleEndian.Uint32(p)) | uint64(binary.LittleEndian.Uint32(p[n-4:]))<<((n-4)*8&63) | Spaces<<(n*8&63)
}

func Word1(p []byte) uint64 {
	n := uint(len(p))
	return uint64(p[0]) | uint64(p[n/2])<<(n/2*8&63) | uint64(p[n-1])<<((n-1)*8&63) | Spaces<<(n*8&63)
}

// Bytes returns the bytes of s, which must not be changed.
func Bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
