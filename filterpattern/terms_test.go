package filterpattern

import (
	"strings"
	"testing"
)

// A matchCase is one pattern and one event.
type matchCase struct {
	name, pattern, event string
	want                 bool
}

func requireMatches(t *testing.T, cases []matchCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Helper()
			p, err := Parse(tt.pattern)
			if err != nil {
				t.Fatalf("Parse(%q): %v", tt.pattern, err)
			}
			if got := p.MatchString(tt.event); got != tt.want {
				t.Errorf("%q matches %.200q: got %v, want %v", tt.pattern, tt.event, got, tt.want)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	requireMatches(t, []matchCase{
		{"everything matches an empty event", "", "", true},
		{"a term does not match an empty event", "a", "", false},
		{"blanks around a pattern do not count", "\n ERROR \t", "ERROR", true},
		{"a pattern may span lines", "ERROR\n\tWARN", "WARN ERROR", true},
		{"a term spans tokens only in quotes", `"a b"`, "a  b", false},
		{"a phrase crosses line ends", "\"a\nb\"", "a\nb", true},
		{"unicode in quotes", `"größe 😀"`, "die größe 😀", true},
		{"unicode is compared byte by byte, not composed", "\"é\"", "e\u0301", false},
		{"a NUL in the event", "b", "a\x00b", true},
		{"a NUL in the pattern", "\"\x00\"", "a\x00b", true},
		{"invalid UTF-8 in the event", "ab", "\xff\xfeab\xc3", true},
		{"the whole event", "abc", "abc", true},
		{"one byte short", "abc", "ab", false},
		{"an excluded term alone", "-a", "b", true},
		{"an excluded phrase", `-"a b"`, "xa by", false},
		{"two excluded terms, one occurs", "-a -b", "b", false},
		{"a blank after a question mark", "? a ? b", "b", true},
		{"an optional regex", "?%x+y% ?z", "xxy", true},
		{"a regex among terms must match too", "a %b+c%", "a b", false},
		{"a regex among terms that matches", "a %b+c%", "a bbc", true},
		{"an excluded regex", "a -%b+c%", "a bbc", false},
		{"optional terms beside an excluded one are ignored", "?a -b", "c", true},
		{"an empty text occurs everywhere", `a ""`, "a", true},
		{"an excluded empty text matches nothing", `-""`, "a", false},
		{"two blanks in quotes are a phrase", `"  "`, "a b", false},
		{"a lone backslash stands for itself", `"C:\temp"`, `in C:\temp`, true},
		{"a percent sign in quotes is no regex", `"%a%"`, "a", false},
		{"a term longer than any block of the search", strings.Repeat("ab", 100), strings.Repeat("ba", 200), true},
	})
}

func TestClientPatterns(t *testing.T) {
	requireMatches(t, []matchCase{
		{"CDK allTerms", `"a" "b"`, "b a", true},
		{"CDK allTerms, one missing", `"a" "b"`, "a", false},
		{"CDK anyTerm", `?"a" ?"b"`, "b", true},
		{"CDK anyTerm, none", `?"a" ?"b"`, "c", false},
		{"CDK anyTermGroup counts plain terms only", `?"a" "b" ?"c" "d"`, "d b", true},
		{"CDK anyTermGroup, a plain one missing", `?"a" "b" ?"c" "d"`, "a b c", false},
		{"CDK text with quotes and backslash", `"say \"a\\b\""`, `they say "a\b"`, true},
		{"CDK all of", `{ ($.a = 1) && ($.b = "x") }`, `{"a":1,"b":"x"}`, true},
		{"CDK any of", `{ ($.a = 1) || ($.b = "x") }`, `{"a":2,"b":"x"}`, true},
		{"CDK regex value", `{ $.f = %re% }`, `{"f":"are"}`, true},
		{"CDK is null", `{ $.f IS NULL }`, `{"f":null}`, true},
		{"CDK not exists", `{ $.f NOT EXISTS }`, `{"g":null}`, true},
		{"CDK columns", `[a, b = "x", ..., c > 1 && c < 5]`, "1 x 2 3 4", true},
		{"CDK columns, out of range", `[a, b = "x", ..., c > 1 && c < 5]`, "1 x 2 3 5", false},
		{"CIS unauthorised calls", `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`, `{"errorCode":"AccessDeniedException"}`, true},
	})
}

func TestTermErrors(t *testing.T) {
	requireErrors(t, []errorCase{
		{"ERROR ORDER-1 x", 11, "Invalid character(s) in term 'ORDER-1'", `write it in quotes: "ORDER-1"`},
		{"me@example.com", 2, "Invalid character(s) in term 'me@example.com'", `write it in quotes: "me@example.com"`},
		{"größe", 2, "Invalid character(s) in term 'größe'", `write it in quotes: "größe"`},
		{"- -a", 2, "Invalid character(s) in term '-a'", `write it in quotes: "-a"`},
		{`a"b`, 1, `Invalid character(s) in term 'a"b'`, `write it in quotes: "a\"b"`},
		{"a ?", 3, "found the end of the pattern after ?, want a term", ""},
		{"a -  ", 5, "found the end of the pattern after -, want a term", ""},
		{`"é" "b`, 4, "the quote is not closed", `write "…", and \" for a quote inside`},
		{`"a\"`, 0, "the quote is not closed", `write "…", and \" for a quote inside`},
		{`"a""b"`, 3, `found '"' right after a term, want a blank`, ""},
		{`%a`, 0, "the regular expression is not closed", `write %…%, and \x25 for a percent sign inside`},
		{`%a% b %c% -%d%`, 11, "found more than 2 regular expressions", "use a wildcard or join two expressions with | in one"},
		{"a \xff", 2, "the pattern is not valid UTF-8", ""},
	})
}
