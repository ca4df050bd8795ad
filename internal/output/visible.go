package output

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s on one line, with everything that a terminal would obey or hide written out: a control
// character as \x1b, \n or \u009b, a byte that is not UTF-8 as \xe9, marks that turn the direction of text
// as \u202e, what has no width as \u200b, unless its script or emoji needs it there. A string without any of
// these comes back as it is.
func Visible(s string) string { return visible(s, false) }

// VisibleLines is Visible for text of several lines: line feeds and tabs stay.
func VisibleLines(s string) string { return visible(s, true) }

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
		case hidden(s, i, r, lines):
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
		if hidden(s, i, r, lines) {
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

// hidden reports whether r, which stands at s[i:], is one that a terminal would obey or hide. With lines, line
// feeds and tabs are not.
func hidden(s string, i int, r rune, lines bool) bool {
	switch {
	case r < 0x7f:
		return r < ' ' && !(lines && (r == '\n' || r == '\t'))
	case r <= 0x9f:
		return true
	case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		return !unicode.Is(joining, before) && !(r == zeroWidthJoiner && pictorial(before))
	}
	return unseen(r)
}

// unseen reports whether r shows nothing by itself, though it may change how other text looks: marks of direction,
// line and paragraph separators, spaces of no width, the byte order mark, fillers, and tags, which hide text
// inside an emoji (Unicode categories Cf, Zl and Zp, and what is ignored by default). The signs that Arabic writes
// around numbers are seen.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// joining are the blocks of scripts in which a joiner or non-joiner gives the letter before it another shape: from
// Arabic to Myanmar, Khmer and Mongolian, and the later blocks of Indic scripts. Persian needs one in every other
// sentence.
var joining = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0620, Hi: 0x109f, Stride: 1},
		{Lo: 0x1780, Hi: 0x18aa, Stride: 1},
		{Lo: 0xa800, Hi: 0xabff, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x10a00, Hi: 0x10fff, Stride: 1}, {Lo: 0x11000, Hi: 0x11fff, Stride: 1}},
}

// pictorial reports whether r may stand before the joiner of an emoji that is made of several.
func pictorial(r rune) bool {
	const asPicture = 0xfe0f // asks for the emoji rather than the sign
	return r == asPicture || r >= 0x2190 && unicode.Is(unicode.S, r)
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
