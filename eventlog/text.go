package eventlog

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// wordSlack is the room that appendString and key want behind what they write, so that they can store whole words.
const wordSlack = 16

// appendString appends s as a JSON string. Whatever bytes s has, the result is valid and in one line; what is not
// UTF-8 becomes U+FFFD. Characters that only HTML minds (<, >, &, U+2028, U+2029) stay as they are.
//
// It calls nothing as long as there is room and nothing to escape: that keeps all it needs in registers.
func appendString(b []byte, s string) []byte {
	n, at := len(s), len(b)
	if cap(b)-at < n+wordSlack {
		return appendEscaped(b, s, 0)
	}
	d, src := b[at:at+n+wordSlack], bytesOf(s)
	d[0] = '"'
	var dirty uint64
	switch {
	case n >= 8:
		t := d[1:]
		for len(src) > 16 && len(t) >= 16 {
			v, w := binary.LittleEndian.Uint64(src), binary.LittleEndian.Uint64(src[8:])
			if special(v)|special(w) != 0 {
				return appendEscaped(b, s, n-len(src))
			}
			binary.LittleEndian.PutUint64(t, v)
			binary.LittleEndian.PutUint64(t[8:], w)
			src, t = src[16:], t[16:]
		}
		if len(src) > 8 && len(t) >= 8 {
			w := binary.LittleEndian.Uint64(src)
			binary.LittleEndian.PutUint64(t, w)
			dirty = special(w)
		}
		w := binary.LittleEndian.Uint64(bytesOf(s)[n-8:])
		binary.LittleEndian.PutUint64(d[n-7:], w)
		dirty |= special(w)
	case n >= 4:
		w := word4(src)
		binary.LittleEndian.PutUint64(d[1:], w)
		dirty = special(w)
	case n > 0:
		w := word1(src)
		binary.LittleEndian.PutUint32(d[1:], uint32(w))
		dirty = special(w)
	}
	if dirty != 0 {
		return appendEscaped(b, s, n-len(src))
	}
	d[n+1] = '"'
	return b[:at+n+2]
}

// appendEscaped appends s as a JSON string; its first clean bytes need no escape.
func appendEscaped(b []byte, s string, clean int) []byte {
	b = slices.Grow(b, len(s)+wordSlack)
	b = append(b, '"')
	b = append(b, s[:clean]...)
	return append(appendInner(b, s[clean:]), '"')
}

const hexDigits = "0123456789abcdef"

// appendInner appends s as it stands between the quotes of a JSON string.
func appendInner(b []byte, s string) []byte {
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
