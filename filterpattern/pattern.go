// Package filterpattern matches log events against CloudWatch Logs filter patterns: terms, JSON
// selectors and space-delimited columns. It reads texts and events in memory; it neither stores
// events nor knows where they came from, and publishing what a metric filter finds is the
// caller's part.
package filterpattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// MaxLength is the longest pattern in characters (filterPattern in the API model). A character is
// a Unicode code point.
const MaxLength = 1024

// A Kind is one of the three languages a pattern can be written in.
type Kind uint8

// The kinds.
const (
	Terms     Kind = iota // words, phrases and regexes looked for anywhere in the event
	JSON                  // { … }: conditions on the properties of a JSON event
	Delimited             // [ … ]: conditions on the columns of a line split at white space
)

var kindNames = [...]string{"terms", "json", "delimited"}

// String returns the kind's lower-case name.
func (k Kind) String() string { return kindNames[k] }

// A Pattern is a parsed filter pattern, ready to match. It is immutable: all methods are safe for
// concurrent use.
type Pattern struct {
	kind    Kind
	source  string
	regexes int
	form    form
}

// A form is what the three languages have in common.
type form interface {
	// match reports whether the event satisfies the pattern. It does not keep or change event.
	match(event []byte) bool
	// print appends the pattern as text.
	print(p *printer)
	// explain returns one step for each term or condition, in the order of the pattern, with
	// places as byte offsets.
	explain(event []byte) []Step
}

// Parse reads a filter pattern. The blanks around it do not matter. An error is always an *Error
// that tells the place of the first mistake.
func Parse(text string) (*Pattern, error) {
	s := &scanner{text: text}
	p, err := parse(s)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// MustParse is Parse for texts known to be right: tests and package variables.
func MustParse(text string) *Pattern {
	p, err := Parse(text)
	if err != nil {
		panic(fmt.Sprintf("BUG: filter pattern %q: %v", text, err))
	}
	return p
}

// parse chooses the language by the first character and hands over to it.
func parse(s *scanner) (*Pattern, *Error) {
	if err := checkText(s); err != nil {
		return nil, err
	}
	p := &Pattern{source: s.text}
	s.skipSpace()
	var err *Error
	switch rest := strings.TrimRight(s.text[s.pos:], space); {
	case matchesAll(rest):
		p.form = &termList{}
	case rest[0] == '{':
		p.kind = JSON
		p.form, err = parseJSON(s, s.pos+len(rest))
	case rest[0] == '[':
		p.kind = Delimited
		p.form, err = parseDelimited(s, s.pos+len(rest))
	default:
		p.form, err = parseTerms(s)
	}
	if err != nil {
		return nil, err
	}
	p.regexes = s.regexes
	return p, nil
}

// matchesAll says which patterns match every event: the empty one and the quoted nothing or blank
// (spec §1). A pattern of blanks only counts as empty.
func matchesAll(trimmed string) bool {
	return trimmed == "" || trimmed == `""` || trimmed == `" "`
}

// checkText refuses what no language allows: more than MaxLength characters, and bytes that are
// not UTF-8, which would make the places of errors meaningless.
func checkText(s *scanner) *Error {
	for i, r := range s.text {
		if _, size := utf8.DecodeRuneInString(s.text[i:]); r == utf8.RuneError && size == 1 {
			return s.errorAt(i, "the pattern is not valid UTF-8", "")
		}
	}
	if n := utf8.RuneCountInString(s.text); n > MaxLength {
		return &Error{
			Pos: MaxLength,
			Msg: fmt.Sprintf("1 validation error detected: Value '%s' at 'filterPattern' failed to satisfy constraint: "+
				"Member must have length less than or equal to %d", s.text, MaxLength),
			Hint: fmt.Sprintf("the pattern has %d characters", n),
		}
	}
	return nil
}

// Kind returns the language of the pattern. A pattern that matches every event is of kind Terms.
func (p *Pattern) Kind() Kind { return p.kind }

// Regexes returns how many regular expressions the pattern holds, 0 to 2. CloudWatch allows five
// metric and subscription filters with a regex per log group; counting them is the caller's part.
func (p *Pattern) Regexes() int { return p.regexes }

// Match reports whether the event satisfies the pattern. It neither keeps nor changes event, and
// does not allocate, with one exception: a JSON event that repeats a key where the pattern has a
// wildcard.
func (p *Pattern) Match(event []byte) bool { return p.form.match(event) }

// MatchString is Match for a string. It does not copy it.
func (p *Pattern) MatchString(event string) bool {
	// Matching only reads, so the string's bytes may be looked at in place.
	return p.form.match(unsafe.Slice(unsafe.StringData(event), len(event)))
}

// String returns the pattern in its canonical form, which parses to an equal pattern: one blank
// between parts, text in quotes, no parentheses that change nothing. A pattern so long that this
// form would pass MaxLength comes out as short as possible instead.
func (p *Pattern) String() string {
	pr := &printer{}
	p.form.print(pr)
	if utf8.RuneCountInString(pr.String()) > MaxLength {
		pr = &printer{short: true}
		p.form.print(pr)
	}
	return pr.String()
}
