package syntax

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// An Error is a mistake in a query.
type Error struct {
	Span Span
	Msg  string
	Hint string // "" or one suggestion
}

// Error returns the mistake with its place, such as
//
//	1:7: unknown command "cont" (did you mean "count"?)
func (e *Error) Error() string {
	s := fmt.Sprintf("%d:%d: %s", e.Span.Start.Line, e.Span.Start.Col, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Errors are the mistakes of one query in the order of their places. There is at least one.
type Errors []*Error

// Sorted returns the mistakes in the order of their places.
func (e Errors) Sorted() Errors {
	sorted := slices.Clone(e)
	slices.SortStableFunc(sorted, func(a, b *Error) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	return sorted
}

// Error returns each mistake on a line of its own.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Caret returns each mistake followed by the line of query it is on and a line that marks the
// place. It ends in a newline. Control characters of the query do not get through.
func (e Errors) Caret(query string) string {
	var lines [][]rune
	for line := range strings.SplitSeq(query, "\n") {
		lines = append(lines, []rune(strings.TrimSuffix(line, "\r")))
	}
	var b strings.Builder
	for _, err := range e {
		b.WriteString(err.Error() + "\n")
		if n := err.Span.Start.Line; n >= 1 && n <= len(lines) {
			text, mark := err.Span.mark(lines[n-1])
			b.WriteString("  " + text + "\n  " + mark + "\n")
		}
	}
	return b.String()
}

// caretLine is how much of a line Caret shows, in characters: about the width of a terminal.
const caretLine = 100

// mark returns the line that s starts on, cut if it is long, and below it the carets.
func (s Span) mark(line []rune) (text, carets string) {
	start := min(s.Start.Col-1, len(line))
	end := len(line)
	if s.End.Line == s.Start.Line {
		end = min(s.End.Col-1, end)
	}
	from := max(0, min(start-caretLine/2, len(line)-caretLine))
	to := min(len(line), from+caretLine)
	var b, m strings.Builder
	if from > 0 {
		b.WriteString("… ")
		m.WriteString("  ")
	}
	for i := from; i < to; i++ {
		r := line[i]
		b.WriteString(visible(string(r)))
		switch {
		case i >= start && i < end:
			m.WriteString(strings.Repeat("^", width(r)))
		case i >= start:
		case r == '\t':
			m.WriteByte('\t')
		default:
			m.WriteString(strings.Repeat(" ", width(r)))
		}
	}
	if to < len(line) {
		b.WriteString(" …")
	}
	if start >= end {
		m.WriteByte('^')
	}
	return b.String(), m.String()
}

// visible replaces the characters of s that a terminal would act on. Tabs stay.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// width returns how many columns of a terminal r takes: none if it joins the character before it,
// two for East Asian wide characters and emoji, by the blocks of Unicode's East Asian Width.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1},
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1},
		{Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1},
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1},
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1},
		{Lo: 0x1f680, Hi: 0x1f6ff, Stride: 1},
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}
