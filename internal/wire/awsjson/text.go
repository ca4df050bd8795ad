package awsjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Every byte of a word.
const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	spaces = 0x20 * ones
	quotes = '"' * ones
	slash  = '\\' * ones
)

// special has the high bit set of the first byte in x that cannot stand for itself in a string, or is no ASCII; higher
// bytes may have it by mistake.
func special(x uint64) uint64 {
	q, s := x^quotes, x^slash
	return ((x-spaces)&^x | (q-ones)&^q | (s-ones)&^s | x) & highs
}

// readText reads the string whose content starts at b[i] into dst, checking and unescaping it in one pass; messages
// that are JSON themselves have an escape every few bytes. dst has room for the rest of b and eight bytes more. It
// returns the number of bytes read into dst and the position behind the closing quote. ok is false for what it leaves to
// others: \u, and all that is malformed.
func readText(dst, b []byte, i int) (n, end int, ok bool) {
	ascii := true
	for {
		for len(b)-i >= 8 {
			x := binary.LittleEndian.Uint64(b[i:])
			binary.LittleEndian.PutUint64(dst[n:], x)
			m := special(x)
			if m == 0 {
				n, i = n+8, i+8
				continue
			}
			plain := bits.TrailingZeros64(m) / 8
			n, i = n+plain, i+plain
			if b[i] != '\\' || i+1 == len(b) || unescaped[b[i+1]] == 0 {
				break
			}
			dst[n] = unescaped[b[i+1]] // what a message of JSON is full of
			n, i = n+1, i+2
		}
		if i == len(b) {
			return 0, 0, false
		}
		switch c := b[i]; {
		case c == '"':
			return n, i + 1, ascii || utf8.Valid(dst[:n])
		case c == '\\':
			if i+1 == len(b) || unescaped[b[i+1]] == 0 {
				return 0, 0, false
			}
			dst[n] = unescaped[b[i+1]]
			n, i = n+1, i+2
		case c < ' ':
			return 0, 0, false
		default:
			ascii = ascii && c < utf8.RuneSelf
			dst[n] = c
			n, i = n+1, i+1
		}
	}
}

// unescaped is what stands for a byte behind a backslash; 0 for none and for \u.
var unescaped = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}
