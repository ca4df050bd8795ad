package function

import (
	"errors"
	"strings"
	"testing"
)

func TestCompileRegexAccepts(t *testing.T) {
	for _, tt := range []struct{ name, pattern, text string }{
		{"a slash with a backslash", `a\/b`, "xa/by"},
		{"a named group", `user=(?<user>\w+)`, "user=ann"},
		{"a flag in the middle", `^(?i)Exception$`, "EXCEPTION"},
		{"a plus after a plus that is literal", `\++`, "a++"},
		{"a plus in a class", `[*+?]+`, "*"},
		{"a bracket that comes first in a class", `[]+]+`, "]"},
		{"a look-ahead inside a class", `[(?=]`, "="},
		{"a quoted look-ahead", `\Q(?=\E`, "(?="},
		{"an escaped parenthesis", `\(?=`, "="},
		{"a lazy quantifier", `a+?b`, "aab"},
		{"a brace that is no quantifier", `{x}+`, "{x}}"},
		{"the dot of (?s) takes a newline", `(?s)a.b`, "a\nb"},
		{"a POSIX class", `[[:digit:]]+`, "7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			re, err := CompileRegex(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if !re.MatchString(tt.text) {
				t.Errorf("%q does not match %q, want a match", tt.pattern, tt.text)
			}
		})
	}
	re, err := CompileRegex("a.b")
	if err != nil || re.MatchString("a\nb") {
		t.Errorf("a.b matches a newline or fails (%v), want neither", err)
	}
}

func TestCompileRegexRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, pattern string
		offset        int
		want          string
	}{
		{"look-ahead", `(?=x)`, 0, `look-ahead "(?="`},
		{"negative look-ahead", `é(?!x)`, 1, `look-ahead "(?!"`},
		{"look-behind", `ab(?<=x)`, 2, `look-behind "(?<="`},
		{"negative look-behind", `(?<!x)`, 0, `look-behind "(?<!"`},
		{"an atomic group", `(?>a)`, 0, `atomic group`},
		{"a back-reference", `(a)\1`, 3, `back-reference "\\1"`},
		{"a named back-reference", `(?<n>a)\k<n>`, 7, `back-reference "\\k"`},
		{"a possessive star", `a*+`, 2, `possessive quantifier`},
		{"a possessive plus", `a++`, 2, `possessive quantifier`},
		{"a possessive repetition", `a{1,2}+`, 6, `possessive quantifier`},
		{"a conditional", `(a)?(?(1)b)`, 4, `conditional group`},
		{"a missing parenthesis", `(ab`, 0, "missing closing )"},
		{"an unknown escape", `ab\y`, 2, `invalid escape sequence`},
		{"an open class", `ab[`, 2, `missing closing ]`},
		{"a repetition that is too large", `a{2000}`, 1, `invalid repeat count`},
		{"a backslash at the end", `a\`, 0, `trailing backslash`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := CompileRegex(tt.pattern)
			var e *RegexError
			if !errors.As(err, &e) || e.Offset != tt.offset || !strings.Contains(e.Error(), tt.want) {
				t.Errorf("CompileRegex(%q) = %v, want %s at offset %d", tt.pattern, err, tt.want, tt.offset)
			}
		})
	}
}

// event is a message of ordinary size and shape.
const event = `{"time":"2026-01-01T00:00:01.123Z","level":"info","msg":"request done user=alice took 153 ms","fn":"Checkout",` +
	`"requestId":"3f1a2b4c-0000-1111-2222-abcdefabcdef","durationMs":153.25,"status":200,"method":"POST","path":"/api/v1/orders/123456/items",` +
	`"client":{"ip":"203.0.113.77","ua":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},"tags":["a","b","c"],"region":"eu-central-1","v":"459"}`

func matcher(t testing.TB, pattern string) *Matcher {
	t.Helper()
	re, err := CompileRegex(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return NewMatcher(re)
}

func TestRequiredText(t *testing.T) {
	for _, tt := range []struct {
		name, pattern, need string
		fold, only          bool
	}{
		{"a literal", "ERROR", "ERROR", false, true},
		{"alternatives", "Connect|Disconnect", "Connect Disconnect", false, true},
		{"alternatives with a common beginning", "START|STATUS", "START STATUS", false, true},
		{"any case", "(?i)Exception", "exception", true, true},
		{"any case, alternatives", "(?i)(error|failure)", "error failure", true, true},
		{"any case for a part", "(?i:ab)CD", "abcd", true, false},
		{"a text in the middle", `\d+ ms took`, " ms took", false, false},
		{"the longest of several", `ab\d+cdef\d+gh`, "cdef", false, false},
		{"an optional letter", `colou?r`, "color colour", false, true},
		{"a small class", `gr[ae]y`, "gray grey", false, true},
		{"a repeated group", `(?:abc)+`, "abc", false, false},
		{"a counted group", `x(?:ab){2}`, "xabab", false, true},
		{"an anchor", `^abc`, "abc", false, false},
		{"a text that may be missing", `(?:abc)*`, "", false, false},
		{"an alternative without text", `abc|\d+`, "", false, false},
		{"a single character", `\d+\.\d+`, "", false, false},
		{"the replacement character", "a\uFFFDb", "", false, false},
		{"the empty expression", "", "", false, true},
		{"letters beyond ASCII in any case", "(?i)äb", "", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			re, err := CompileRegex(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			need, fold, only := requiredText(re)
			if got := strings.Join(need, " "); got != tt.need || fold != tt.fold || only != tt.only {
				t.Errorf("requiredText(%q) = %q, fold %v, only %v, want %q, %v, %v", tt.pattern, got, fold, only, tt.need, tt.fold, tt.only)
			}
		})
	}
}

// FuzzMatcher compares with package regexp.
func FuzzMatcher(f *testing.F) {
	for _, p := range []string{`"path":"(?<path>[^"]*)"`, `user=(\w+)`, `took (\d+) ms`, `(\d+\.\d+\.\d+\.\d+)`, `(?i)exception`, `ERROR|exception|Mozilla`,
		`(?i)kelvin|strasse`, `(?i:a)B`, `colou?r`, `gr[ae]y`, `(?:abc)+d`, `^abc|x$`, `\bms\b`, "", `a\x{FFFD}`, `(?i)[k-l]s`, `(?i)éa`, `x*`, `(a|b)(c|d)(e|f)`} {
		f.Add(p, event)
		f.Add(p, "\u212Aelvin \u017Ftra\u017F\u017Fe GREY \xff\xfe aB ABcf abcabcd colur")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 100 || len(text) > 1000 {
			return
		}
		re, err := CompileRegex(pattern)
		if err != nil {
			return
		}
		m := NewMatcher(re)
		if got, want := m.MatchString(text), re.MatchString(text); got != want {
			t.Errorf("MatchString(%q, %q) = %v, want %v", pattern, text, got, want)
		}
		got, want := m.FindSubmatchIndex(text), re.FindStringSubmatchIndex(text)
		if !equalInts(got, want) {
			t.Errorf("FindSubmatchIndex(%q, %q) = %v, want %v", pattern, text, got, want)
		}
		all, wantAll := m.FindAllSubmatchIndex(text, -1), re.FindAllStringSubmatchIndex(text, -1)
		if len(all) != len(wantAll) {
			t.Fatalf("FindAllSubmatchIndex(%q, %q) = %v, want %v", pattern, text, all, wantAll)
		}
		for i := range all {
			if !equalInts(all[i], wantAll[i]) {
				t.Errorf("FindAllSubmatchIndex(%q, %q) = %v, want %v", pattern, text, all, wantAll)
			}
		}
	})
}

func equalInts(a, b []int) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func BenchmarkMatcher(b *testing.B) {
	for _, pattern := range []string{`path`, `(?i)exception`, `(?i)(error|failure)`, `ERROR|exception|Exception|fault`, `(?i)mozilla`} {
		m := matcher(b, pattern)
		b.Run("like/"+pattern, func(b *testing.B) {
			b.SetBytes(int64(len(event)))
			b.ReportAllocs()
			for b.Loop() {
				m.MatchString(event)
			}
		})
	}
	for _, pattern := range []string{`"path":"(?<path>[^"]*)"`, `user=(\w+)`, `took (\d+) ms`, `(\d+\.\d+\.\d+\.\d+)`, `(\d+) ms`,
		`(?<x>eni-.*?) `, `"method":"(?<m>[^"]+)","path":"(?<p>[^"]+)"`, `user=(?<u>.*?) took (?<t>.*?) ms`, `^\{"time":"(\S+)Z"`, `(\w+)@example\.com`} {
		m := matcher(b, pattern)
		b.Run("parse/"+pattern, func(b *testing.B) {
			b.SetBytes(int64(len(event)))
			b.ReportAllocs()
			for b.Loop() {
				m.FindSubmatchIndex(event)
			}
		})
	}
}
