package sieve

import (
	"strings"

	"github.com/groundwatch/groundwatch/internal/shape"
)

// ofPiece returns the condition that messages contain a piece of text, which is not empty.
func ofPiece(t *shape.Table, piece string) condition {
	c := condition{open: make([]bool, len(t.Shapes))}
	for code := range t.Shapes {
		s := &t.Shapes[code]
		c.open[code] = strings.Contains(s.Tail, piece)
		for i, sl := range s.Slots {
			behind := s.Tail
			if i+1 < len(s.Slots) {
				behind = s.Slots[i+1].Before
			}
			c.open[code] = c.open[code] || strings.Contains(sl.Before, piece) || crosses(piece, sl.Before, sl.Form, behind) || inWriting(piece, sl.Form)
			if !c.has(sl.Column) {
				if match := inText(t, sl.Column, piece); match != nil {
					c.columns = append(c.columns, matching{sl.Column, match})
				}
			}
		}
	}
	return c
}

// What the values of forms begin and end with. Every value may be null.
const (
	digits     = "0123456789"
	numbers    = digits + "+-.eE"
	times      = digits + `-:.+TZ"`
	hex        = digits + "abcdef"
	valueHeads = `{["tfn-` + digits
	valueTails = `}]"el` + digits
)

// ends returns which bytes a value of a form can begin and end with.
func ends(f shape.Form) (heads, tails string) {
	switch f.Class() {
	case shape.TextClass, shape.UUIDClass, shape.TimeClass:
		return `"n`, `"l`
	case shape.NumberClass:
		return "n-" + digits, "l" + digits
	case shape.BoolClass:
		return "tfn", "el"
	}
	return valueHeads, valueTails
}

// crosses reports whether a piece can stand across a border of a value of a form between two literals. What is beyond the literals is
// taken to be anything.
func crosses(piece, before string, f shape.Form, behind string) bool {
	heads, tails := ends(f)
	for k := 1; k < len(piece); k++ {
		left, right := piece[:k], piece[k:]
		if strings.IndexByte(heads, right[0]) >= 0 && (strings.HasSuffix(before, left) || len(left) > len(before) && strings.HasSuffix(left, before)) {
			return true
		}
		if strings.IndexByte(tails, left[k-1]) >= 0 && (strings.HasPrefix(behind, right) || len(right) > len(behind) && strings.HasPrefix(right, behind)) {
			return true
		}
	}
	return false
}

// inWriting reports whether a piece can stand inside a value of a form for which its column is not asked.
func inWriting(piece string, f shape.Form) bool {
	if strings.Contains("null", piece) {
		return true
	}
	switch f.Class() {
	case shape.NumberClass:
		return strings.Trim(piece, numbers) == ""
	case shape.BoolClass:
		return strings.Contains("true", piece) || strings.Contains("false", piece)
	case shape.TimeClass:
		return strings.Trim(piece, times) == ""
	case shape.TextClass, shape.UUIDClass:
		core := unquoted(piece)
		return core == "" || strings.ContainsAny(core, `"\`)
	}
	return false
}

// unquoted returns a piece without a quote at either end: those of a value.
func unquoted(piece string) string {
	return strings.TrimSuffix(strings.TrimPrefix(piece, `"`), `"`)
}

// inText returns what texts of a column can have a piece in them as they are written; nil if none can, or if the column has no texts.
func inText(t *shape.Table, at int, piece string) func(text string) bool {
	core := unquoted(piece)
	switch t.Columns[at].Class {
	case shape.RawClass:
		return func(text string) bool { return strings.Contains(text, piece) }
	case shape.UUIDClass:
		if strings.Trim(core, hex+"-") != "" {
			return nil
		}
		return func(text string) bool { return strings.Contains(text, core) }
	case shape.TextClass:
		if core == "" || strings.ContainsAny(core, `"\\`) {
			return nil // the message is asked
		}
		return inEscaped(core)
	}
	return nil
}

// escapeBytes is how many bytes of an escape, \u0000, a piece without a backslash can begin with at most.
const escapeBytes = 5

// inEscaped returns whether a text can have core in it, which has neither quotes nor backslashes, once it is written in a string: core may then
// begin inside an escape.
func inEscaped(core string) func(text string) bool {
	if strings.IndexByte("bfnrtu"+hex+"ABCDEF", core[0]) < 0 {
		return func(text string) bool { return strings.Contains(text, core) }
	}
	rest := core[min(escapeBytes, len(core)):]
	return func(text string) bool {
		return strings.Contains(text, rest) && (strings.Contains(text, core) || escaped(text))
	}
}

// escaped reports whether a text may be written with an escape in it, in any style.
func escaped(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '/' {
			return true
		}
	}
	return false
}
