package output

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s on one line, with everything that a terminal would obey or hide written out: a control
// character as \x1b, \n or \u009b, a byte that is not UTF-8 as \xe9, marks that turn the direction of text
// as \u202e. A string without any of these comes back as it is.
func Visible(s string) string { return visible(s, false) }

// visible is Visible; with lines, line feeds and tabs stay.
func visible(s string, lines bool) string {
	i := firstHidden(s, lines)
	if i < 0 {
		return s
	}
	var out strings.Builder
	out.WriteString(s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			writeHex(&out, `\x`, rune(s[i]), 2)
		case hidden(r, lines):
			writeHidden(&out, r)
		default:
			out.WriteString(s[i : i+size])
		}
		i += size
	}
	return out.String()
}

// firstHidden returns where the first character is that visible changes, or -1.
func firstHidden(s string, lines bool) int {
	for i, r := range s {
		if hidden(r, lines) {
			return i
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// misleading are characters that show nothing and change how other text looks: marks of direction, line and
// paragraph separators, the byte order mark, and tags, which hide text inside an emoji.
var misleading = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x061c, Hi: 0x061c, Stride: 1},
		{Lo: 0x200e, Hi: 0x200f, Stride: 1},
		{Lo: 0x2028, Hi: 0x202e, Stride: 1},
		{Lo: 0x2066, Hi: 0x2069, Stride: 1},
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xe0000, Hi: 0xe007f, Stride: 1}},
}

func hidden(r rune, lines bool) bool {
	if r < 0x20 {
		return !lines || r != '\n' && r != '\t'
	}
	return r >= 0x7f && (r <= 0x9f || unicode.Is(misleading, r))
}

func writeHidden(out *strings.Builder, r rune) {
	switch {
	case r == '\n':
		out.WriteString(`\n`)
	case r == '\r':
		out.WriteString(`\r`)
	case r == '\t':
		out.WriteString(`\t`)
	case r < utf8.RuneSelf:
		writeHex(out, `\x`, r, 2)
	case r < 0x10000:
		writeHex(out, `\u`, r, 4)
	default:
		writeHex(out, `\U`, r, 8)
	}
}

func writeHex(out *strings.Builder, mark string, r rune, digits int) {
	out.WriteString(mark)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		out.WriteByte(hexDigits[r>>shift&15])
	}
}
