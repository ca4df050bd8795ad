package filterpattern

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A regex is a regular expression of the subset that filter patterns allow.
type regex struct {
	source string
	needle needle         // a text that every match contains; may be empty
	re     *regexp.Regexp // nil: the needle is the whole expression
}

// A regexError is a mistake in a regular expression at byte offset at.
type regexError struct {
	at        int
	msg, hint string
}

// symbols are the characters besides letters and digits that a regular expression may hold, the
// operators last (FilterAndPatternSyntax, "Supported regex syntax").
const symbols = `:_#=@/;,- ^$?[]{}|\*+.`

// compileRegex checks and compiles the text between two percent signs.
func compileRegex(source string) (*regex, *regexError) {
	translated, err := translate(source)
	if err != nil {
		return nil, err
	}
	tree, perr := syntax.Parse(translated, syntax.Perl)
	if perr != nil {
		return nil, regexFault(perr)
	}
	r := &regex{source: source, needle: newNeedle(required(tree))}
	if isLiteral(tree) {
		return r, nil
	}
	if prog, cerr := syntax.Compile(tree.Simplify()); cerr == nil && len(prog.Inst) > maxProgram {
		return nil, &regexError{msg: fmt.Sprintf("the regular expression repeats too much: %d steps, at most %d", len(prog.Inst), maxProgram),
			hint: "use + or * in place of large repetitions"}
	}
	re, cerr := regexp.Compile(translated)
	if cerr != nil {
		return nil, regexFault(cerr)
	}
	r.re = re
	return r, nil
}

// maxProgram bounds how many steps a compiled regular expression may have, since matching takes
// time in proportion to them for each byte of the event. %.{500}% has about 500; without a bound
// the 1,024 characters of a pattern could ask for 140,000.
const maxProgram = 4000

// regexFault turns what Go's parser says into a regexError. That parser gives no place.
func regexFault(err error) *regexError {
	var se *syntax.Error
	if errors.As(err, &se) {
		return &regexError{msg: fmt.Sprintf("invalid regular expression: %s %q", se.Code, se.Expr)}
	}
	return &regexError{msg: "invalid regular expression: " + err.Error()}
}

// match reports whether the expression matches anywhere in b.
func (r *regex) match(b []byte) bool {
	if r.needle.text != "" && !r.needle.in(b) {
		return false
	}
	return r.re == nil || r.re.Match(b)
}

// index returns where the first match begins, -1 if there is none.
func (r *regex) index(b []byte) int {
	if r.re == nil {
		return r.needle.index(b)
	}
	if loc := r.re.FindIndex(b); loc != nil {
		return loc[0]
	}
	return -1
}

// translate checks source against the allowed subset and returns it as Go writes it. The two
// differ only in {,n}, which Go writes {0,n}.
func translate(source string) (string, *regexError) {
	if source == "" {
		return "", &regexError{msg: "the regular expression is empty", hint: "write a text between the percent signs"}
	}
	t := translator{source: source}
	for t.pos < len(source) {
		if err := t.step(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

// A translator is the state of translate.
type translator struct {
	source  string
	pos     int
	inClass bool
	first   bool // nothing but ^ stands in the class yet
	out     strings.Builder
}

// step handles the next character, escape or repetition.
func (t *translator) step() *regexError {
	c := t.source[t.pos]
	switch {
	case !isBareByte(c) && strings.IndexByte(symbols, c) < 0:
		return t.refuse()
	case c == '\\':
		return t.escape()
	case t.inClass:
		return t.class(c)
	case c == '{':
		return t.repetition()
	case c == '[':
		t.inClass, t.first = true, true
	}
	t.keep(1)
	return nil
}

// keep copies n bytes.
func (t *translator) keep(n int) {
	t.out.WriteString(t.source[t.pos : t.pos+n])
	t.pos += n
}

// class handles one character between [ and ].
func (t *translator) class(c byte) *regexError {
	switch {
	case c == '[':
		return &regexError{t.pos, "found '[' inside a character class", `write \[`}
	case c == ']' && !t.first:
		t.inClass = false
	}
	if c != '^' {
		t.first = false
	}
	t.keep(1)
	return nil
}

// escape handles a backslash: the classes \d \D \s \S \w \W, \x with two hexadecimal digits, and
// any allowed symbol that stands for itself. Go knows more; CloudWatch documents no more.
func (t *translator) escape() *regexError {
	t.first = false
	rest := t.source[t.pos+1:]
	switch {
	case rest == "":
		return &regexError{t.pos, "a backslash ends the regular expression", `write \\ for a backslash`}
	case strings.IndexByte("dDsSwW", rest[0]) >= 0:
	case rest[0] == 'x':
		if len(rest) < 3 || !isHex(rest[1]) || !isHex(rest[2]) {
			return &regexError{t.pos, `\x wants two hexadecimal digits`, `write \x28 for a parenthesis`}
		}
		t.keep(4)
		return nil
	case isLetter(rest[0]), isDigit(rest[0]):
		return &regexError{t.pos, fmt.Sprintf(`the escape \%c is not supported`, rest[0]),
			`supported are \d \D \s \S \w \W and \xhh`}
	case strings.IndexByte(symbols, rest[0]) < 0:
		t.pos++
		return t.refuse()
	}
	t.keep(2)
	return nil
}

// repetition handles {n}, {m,}, {m,n} and {,n}.
func (t *translator) repetition() *regexError {
	end := strings.IndexByte(t.source[t.pos:], '}')
	if end < 0 {
		return &regexError{t.pos, "the repetition is not closed", `write {2,3}, or \{ for a brace`}
	}
	body := t.source[t.pos+1 : t.pos+end]
	low, high, isRange := strings.Cut(body, ",")
	if !isDigits(low) || !isDigits(high) || low+high == "" || !isRange && low == "" {
		return &regexError{t.pos, fmt.Sprintf("found {%s}, want a repetition", body), `write {2,3}, or \{ for a brace`}
	}
	if low == "" {
		t.out.WriteString("{0," + high + "}")
		t.pos += end + 1
		return nil
	}
	t.keep(end + 1)
	return nil
}

// refuse says why the character at the current place may not be used.
func (t *translator) refuse() *regexError {
	r, _ := utf8.DecodeRuneInString(t.source[t.pos:])
	hint := "allowed are letters, digits, blanks and " + strings.ReplaceAll(symbols, " ", "")
	if r == '(' || r == ')' {
		return &regexError{t.pos, "parentheses are not supported in a regular expression",
			fmt.Sprintf(`write \x%02x for the character itself`, r)}
	}
	if r < utf8.RuneSelf {
		hint = fmt.Sprintf(`write \x%02x; %s`, r, hint)
	}
	return &regexError{t.pos, fmt.Sprintf("found %q in a regular expression", r), hint}
}

// isDigits reports whether s holds nothing but digits.
func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isLiteral reports whether re matches one text and nothing else.
func isLiteral(re *syntax.Regexp) bool {
	return re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase == 0
}

// required returns a text that every match of re contains: the longest that is easy to find, "" if
// there is none.
func required(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		if isLiteral(re) {
			return string(re.Rune)
		}
	case syntax.OpPlus, syntax.OpCapture:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		longest := ""
		for _, sub := range re.Sub {
			if lit := required(sub); len(lit) > len(longest) {
				longest = lit
			}
		}
		return longest
	}
	return ""
}
