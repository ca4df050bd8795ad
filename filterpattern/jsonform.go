package filterpattern

import (
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A jsonForm is a pattern of conditions on JSON properties.
type jsonForm struct {
	conds   []*condition
	expr    *expression
	absent  set      // the conditions that hold when nothing is there: NOT EXISTS
	paths   *path    // the selectors, merged
	needles []needle // see expression.needles
	buffers sync.Pool
}

// parseJSON reads { or } up to byte offset end, where the pattern ends.
func parseJSON(s *scanner, end int) (form, *Error) {
	if s.text[end-1] != '}' || end-1 == s.pos {
		return nil, s.errorAt(end, "If a filter pattern starts with '{' it must end with '}'", "")
	}
	s.pos++
	s.skipSpace()
	f := &jsonForm{}
	var err *Error
	if f.expr, err = f.or(s); err != nil {
		return nil, err
	}
	if s.pos != end-1 {
		return nil, s.expressionEnd()
	}
	f.compile()
	return f, nil
}

// compile prepares what matching needs.
func (f *jsonForm) compile() {
	f.paths = &path{}
	for i, c := range f.conds {
		f.paths.add(c.selector, i)
		if c.test == notExists {
			f.absent.add(i)
		}
	}
	f.needles = f.expr.needles(f.conds)
}

// or reads expressions joined with ||.
func (f *jsonForm) or(s *scanner) (*expression, *Error) {
	return f.joined(s, some, func() (*expression, *Error) {
		return f.joined(s, all, func() (*expression, *Error) { return f.primary(s) })
	})
}

// joined reads one or more parts with the operator of kind between them.
func (f *jsonForm) joined(s *scanner, kind exprKind, part func() (*expression, *Error)) (*expression, *Error) {
	e := &expression{kind: kind}
	for {
		p, err := part()
		if err != nil {
			return nil, err
		}
		if p.kind == kind {
			e.parts = append(e.parts, p.parts...)
		} else {
			e.parts = append(e.parts, p)
		}
		s.skipSpace()
		if !s.accept(joiners[kind]) {
			break
		}
		s.skipSpace()
	}
	if len(e.parts) == 1 {
		return e.parts[0], nil
	}
	return e, nil
}

// primary reads one condition, or an expression in parentheses.
func (f *jsonForm) primary(s *scanner) (*expression, *Error) {
	if s.accept("(") {
		s.skipSpace()
		e, err := f.or(s)
		if err != nil {
			return nil, err
		}
		if !s.accept(")") {
			return nil, s.expressionEnd()
		}
		return e, nil
	}
	c, err := s.condition()
	if err != nil {
		return nil, err
	}
	f.conds = append(f.conds, c)
	return &expression{cond: len(f.conds) - 1}, nil
}

// expressionEnd says what is wrong where an expression stops before its end.
func (s *scanner) expressionEnd() *Error {
	err := s.unexpected("&&, || or the end of the condition")
	word := s.text[s.pos:min(s.pos+3, len(s.text))]
	switch {
	case strings.HasPrefix(strings.ToUpper(word), "AND"), strings.HasPrefix(word, "&"), strings.HasPrefix(word, ","):
		err.Hint = "join conditions with &&"
	case strings.HasPrefix(strings.ToUpper(word), "OR"), strings.HasPrefix(word, "|"):
		err.Hint = "join conditions with ||"
	case word != "" && strings.IndexByte(`()$}`, word[0]) < 0:
		err.Hint = `a value with other characters than letters, digits and _.*+- needs quotes`
	}
	return err
}

func (f *jsonForm) print(p *printer) {
	p.WriteByte('{')
	p.gap()
	f.expr.print(p, f.conds, false)
	p.gap()
	p.WriteByte('}')
}

func (f *jsonForm) match(event []byte) bool {
	b, ok := document(event)
	if !ok || !f.possible(b) {
		return false
	}
	w := walker{form: f, b: b}
	return w.run()
}

// document returns the event without blanks around it, and whether it can be a JSON object or
// array at all: it begins and ends with the brackets of one.
//
// The whole event must be JSON (spec §4). How far that is checked is our choice [R]: the brackets
// at both ends here, and what the walk passes on its way to the answer as jsonscan.Value checks
// it. What stands after the answer is settled is not looked at, so that an event that goes wrong
// only there still counts as JSON. internal/discover treats events alike.
func document(event []byte) (b []byte, ok bool) {
	if bracketed(event) {
		return event, true
	}
	b = jsonscan.Trim(event)
	return b, bracketed(b)
}

// bracketed reports whether b begins and ends with brackets of one kind.
func bracketed(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	first, last := b[0], b[len(b)-1]
	return first == '{' && last == '}' || first == '[' && last == ']'
}

// possible reports whether the event may satisfy the pattern, by a search for its needles.
func (f *jsonForm) possible(b []byte) bool {
	if len(f.needles) == 0 {
		return true
	}
	for i := range f.needles {
		if f.needles[i].in(b) {
			return true
		}
	}
	return hides(b)
}
