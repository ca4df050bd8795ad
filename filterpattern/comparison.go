package filterpattern

import "strings"

// An operator compares a value of the event with an operand of the pattern.
type operator uint8

const (
	equal operator = iota
	notEqual
	less
	lessEqual
	greater
	greaterEqual
)

var operatorNames = [...]string{"=", "!=", "<", "<=", ">", ">="}

// orders reports whether o asks for an order, which only numbers have.
func (o operator) orders() bool { return o >= less }

// holds says whether o is true of a value that compares as c: -1, 0 or 1.
func (o operator) holds(c int) bool {
	switch o {
	case equal:
		return c == 0
	case notEqual:
		return c != 0
	case less:
		return c < 0
	case lessEqual:
		return c <= 0
	case greater:
		return c > 0
	}
	return c >= 0
}

// A comparison is an operator with its operand, which is exactly one of a number, a text with
// wildcards and a regex.
type comparison struct {
	op     operator
	source string // the number or text as an event would show it; "" for a regex
	number *number
	text   *wildcard
	regex  *regex

	short   short // the number, if it is one
	isShort bool
}

// operator reads = != < <= > >=.
func (s *scanner) operator() (operator, *Error) {
	start := s.pos
	op := s.run(func(c byte) bool { return strings.IndexByte("=!<>~", c) >= 0 })
	for o, name := range operatorNames {
		if op == name {
			return operator(o), nil
		}
	}
	if op == "" {
		return 0, s.unexpected("one of = != < <= > >=")
	}
	hint := "write one of = != < <= > >="
	switch op {
	case "==":
		hint = "write ="
	case "<>":
		hint = "write !="
	case "=~", "~":
		hint = "write = %…% for a regular expression"
	}
	return 0, s.errorAt(start, "found "+op+", want a comparison", hint)
}

// comparison reads an operator and its operand. bare says which bytes an operand may have outside
// quotes.
func (s *scanner) comparison(bare func(byte) bool) (*comparison, *Error) {
	op, err := s.operator()
	if err != nil {
		return nil, err
	}
	s.skipSpace()
	start := s.pos
	c := &comparison{op: op}
	switch {
	case s.peek() == '"':
		c.source, err = s.quoted()
		c.text = newWildcard(c.source)
	case s.peek() == '%':
		c.regex, err = s.regex()
	default:
		err = s.bareOperand(c, bare)
	}
	if err != nil {
		return nil, err
	}
	if op.orders() && c.number == nil {
		return nil, s.errorAt(start, "found "+s.text[start:s.pos]+" after "+operatorNames[op]+", want a number",
			"only numbers outside quotes have an order")
	}
	return c, nil
}

// bareOperand reads an operand outside quotes: a number if it is one from end to end, else text.
func (s *scanner) bareOperand(c *comparison, bare func(byte) bool) *Error {
	c.source = s.run(bare)
	if c.source == "" {
		err := s.unexpected("a value")
		err.Hint = `write a number, a word of letters, digits and _.*+-, a "text" or a %regex%`
		return err
	}
	if n, ok := parseNumber([]byte(c.source)); ok {
		c.number = &n
		c.short, c.isShort = parseShort([]byte(c.source))
		return nil
	}
	c.text = newWildcard(c.source)
	return nil
}

// isTextByte says what an operand may consist of outside quotes (the baretext of spec §2).
func isTextByte(c byte) bool {
	return isNameByte(c) || c == '.' || c == '*' || c == '+'
}

// print appends the comparison.
func (c *comparison) print(p *printer) {
	p.join(operatorNames[c.op])
	switch {
	case c.number != nil:
		p.WriteString(c.source)
	case c.regex != nil:
		p.WriteString("%" + c.regex.source + "%")
	case p.short && c.bare():
		p.WriteString(c.source)
	default:
		p.quote(c.source)
	}
}

// bare reports whether a text operand means the same without quotes.
func (c *comparison) bare() bool {
	for i := range len(c.source) {
		if !isTextByte(c.source[i]) {
			return false
		}
	}
	_, isNumber := parseNumber([]byte(c.source))
	return c.source != "" && !isNumber
}

// holdsText reports whether the comparison, whose operand is not a number, is true of a value's text.
func (c *comparison) holdsText(value []byte) bool {
	if c.regex != nil {
		return c.regex.match(value) == (c.op == equal)
	}
	return c.text.match(value) == (c.op == equal)
}

// compareNumber returns how the number in text compares with the comparison's: -1, 0 or 1. ok is
// false if text is not a number from end to end.
func (c *comparison) compareNumber(text []byte) (order int, ok bool) {
	if c.isShort {
		if n, ok := parseShort(text); ok {
			return n.compare(c.short), true
		}
	}
	n, ok := parseNumber(text)
	if !ok {
		return 0, false
	}
	return n.compare(c.number), true
}

// required returns a text that stands in every event of which the comparison is true, if that
// event has no escapes; "" if there is none.
func (c *comparison) required() string {
	switch {
	case c.op != equal || c.number != nil:
		return ""
	case c.regex != nil:
		return c.regex.needle.text
	}
	return c.text.needle.text
}

// A wildcard is a text in which a star at the start or end stands for anything. There is no way to
// write a literal star in those places.
type wildcard struct {
	needle        needle // the text without its stars
	before, after bool   // a star stood there
}

// newWildcard takes the stars off text. A star alone is both of them.
func newWildcard(text string) *wildcard {
	w := &wildcard{}
	text, w.before = strings.CutPrefix(text, "*")
	if w.before && text == "" {
		w.after = true
		return w
	}
	text, w.after = strings.CutSuffix(text, "*")
	w.needle = newNeedle(text)
	return w
}

// match reports whether value has the form of w.
func (w *wildcard) match(value []byte) bool {
	text := w.needle.text
	switch {
	case len(value) < len(text):
		return false
	case w.before && w.after:
		return w.needle.in(value)
	case w.before:
		return string(value[len(value)-len(text):]) == text
	case w.after:
		return string(value[:len(text)]) == text
	}
	return string(value) == text
}
