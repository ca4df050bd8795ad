package filterpattern

import (
	"fmt"
	"slices"
	"strings"
)

// A sign says how a term counts.
type sign uint8

const (
	plain    sign = iota // must occur
	optional             // ? one of these must occur, if there are no others
	excluded             // - must not occur
)

var signNames = [...]string{"", "?", "-"}

// A term is a text or a regex to look for anywhere in the event: as a substring, not as a word.
type term struct {
	sign     sign
	pos, end int // bytes in the pattern
	text     needle
	regex    *regex // nil: a text
}

// in reports whether the term occurs in the event.
func (t *term) in(event []byte) bool {
	if t.regex != nil {
		return t.regex.match(event)
	}
	return t.text.in(event)
}

// index returns where the term first occurs in the event, -1 if it does not.
func (t *term) index(event []byte) int {
	if t.regex != nil {
		return t.regex.index(event)
	}
	return t.text.index(event)
}

// A termList is a pattern of terms. Without any it matches every event.
type termList struct {
	terms []*term // as written

	// What decides, cheapest first.
	must []*term // every one has to occur
	any  []*term // at least one has to occur, unless there are none
	not  []*term // none may occur
}

// parseTerms reads terms separated by white space up to the end.
func parseTerms(s *scanner) (form, *Error) {
	l := &termList{}
	for s.pos < len(s.text) {
		t, err := s.term()
		if err != nil {
			return nil, err
		}
		l.terms = append(l.terms, t)
		if !s.skipSpace() && s.pos < len(s.text) {
			return nil, s.errorAt(s.pos, "found "+s.found()+" right after a term, want a blank", "")
		}
	}
	l.plan()
	return l, nil
}

// term reads one term with its sign, which blanks may follow.
func (s *scanner) term() (*term, *Error) {
	t := &term{pos: s.pos}
	switch s.peek() {
	case '?':
		t.sign = optional
	case '-':
		t.sign = excluded
	}
	if t.sign != plain {
		s.pos++
		s.skipSpace()
	}
	var err *Error
	switch c := s.peek(); {
	case s.pos >= len(s.text):
		err = s.errorAt(s.pos, "found the end of the pattern after "+signNames[t.sign]+", want a term", "")
	case c == '"':
		var text string
		text, err = s.quoted()
		t.text = newNeedle(text)
	case c == '%':
		t.regex, err = s.regex()
	default:
		var text string
		text, err = s.bareTerm()
		t.text = newNeedle(text)
	}
	t.end = s.pos
	return t, err
}

// bareTerm reads a term without quotes.
func (s *scanner) bareTerm() (string, *Error) {
	start := s.pos
	word := s.run(func(c byte) bool { return !isSpace(c) })
	for i := range len(word) {
		if !isBareByte(word[i]) {
			return "", s.errorAt(start+i, fmt.Sprintf("Invalid character(s) in term '%s'", word), quoteHint(word))
		}
	}
	return word, nil
}

// quoteHint says how to write a word that needs quotes.
func quoteHint(word string) string {
	p := &printer{}
	p.quote(strings.Trim(word, `"`))
	return "write it in quotes: " + p.String()
}

// plan sorts the terms into those that decide. When any term is plain or excluded, the optional
// ones do not count at all.
func (l *termList) plan() {
	for _, t := range l.terms {
		switch t.sign {
		case plain:
			l.must = append(l.must, t)
		case optional:
			l.any = append(l.any, t)
		case excluded:
			l.not = append(l.not, t)
		}
	}
	if len(l.must)+len(l.not) > 0 {
		l.any = nil
	}
	for _, list := range [][]*term{l.must, l.any, l.not} {
		slices.SortStableFunc(list, func(a, b *term) int { return a.cost() - b.cost() })
	}
}

// cost orders terms so that those which decide quickly come first: texts by how rare their rarest
// byte is, regexes last.
func (t *term) cost() int {
	if t.regex != nil {
		return len(common) + 1
	}
	if t.text.text == "" {
		return 0
	}
	return len(common) - rarity(t.text.text[t.text.first])
}

func (l *termList) match(event []byte) bool {
	for _, t := range l.must {
		if !t.in(event) {
			return false
		}
	}
	for _, t := range l.not {
		if t.in(event) {
			return false
		}
	}
	for _, t := range l.any {
		if t.in(event) {
			return true
		}
	}
	return len(l.any) == 0
}

func (l *termList) print(p *printer) {
	for i, t := range l.terms {
		if i > 0 {
			p.WriteByte(' ')
		}
		t.print(p)
	}
}

// print appends the term.
func (t *term) print(p *printer) {
	p.WriteString(signNames[t.sign])
	switch {
	case t.regex != nil:
		p.WriteString("%" + t.regex.source + "%")
	case t.text.text != "" && strings.IndexFunc(t.text.text, func(r rune) bool { return r > 0x7f || !isBareByte(byte(r)) }) < 0:
		p.WriteString(t.text.text)
	default:
		p.quote(t.text.text)
	}
}

func (l *termList) explain(event []byte) []Step {
	steps := make([]Step, 0, len(l.terms))
	for _, t := range l.terms {
		p := &printer{}
		t.print(p)
		steps = append(steps, t.step(p.String(), event, t.sign == optional && len(l.any) == 0))
	}
	return steps
}

// step explains one term. ignored says that it is an optional one which does not count.
func (t *term) step(text string, event []byte, ignored bool) Step {
	st := Step{Pos: t.pos, End: t.end, Text: text, Ignored: ignored}
	at := t.index(event)
	st.Held = (at >= 0) != (t.sign == excluded)
	st.Note = "does not occur"
	if at >= 0 {
		st.Note = fmt.Sprintf("occurs at byte %d", at)
	}
	return st
}
