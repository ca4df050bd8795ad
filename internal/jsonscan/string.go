package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// SkipString returns the position after the closing quote of the string whose content starts at
// b[i], right after its opening quote. It looks at nothing but quotes and the backslashes before
// them. When ok is false the string does not end.
func SkipString(b []byte, i int) (end int, ok bool) {
	if j := bytes.IndexByte(b[i:], '"'); j >= 0 && b[i+j-1] != '\\' {
		return i + j + 1, true
	}
	return skipEscaped(b, i)
}

// skipEscaped is SkipString for strings that may hold escaped quotes.
func skipEscaped(b []byte, i int) (end int, ok bool) {
	for {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return len(b), false
		}
		i += j + 1
		if !escaped(b, i-1) {
			return i, true
		}
	}
}

// escaped reports whether an odd number of backslashes stands before b[i], inside a string: its
// opening quote ends the count.
func escaped(b []byte, i int) bool {
	n := 0
	for b[i-1-n] == '\\' {
		n++
	}
	return n&1 == 1
}

func anyString(b []byte, i int, strict bool) (end int, ok bool) {
	if strict {
		end, _, ok = CheckString(b, i)
		return end, ok
	}
	return SkipString(b, i)
}

// CheckString is SkipString with the content checked: control characters, escapes, UTF-8. escaped
// says that there are escapes. When ok is false the string goes wrong at end.
func CheckString(b []byte, i int) (end int, escaped, ok bool) {
	for {
		i = Special(b, i)
		if i == len(b) {
			return i, escaped, false
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1, escaped, true
		case c == '\\':
			n := escapeLen(b[i:])
			if n == 0 {
				return i, true, false
			}
			escaped = true
			i += n
		case c < ' ':
			return i, escaped, false
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n <= 1 {
				return i, escaped, false
			}
			i += n
		}
	}
}

// Special returns the first position at or after i that holds a quote, a backslash, a control
// character or a byte outside ASCII, or len(b). It looks at eight bytes at a time.
func Special(b []byte, i int) int {
	for ; len(b)-i >= 8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote := w ^ ones*'"'
		slash := w ^ ones*'\\'
		// Each term sets the high bit of a byte that matches; a borrow can only make bytes above
		// the lowest match look like matches.
		m := (quote - ones) &^ quote
		m |= (slash - ones) &^ slash
		m |= (w - ones*' ') &^ w
		m |= w
		if m &= highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// escapeLen returns the length of the escape at the start of s, which is a backslash; 0 if it is none.
func escapeLen(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if hex4(s[2:]) >= 0 {
			return 6
		}
	}
	return 0
}

// hex4 returns the number in the first four hexadecimal digits of s, or -1.
func hex4(s []byte) rune {
	if len(s) < 4 {
		return -1
	}
	var r rune
	for _, c := range s[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// HasEscape reports whether s, the content of a JSON string without its quotes, holds an escape, so
// that its text differs from s.
func HasEscape(s []byte) bool { return bytes.IndexByte(s, '\\') >= 0 }

// Unquote appends the text of s, the content of a JSON string without its quotes, to dst. Half a
// surrogate pair becomes U+FFFD; bytes outside escapes are copied as they are. ok is false, and dst
// of no use, if s holds something that is not an escape after a backslash.
func Unquote(dst, s []byte) (text []byte, ok bool) {
	for {
		j := bytes.IndexByte(s, '\\')
		if j < 0 {
			return append(dst, s...), true
		}
		dst = append(dst, s[:j]...)
		s = s[j:]
		n := escapeLen(s)
		switch {
		case n == 0:
			return dst, false
		case n == 6:
			var r rune
			r, n = unicodeEscape(s)
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, unescape(s[1]))
		}
		s = s[n:]
	}
}

// unicodeEscape returns the character of the \u escape, or of the surrogate pair of two escapes, at
// the start of s, and how many bytes it took.
func unicodeEscape(s []byte) (rune, int) {
	r := hex4(s[2:])
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[8:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// unescape returns the character that a backslash and c stand for.
func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// AppendString appends text as a JSON string, with quotes. Bytes that are no UTF-8 become U+FFFD.
func AppendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for len(text) > 0 {
		n := plainPrefix(text)
		dst = append(dst, text[:n]...)
		if text = text[n:]; text == "" {
			break
		}
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == '"', r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r == '\r':
			dst = append(dst, '\\', 'r')
		case r < ' ':
			dst = append(dst, '\\', 'u', '0', '0', '0'+byte(r)>>4, "0123456789abcdef"[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
		text = text[size:]
	}
	return append(dst, '"')
}

// plainPrefix returns the length of the ASCII text before the first character that AppendString has
// to look at.
func plainPrefix(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(text)
}

// AppendCompact appends the JSON text raw, which must be valid, without the blanks between its parts.
func AppendCompact(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		start := i
		switch {
		case raw[i] == '"':
			end, ok := SkipString(raw, i+1)
			if !ok {
				return append(dst, raw[start:]...)
			}
			i = end
		case isSpace(raw[i]):
			i++
			continue
		default:
			for i++; i < len(raw) && raw[i] != '"' && raw[i] > ' '; {
				i++
			}
		}
		dst = append(dst, raw[start:i]...)
	}
	return dst
}
