package syntax

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorText(t *testing.T) {
	e := &Error{Span{Pos{6, 1, 7}, Pos{10, 1, 11}}, `unknown function "cont"`, `did you mean "count"?`}
	if got, want := e.Error(), `1:7: unknown function "cont" (did you mean "count"?)`; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
	e.Hint = ""
	if got, want := (Errors{e, e}).Error(), "1:7: unknown function \"cont\"\n1:7: unknown function \"cont\""; got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
}

func TestCaret(t *testing.T) {
	long := strings.Repeat("abc, ", 60)
	for _, tt := range []struct {
		name, query string
		want        string // with the message lines left out
	}{
		{"a word", "fields a | cont b", "  fields a | cont b\n             ^^^^\n"},
		{"the end of the query", "fields a |", "  fields a |\n            ^\n"},
		{"the end of the query before blanks", "fields a |  \n\n", "  fields a |  \n            ^\n"},
		{"an empty query", "", "  \n  ^\n"},
		{"after a tab", "\tfields\ta | cont", "  \tfields\ta | cont\n  \t      \t    ^^^^\n"},
		{"after wide characters", `filter a = "日本" | cont`, "  filter a = \"日本\" | cont\n                      ^^^^\n"},
		{"under wide characters", "fields a | 日本", "  fields a | 日本\n             ^^^^\n"},
		{"after a combining mark", "fields e\u0301 | cont", "  fields e\u0301 | cont\n             ^^^^\n"},
		{"on the second line, after a carriage return", "fields a\r\n| cont\r\n| limit 5", "  | cont\n    ^^^^\n"},
		{"a mistake of several lines", "filter a = \"x\n| limit 5", "  filter a = \"x\n             ^^\n"},
		{"after control characters", "filter a = \"\x1b[31m\" | cont", "  filter a = \"\ufffd[31m\" | cont\n                       ^^^^\n"},
		{"far right", "fields " + long + "a | cont", "  … " + long[len(long)-92:] + "a | cont\n" + strings.Repeat(" ", 4+96) + "^^^^\n"},
		{"far left", "cont " + long, "  cont " + long[:95] + " …\n  ^^^^\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseQuery(tt.query)
			var errs Errors
			if !errors.As(err, &errs) || len(errs) != 1 {
				t.Fatalf("ParseQuery(%q): %v, want one mistake", tt.query, err)
			}
			_, got, _ := strings.Cut(errs.Caret(tt.query), "\n")
			if got != tt.want {
				t.Errorf("Caret(%q)\n got %q\nwant %q", tt.query, got, tt.want)
			}
		})
	}
}

func TestCaretShowsEveryMistake(t *testing.T) {
	query := "cont a\n| limit"
	_, err := ParseQuery(query)
	want := `1:1: unknown command "cont"
  cont a
  ^^^^
2:8: found end of query, want "any" or a whole number
  | limit
         ^
`
	var errs Errors
	if errors.As(err, &errs); errs.Caret(query) != want {
		t.Errorf("Caret(%q)\n got %s\nwant %s", query, errs.Caret(query), want)
	}
}

func TestCaretOfAnotherQueryDoesNotPanic(t *testing.T) {
	errs := Errors{{Span: Span{Pos{500, 9, 400}, Pos{700, 9, 600}}, Msg: "m"}, {Span: Span{Pos{50, 1, 51}, Pos{60, 1, 61}}, Msg: "m"}, {Msg: "m"}}
	if got, want := errs.Caret("short"), "9:400: m\n1:51: m\n  short\n       ^\n0:0: m\n"; got != want {
		t.Errorf("Caret = %q, want %q", got, want)
	}
}

func TestSuggest(t *testing.T) {
	candidates := []string{"count", "countFrequent", "asc", "desc", "like", "in", "größe", "by"}
	for _, tt := range []struct{ name, word, want string }{
		{"a missing letter", "cont", "count"},
		{"a letter too many", "countt", "count"},
		{"another letter", "cound", "count"},
		{"swapped letters", "cuont", "count"},
		{"another case", "COUNT", "count"},
		{"two changes in a long word", "cuontFrequnt", "countFrequent"},
		{"two changes in a short word", "cuotn", ""},
		{"of equally near ones that with the same first letter", "dsc", "desc"},
		{"letters beyond ASCII", "grösse", "größe"},
		{"swapped letters in a word of two", "yb", "by"},
		{"nothing in common", "xz", ""},
		{"one letter is like nothing", "b", ""},
		{"no word", "", ""},
	} {
		if got := Suggest(tt.word, candidates); got != tt.want {
			t.Errorf("%s: Suggest(%q) = %q, want %q", tt.name, tt.word, got, tt.want)
		}
	}
	if got := Suggest("x", nil); got != "" {
		t.Errorf("Suggest without candidates = %q, want none", got)
	}
	if got := Suggest("abc", []string{""}); got != "" {
		t.Errorf("Suggest with an empty candidate = %q, want none", got)
	}
}
