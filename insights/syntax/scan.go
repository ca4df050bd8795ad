package syntax

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A place is a Pos together with its byte offset.
type place struct {
	Pos
	byte int
}

// A kind says what a token is.
type kind uint8

const (
	kindEnd     kind = iota // end of the text
	kindSkipped             // stands for all tokens after a mistake, up to where the parser goes on
	kindInvalid             // text that cannot be a token; see problem
	kindName                // level, $Name, by
	kindQuoted              // `odd name`, @`odd name`
	kindString
	kindNumber
	kindPeriod
	kindParam // {{name}}
	kindRegex // only where the parser asks for one
	kindBare  // a run of characters with a meaning of its own; only where the parser asks for one
	kindPunct // an operator, a bracket or a stray character
)

// A token is a piece of the query's text.
type token struct {
	kind       kind
	start, end place
	raw        string   // as typed
	value      string   // what quotes, braces or slashes hold, with escapes undone
	problem    *problem // of kindInvalid
}

// A problem says why a text is no token.
type problem struct{ msg, hint string }

func (t *token) span() Span { return Span{t.start.Pos, t.end.Pos} }

// is reports whether t is the operator or bracket s.
func (t *token) is(s string) bool { return t.kind == kindPunct && t.raw == s }

// isWord reports whether t is the keyword s, in any case. A name in backticks is no keyword.
func (t *token) isWord(s string) bool { return t.kind == kindName && strings.EqualFold(t.raw, s) }

// A scanner cuts text into tokens, one at a time, so that the parser can say what it expects
// where that matters. It is a small value: a copy looks ahead.
type scanner struct {
	text string
	at   place
}

func newScanner(text string) scanner {
	return scanner{text, place{Pos: Pos{Line: 1, Col: 1}}}
}

// rest returns the text that is not yet scanned.
func (s *scanner) rest() string { return s.text[s.at.byte:] }

// advance moves n bytes ahead.
func (s *scanner) advance(n int) {
	for _, r := range s.text[s.at.byte : s.at.byte+n] {
		s.at.Offset++
		s.at.Col++
		if r == '\n' {
			s.at.Line++
			s.at.Col = 1
		}
	}
	s.at.byte += n
}

// token takes the next n bytes as a token.
func (s *scanner) token(k kind, n int) token {
	start := s.at
	s.advance(n)
	return token{kind: k, start: start, end: s.at, raw: s.text[start.byte:s.at.byte]}
}

// invalid takes the next n bytes as something that is no token.
func (s *scanner) invalid(n int, msg, hint string) token {
	t := s.token(kindInvalid, n)
	t.problem = &problem{msg, hint}
	return t
}

// skipBlanks moves to the next token, over blanks and comments.
func (s *scanner) skipBlanks() {
	rest := s.rest()
	i := 0
	for i < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[i:])
		switch {
		case isBlank(r):
			i += size
		case r == '#':
			if end := strings.IndexByte(rest[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(rest)
			}
		default:
			s.advance(i)
			return
		}
	}
	s.advance(i)
}

// isBlank reports whether r separates tokens. Byte order marks and zero-width spaces come along
// when a query is copied from a web page.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' }

// operators are the tokens of more than one punctuation character.
var operators = []string{"||", "&&", "!=", "==", "=~", "<>", "<=", ">="}

// scan returns the next token.
func (s *scanner) scan() token {
	s.skipBlanks()
	rest := s.rest()
	if rest == "" {
		return s.token(kindEnd, 0)
	}
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case r == '"' || r == '\'':
		return s.scanString()
	case r == '`' || (r == '@' || r == '$') && strings.HasPrefix(rest[1:], "`"):
		return s.scanQuoted()
	case isDigit(r) || r == '.' && len(rest) > 1 && isDigit(rune(rest[1])):
		return s.scanNumber()
	case isNameStart(r):
		return s.token(kindName, nameLen(rest))
	case strings.HasPrefix(rest, "{{"):
		return s.scanParam()
	}
	if len(rest) > 1 && slices.Contains(operators, rest[:2]) {
		size = 2
	}
	return s.token(kindPunct, size)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isNameStart reports whether a bare name can begin with r.
//
// That _ needs no backticks is seen in use; that $ and : are tolerated is our choice.
func isNameStart(r rune) bool {
	return unicode.IsLetter(r) || r == '_' || r == '@' || r == '$'
}

// isNamePart reports whether r can go on a bare name. A colon can too, between two such characters.
func isNamePart(r rune) bool { return isNameStart(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// nameLen returns how many bytes of a bare name s begins with.
func nameLen(s string) int {
	if i := asciiNameLen(s); i == len(s) || s[i] < utf8.RuneSelf && s[i] != ':' {
		return i
	}
	for i, r := range s {
		if isNamePart(r) {
			continue
		}
		if r != ':' || i == 0 {
			return i
		}
		if next, _ := utf8.DecodeRuneInString(s[i+1:]); !isNamePart(next) {
			return i
		}
	}
	return len(s)
}

// asciiNameLen is the part of nameLen that most names need.
func asciiNameLen(s string) int {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '@' || c == '$') {
			return i
		}
	}
	return len(s)
}

// scanString reads a text in single or double quotes.
//
// A backslash escapes a quote or a backslash and otherwise stands for itself, so that "\d" keeps
// it. That is our choice; no document says.
func (s *scanner) scanString() token {
	rest := s.rest()
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == rest[0]:
			t := s.token(kindString, i+1)
			t.value = b.String()
			return t
		case c == '\\' && i+1 < len(rest) && isEscaped(rest[i+1]):
			i++
			b.WriteByte(rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return s.invalid(len(rest), "this string is not closed", "add "+rest[:1]+" where it ends")
}

// isEscaped reports whether a backslash before c belongs to it.
func isEscaped(c byte) bool { return c == '"' || c == '\'' || c == '\\' }

// scanQuoted reads a name in backticks, with an @ or $ that may stand before them.
func (s *scanner) scanQuoted() token {
	rest := s.rest()
	open := strings.IndexByte(rest, '`')
	n := strings.IndexByte(rest[open+1:], '`')
	switch {
	case n < 0:
		return s.invalid(len(rest), "this name is not closed", "add ` where it ends")
	case n == 0:
		return s.invalid(open+2, "a name in backticks is empty", "")
	}
	t := s.token(kindQuoted, open+1+n+1)
	t.value = t.raw[:open] + t.raw[open+1:len(t.raw)-1]
	return t
}

// scanNumber reads a number or a period.
func (s *scanner) scanNumber() token {
	rest := s.rest()
	n := numberLen(rest)
	run := n
	for run < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[run:])
		if !isNamePart(r) && r != '.' {
			break
		}
		run += size
	}
	if run == n {
		return s.token(kindNumber, n)
	}
	if _, ok := ParsePeriod(rest[:run]); ok {
		return s.token(kindPeriod, run)
	}
	return s.invalid(run, "found \""+visible(clip(rest[:run]))+"\", which is neither a number nor a period such as 5m",
		"put a name that begins with a digit in backticks, and text in quotes")
}

// numberLen returns how many bytes of a number s begins with: 12, 3.5, .5, 1e3, 1e-3.
func numberLen(s string) int {
	digits := func(i int) int {
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
		return i
	}
	n := digits(0)
	if n < len(s) && s[n] == '.' && digits(n+1) > n+1 {
		n = digits(n + 1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		sign := n + 1
		if sign < len(s) && (s[sign] == '-' || s[sign] == '+') {
			sign++
		}
		if end := digits(sign); end > sign {
			n = end
		}
	}
	return n
}

// scanParam reads a placeholder: {{name}}.
func (s *scanner) scanParam() token {
	inside := strings.TrimLeftFunc(s.rest()[2:], isBlank)
	name := inside[:nameLen(inside)]
	after := strings.TrimLeftFunc(inside[len(name):], isBlank)
	if name == "" || isDigit(rune(name[0])) || !strings.HasPrefix(after, "}}") {
		return s.invalid(2, `found "{{", which begins no placeholder`, "write {{name}}, where the name has only letters, digits and _")
	}
	t := s.token(kindParam, len(s.rest())-len(after)+2)
	t.value = name
	return t
}

// scanRegex reads a regular expression between slashes.
func (s *scanner) scanRegex() token {
	rest := s.rest()
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '/':
			t := s.token(kindRegex, i+1)
			t.value = b.String()
			return t
		case c == '\\' && i+1 < len(rest):
			i++
			if rest[i] != '/' {
				b.WriteByte(c)
			}
			b.WriteByte(rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return s.invalid(len(rest), "this regular expression is not closed", "add / where it ends")
}

// scanPart reads one step of a path after its dot: a name that may begin with a digit, or a name
// in backticks.
func (s *scanner) scanPart() token {
	s.skipBlanks()
	if n := nameLen(s.rest()); n > 0 {
		return s.token(kindName, n)
	}
	return s.scan()
}

// scanBare reads the longest run of characters that ok accepts. It is a kindBare unless it is empty.
func (s *scanner) scanBare(ok func(rune) bool) token {
	s.skipBlanks()
	n := len(s.rest()) - len(strings.TrimLeftFunc(s.rest(), ok))
	if n == 0 {
		return s.scan()
	}
	t := s.token(kindBare, n)
	t.value = t.raw
	return t
}
