package function

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A RegexError says what is wrong with a regular expression.
type RegexError struct {
	Offset int // where, in characters from the start of the pattern
	Msg    string
}

func (e *RegexError) Error() string {
	return fmt.Sprintf("regular expression: %s at offset %d", e.Msg, e.Offset)
}

// CompileRegex compiles a regular expression of like, =~, parse and regexReplace. It is RE2's syntax, so
// matching takes time linear in the text; a group is named with (?<name>re), flags may stand anywhere, a
// dot does not match a newline unless (?s) is set, and \/ is a slash. Errors are of type *RegexError. Look-around,
// back-references, atomic groups and possessive quantifiers are named in them.
func CompileRegex(pattern string) (*regexp.Regexp, error) {
	if err := refuse(pattern); err != nil {
		return nil, err
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, regexError(pattern, err)
	}
	return re, nil
}

// regexError finds the place of a mistake that package regexp names.
func regexError(pattern string, err error) *RegexError {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return &RegexError{Msg: err.Error()}
	}
	at := 0
	if e.Expr != pattern {
		at = max(strings.Index(pattern, e.Expr), 0)
	}
	return &RegexError{Offset: utf8.RuneCountInString(pattern[:at]), Msg: fmt.Sprintf("%s %q", e.Code, e.Expr)}
}

// unsupported are group openings that other regular expression languages have and this one has not.
var unsupported = []struct{ open, what string }{
	{"(?<=", "look-behind"},
	{"(?<!", "look-behind"},
	{"(?=", "look-ahead"},
	{"(?!", "look-ahead"},
	{"(?>", "atomic group"},
	{"(?|", "branch reset group"},
	{"(?#", "comment"},
	{"(?(", "conditional group"},
	{"(?P=", "back-reference"},
	{"(?P>", "recursion"},
	{"(?R", "recursion"},
	{"(?&", "recursion"},
}

// refuse finds the constructs that no RE2 has.
func refuse(pattern string) error {
	quantified := false // a quantifier that a + would make possessive stands before i
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		what, n := refused(rest, quantified)
		if what != "" {
			return &RegexError{Offset: utf8.RuneCountInString(pattern[:i]),
				Msg: fmt.Sprintf("%s %q is not supported", what, rest[:n])}
		}
		var size int
		size, quantified = token(rest)
		i += size
	}
	return nil
}

// refused says what unsupported construct of n bytes s begins with, if any.
func refused(s string, quantified bool) (what string, n int) {
	switch {
	case quantified && s[0] == '+':
		return "possessive quantifier", 1
	case s[0] == '\\' && len(s) > 1:
		if c := s[1]; c >= '1' && c <= '9' || c == 'k' || c == 'g' {
			return "back-reference", 2
		}
	case s[0] == '(':
		for _, u := range unsupported {
			if strings.HasPrefix(s, u.open) {
				return u.what, len(u.open)
			}
		}
	}
	return "", 0
}

// token returns the length of the piece of pattern that s begins with, and whether it is a quantifier.
func token(s string) (size int, quantifier bool) {
	switch s[0] {
	case '\\':
		if strings.HasPrefix(s, `\Q`) {
			if end := strings.Index(s, `\E`); end >= 0 {
				return end + 2, false
			}
			return len(s), false
		}
		return min(2, len(s)), false
	case '[':
		return classLength(s), false
	case '*', '+', '?':
		return 1, true
	case '{':
		end := strings.IndexByte(s, '}')
		if end > 1 && strings.Trim(s[1:end], "0123456789,") == "" {
			return end + 1, true
		}
	}
	return 1, false
}

// classLength returns the length of the bracket expression that s begins with.
func classLength(s string) int {
	i := 1
	if strings.HasPrefix(s[i:], "^") {
		i++
	}
	if strings.HasPrefix(s[i:], "]") {
		i++ // a bracket that comes first is meant literally
	}
	for i < len(s) && s[i] != ']' {
		switch {
		case s[i] == '\\':
			i++
		case strings.HasPrefix(s[i:], "[:"):
			if end := strings.Index(s[i:], ":]"); end >= 0 {
				i += end + 1
			}
		}
		i++
	}
	return min(i+1, len(s))
}
