package filterpattern

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Error is a mistake in a pattern or in a value expression. Where CloudWatch's own wording is
// known, Msg has it word for word.
type Error struct {
	Pos  int    // where, in characters from 0; the length of the text when something is missing at its end
	Msg  string // what is wrong, with what was found
	Hint string // what would be right; "" if nothing can be said
}

// Error returns the place (counted from 1), the message and the hint on one line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("character %d: %s", e.Pos+1, e.Msg)
	}
	return fmt.Sprintf("character %d: %s (%s)", e.Pos+1, e.Msg, e.Hint)
}

// caretWindow is how many characters of a long text Caret shows on either side of the mistake.
const caretWindow = 36

// Caret shows the mistake in its text: the line of the text and below it a caret under the place,
// without a line end. Control characters come out as blanks, a long text is cut around the place.
func (e *Error) Caret(text string) string {
	runes := []rune(text)
	at := min(max(e.Pos, 0), len(runes))
	from, to := 0, len(runes)
	before, after := "", ""
	if at > 2*caretWindow {
		from, before = at-caretWindow, "…"
	}
	if to-at > 2*caretWindow {
		to, after = at+caretWindow, "…"
	}
	line := strings.Map(printable, string(runes[from:to]))
	return before + line + after + "\n" + strings.Repeat(" ", utf8.RuneCountInString(before)+at-from) + "^"
}

// printable replaces what would move a terminal's cursor by a blank.
func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return ' '
	}
	return r
}
