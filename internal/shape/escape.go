package shape

import (
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// appendQuoted appends text as a JSON string in the style given.
func appendQuoted(dst []byte, text string, style Style) []byte {
	dst = append(dst, '"')
	if style != Plain {
		return append(appendEscaped(dst, text, style), '"')
	}
	b := bytesOf(text)
	for from := 0; ; {
		i := jsonscan.Special(b, from)
		for i < len(b) && b[i] >= utf8.RuneSelf {
			i = jsonscan.Special(b, i+1)
		}
		dst = append(dst, text[from:i]...)
		if i == len(b) {
			return append(dst, '"')
		}
		dst = appendEscape(dst, rune(b[i]))
		from = i + 1
	}
}

// appendEscaped appends text in the style HTML or ASCII.
func appendEscaped(dst []byte, text string, style Style) []byte {
	for _, r := range text {
		switch {
		case r == '"', r == '\\', r < ' ':
			dst = appendEscape(dst, r)
		case style == HTML && (r == '<' || r == '>' || r == '&' || r == '\u2028' || r == '\u2029'):
			dst = appendHex(dst, r)
		case style == ASCII && r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			dst = appendHex(appendHex(dst, hi), lo)
		case style == ASCII && r >= utf8.RuneSelf:
			dst = appendHex(dst, r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// appendEscape appends the escape for a character that no style writes as it is.
func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return appendHex(dst, r)
}

// appendHex appends r as \u and four digits.
func appendHex(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// view returns b as a string that shares its memory.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf returns the bytes of s, which must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
