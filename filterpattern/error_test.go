package filterpattern

import (
	"errors"
	"strings"
	"testing"
)

// An errorCase is a pattern that is refused.
type errorCase struct {
	text      string
	pos       int
	msg, hint string
}

func requireErrors(t *testing.T, cases []errorCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.text, func(t *testing.T) {
			t.Helper()
			p, err := Parse(tt.text)
			if err == nil {
				t.Fatalf("Parse(%q): got %q, want an error", tt.text, p)
			}
			if got, want := asError(t, err), (Error{tt.pos, tt.msg, tt.hint}); got != want {
				t.Errorf("Parse(%q):\ngot  %d %q %q\nwant %d %q %q", tt.text, got.Pos, got.Msg, got.Hint, want.Pos, want.Msg, want.Hint)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"ORDER-1", `character 6: Invalid character(s) in term 'ORDER-1' (write it in quotes: "ORDER-1")`},
		{"{ $.a = 1", `character 10: If a filter pattern starts with '{' it must end with '}'`},
	} {
		if _, err := Parse(tt.text); err == nil || err.Error() != tt.want {
			t.Errorf("Parse(%q): got %v, want %s", tt.text, err, tt.want)
		}
	}
}

func TestCaret(t *testing.T) {
	long := strings.Repeat("a", 100)
	for _, tt := range []struct {
		name, text string
		pos        int
		want       string
	}{
		{"in the middle", "ERROR a-b", 7, "ERROR a-b\n       ^"},
		{"at the start", "-", 0, "-\n^"},
		{"after the end", "{ $.a", 5, "{ $.a\n     ^"},
		{"an empty text", "", 0, "\n^"},
		{"characters of several bytes", "é😀-", 2, "é😀-\n  ^"},
		{"control characters become blanks", "a\t\x1b[2J\nb", 7, "a  [2J b\n       ^"},
		{"a long text, mistake at its start", long + "b", 3, strings.Repeat("a", 39) + "…\n   ^"},
		{"a long text, mistake at its end", long + "b", 100, "…" + strings.Repeat("a", 36) + "b\n" + strings.Repeat(" ", 37) + "^"},
		{"a place outside the text", "ab", 9, "ab\n  ^"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := (&Error{Pos: tt.pos}).Caret(tt.text); got != tt.want {
				t.Errorf("Caret of %q at %d:\ngot\n%s\nwant\n%s", tt.text, tt.pos, got, tt.want)
			}
		})
	}
}

// asError returns the mistake that err is.
func asError(t *testing.T, err error) Error {
	t.Helper()
	var mistake *Error
	if !errors.As(err, &mistake) {
		t.Fatalf("got %T %v, want an *Error", err, err)
	}
	return *mistake
}
