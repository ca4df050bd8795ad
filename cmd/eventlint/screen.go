package main

import (
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"
)

// A screen is a terminal that is shown text only: what it would obey or hide is written out, since names of files and
// pieces of source may hold anything. Each Write has whole characters.
type screen struct{ io.Writer }

// show returns f as what people see, if it is a terminal, else f itself.
func show(f *os.File) io.Writer {
	if term.IsTerminal(int(f.Fd())) {
		return screen{f}
	}
	return f
}

func (s screen) Write(text []byte) (int, error) {
	if _, err := s.Writer.Write(visible(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// visible returns text with control characters, marks of direction and what else shows nothing as \u001b, which says the
// same in JSON, and with U+FFFD for bytes that are not UTF-8. Lines and tabs stay.
func visible(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f:
			out = append(out, byte(r))
		case r > 0xffff && isHidden(r):
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case isHidden(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = utf8.AppendRune(out, r)
		}
		text = text[size:]
	}
	return out
}

func isHidden(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }
