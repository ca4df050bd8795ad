package filterpattern

import (
	"strings"
	"testing"
)

func TestRegexes(t *testing.T) {
	requireMatches(t, []matchCase{
		{"alternation has no group", "%gra|ey%", "hey", true},
		{"alternation, neither", "%gra|ey%", "gry", false},
		{"a class", `%[^a-c]x%`, "ax", false},
		{"a class that begins with its bracket", `%a[]b]c%`, "a]c", true},
		{"operators are ordinary in a class", `%a[.*+?$^|{}]c%`, "a{c", true},
		{"a dot in a class is a dot", `%a[.]c%`, "abc", false},
		{"an escaped bracket in a class", `%[\[\]]x%`, "]x", true},
		{"digits and words", `%\d\D\w\W\s\S%`, "1aa. x", true},
		{"hexadecimal escapes", `%\x25\x41%`, "100%A", true},
		{"an escaped symbol", `%a\/b\-c\_%`, "a/b-c_", true},
		{"open repetition", `%^a{2,}$%`, "aaaa", true},
		{"repetition without lower bound", `%^xa{,2}$%`, "xaaa", false},
		{"no match is lazy or greedy", `%^a+?$%`, "aaa", true},
		{"the dot does not match a line end", "%a.b%", "a\nb", false},
		{"anchors are those of the event, not of a line", "%^b$%", "a\nb", false},
		{"a regex with nothing but text", "%abc%", "xabcx", true},
		{"letters are compared with their case", "%[Aa]bc%", "ABC", false},
		{"a class of both cases", "%[Aa]bc%", "Abc", true},
		{"invalid UTF-8 in the event", "%a.b%", "a\xffb", true},
		{"a NUL in the event", "%a.b%", "a\x00b", true},
		{"a repetition of exactly two", `%x{2}y+z?%`, "xxy", true},
	})
}

func TestRegexErrors(t *testing.T) {
	allowed := `allowed are letters, digits, blanks and :_#=@/;,-^$?[]{}|\*+.`
	requireErrors(t, []errorCase{
		{"%(a|b)%", 1, "parentheses are not supported in a regular expression", `write \x28 for the character itself`},
		{`é%%`, 0, "Invalid character(s) in term 'é%%'", `write it in quotes: "é%%"`},
		{`%%`, 1, "the regular expression is empty", "write a text between the percent signs"},
		{`a %b\)%`, 5, "parentheses are not supported in a regular expression", `write \x29 for the character itself`},
		{`%wow!%`, 4, `found '!' in a regular expression`, `write \x21; ` + allowed},
		{`%größe%`, 3, `found 'ö' in a regular expression`, allowed},
		{`%a\bc%`, 2, `the escape \b is not supported`, `supported are \d \D \s \S \w \W and \xhh`},
		{`%\1%`, 1, `the escape \1 is not supported`, `supported are \d \D \s \S \w \W and \xhh`},
		{`%a\xg0%`, 2, `\x wants two hexadecimal digits`, `write \x28 for a parenthesis`},
		{`%a\x2%`, 2, `\x wants two hexadecimal digits`, `write \x28 for a parenthesis`},
		{`%a\%`, 2, `a backslash ends the regular expression`, `write \\ for a backslash`},
		{`%a{x}%`, 2, `found {x}, want a repetition`, `write {2,3}, or \{ for a brace`},
		{`%a{}%`, 2, `found {}, want a repetition`, `write {2,3}, or \{ for a brace`},
		{`%a{,}%`, 2, `found {,}, want a repetition`, `write {2,3}, or \{ for a brace`},
		{`%a{1%`, 2, `the repetition is not closed`, `write {2,3}, or \{ for a brace`},
		{`%[[:alpha:]]%`, 2, `found '[' inside a character class`, `write \[`},
		{`%[a%`, 1, `invalid regular expression: missing closing ] "[a"`, ""},
		{`%a**%`, 1, `invalid regular expression: invalid nested repetition operator "**"`, ""},
		{`%a{3,2}%`, 1, `invalid regular expression: invalid repeat count "{3,2}"`, ""},
		{`{ $.a = %[z-a]% }`, 9, `invalid regular expression: invalid character class range "z-a"`, ""},
		{`%` + strings.Repeat(`x{9,1000}`, 9) + `y%`, 1, "the regular expression repeats too much: 17922 steps, at most 4000", "use + or * in place of large repetitions"},
	})
}

func TestRegexNeedles(t *testing.T) {
	for source, want := range map[string]string{
		"abc": "abc", "a+": "a", "ab?c": "a", "x[ab]yz": "yz", "a|b": "", "[Aa]bc": "bc", "a{2}b": "a", "x{0,2}": "", `\d+ ms`: " ms", "abc|abd": "ab", "^a.b$": "a",
	} {
		re, err := compileRegex(source)
		if err != nil {
			t.Fatalf("compileRegex(%q): %s", source, err.msg)
		}
		if got := re.needle.text; got != want {
			t.Errorf("text that %q needs: got %q, want %q", source, got, want)
		}
	}
}
