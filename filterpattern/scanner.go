package filterpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// space are the characters that separate things in a pattern and tokens in an event. The
// documentation only shows blanks; patterns in templates span lines, and the documented Lambda
// pattern expects tabs to split (spec §5 [R]).
const space = " \t\n\r\v\f"

// maxRegexes is how many regular expressions one pattern may hold. It is documented for JSON and
// space-delimited patterns; we apply it to terms too, because FilterLogEvents and Live Tail state
// it without naming a kind.
const maxRegexes = 2

// A scanner reads a pattern from left to right.
type scanner struct {
	text      string
	pos       int // bytes
	regexes   int // met so far
	wildcards int // met so far in selectors
}

// errorAt returns an error at byte offset pos.
func (s *scanner) errorAt(pos int, msg, hint string) *Error {
	return &Error{Pos: utf8.RuneCountInString(s.text[:pos]), Msg: msg, Hint: hint}
}

// unexpected returns an error that says what stands at the current place and what should.
func (s *scanner) unexpected(want string) *Error {
	return s.errorAt(s.pos, "found "+s.found()+", want "+want, "")
}

// found names what stands at the current place: a character or the end.
func (s *scanner) found() string {
	if s.pos >= len(s.text) {
		return "the end of the pattern"
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	return fmt.Sprintf("%q", r)
}

// peek returns the byte at the current place, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

// skipSpace moves over white space and reports whether there was any.
func (s *scanner) skipSpace() bool {
	start := s.pos
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
	return s.pos > start
}

// accept moves over lit if it comes next.
func (s *scanner) accept(lit string) bool {
	if !strings.HasPrefix(s.text[s.pos:], lit) {
		return false
	}
	s.pos += len(lit)
	return true
}

// run moves over bytes that satisfy in and returns them.
func (s *scanner) run(in func(byte) bool) string {
	start := s.pos
	for s.pos < len(s.text) && in(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos]
}

// quoted reads "…" and returns the text inside. \" and \\ stand for the second character; any
// other backslash stands for itself.
func (s *scanner) quoted() (string, *Error) {
	open := s.pos
	var b strings.Builder
	for i := open + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.pos = i + 1
			return b.String(), nil
		case c == '\\' && i+1 < len(s.text) && (s.text[i+1] == '"' || s.text[i+1] == '\\'):
			i++
			b.WriteByte(s.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", s.errorAt(open, "the quote is not closed", `write "…", and \" for a quote inside`)
}

// regex reads %…%.
func (s *scanner) regex() (*regex, *Error) {
	open := s.pos
	n := strings.IndexByte(s.text[open+1:], '%')
	if n < 0 {
		return nil, s.errorAt(open, "the regular expression is not closed", `write %…%, and \x25 for a percent sign inside`)
	}
	if s.regexes++; s.regexes > maxRegexes {
		return nil, s.errorAt(open, fmt.Sprintf("found more than %d regular expressions", maxRegexes),
			"use a wildcard or join two expressions with | in one")
	}
	s.pos = open + 1 + n + 1
	re, rerr := compileRegex(s.text[open+1 : open+1+n])
	if rerr != nil {
		return nil, s.errorAt(open+1+rerr.at, rerr.msg, rerr.hint)
	}
	return re, nil
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isBareByte says what a term may consist of without quotes: ASCII letters, digits, underscore.
func isBareByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// isNameByte says what a property or column name may consist of.
func isNameByte(c byte) bool { return isBareByte(c) || c == '-' }
