package filterpattern

import "strings"

// A delimitedForm is a pattern of columns.
type delimitedForm struct {
	columns  []*column
	ellipsis int // how many columns stand before …; -1: there is none
}

// A column is a place in a line, with a name or without, and what is asked of the token there.
type column struct {
	pos, end int // bytes in the pattern
	name     string
	tests    [][]*comparison // any of: all of; empty: nothing is asked
}

// parseDelimited reads [ columns ] up to byte offset end, where the pattern ends.
func parseDelimited(s *scanner, end int) (form, *Error) {
	if s.text[end-1] != ']' || end-1 == s.pos {
		return nil, s.errorAt(end, "If a filter pattern starts with '[' it must end with ']'", "")
	}
	f := &delimitedForm{ellipsis: -1}
	s.pos++
	s.skipSpace()
	if s.pos == end-1 {
		f.ellipsis = 0 // [] is any number of tokens without names
		return f, nil
	}
	for {
		if err := f.column(s); err != nil {
			return nil, err
		}
		if s.peek() != ',' {
			break
		}
		s.pos++
		s.skipSpace()
	}
	if s.pos != end-1 {
		err := s.unexpected("',', && or || between columns, or the ']' at the end")
		err.Hint = "a value with other characters than letters, digits and common signs needs quotes"
		return nil, err
	}
	return f, nil
}

// column reads one column or the ellipsis, up to the comma or bracket after it.
func (f *delimitedForm) column(s *scanner) *Error {
	start := s.pos
	if s.accept("...") {
		if f.ellipsis >= 0 {
			return s.errorAt(start, "found a second '...'", "a pattern can leave out columns in one place only")
		}
		f.ellipsis = len(f.columns)
		s.skipSpace()
		return nil
	}
	c := &column{pos: start, name: s.run(isNameByte), end: s.pos}
	f.columns = append(f.columns, c)
	s.skipSpace()
	if next := s.peek(); next == ',' || next == ']' {
		return nil
	}
	return c.conditions(s)
}

// conditions reads comparisons joined with && and ||, the former first; each after the first has
// the column's name before it.
func (c *column) conditions(s *scanner) *Error {
	var group []*comparison
	for {
		cmp, err := s.comparison(isWordByte)
		if err != nil {
			return err
		}
		group = append(group, cmp)
		c.end = s.pos
		s.skipSpace()
		switch {
		case s.accept("&&"):
		case s.accept("||"):
			c.tests = append(c.tests, group)
			group = nil
		default:
			c.tests = append(c.tests, group)
			return nil
		}
		s.skipSpace()
		if err := c.again(s); err != nil {
			return err
		}
	}
}

// again reads the column's name, which every further condition repeats.
func (c *column) again(s *scanner) *Error {
	start := s.pos
	name := s.run(isNameByte)
	s.skipSpace()
	switch {
	case c.name == "":
		return s.errorAt(start, "a column without a name has more than one condition", "give the column a name")
	case name == "":
		return s.unexpected("the column's name " + c.name)
	case name != c.name:
		return s.errorAt(start, "found "+name+", want the column's own name "+c.name,
			"the conditions of one column all name that column")
	}
	return nil
}

// isWordByte says what the value of a column's condition may consist of outside quotes. The
// documentation shows letters, digits and .*-+_; we allow what cannot be mistaken for something
// else besides (spec §2 leaves bareword open).
func isWordByte(c byte) bool {
	return isTextByte(c) || strings.IndexByte("/:@#$;~^'", c) >= 0
}

// holds reports whether what is asked of the column is true of a token.
func (c *column) holds(token []byte) bool {
	for _, group := range c.tests {
		if allHold(group, token) {
			return true
		}
	}
	return len(c.tests) == 0
}

// allHold reports whether every comparison is true of a token.
func allHold(group []*comparison, token []byte) bool {
	for _, c := range group {
		if !c.holdsToken(token) {
			return false
		}
	}
	return true
}

// holdsToken reports whether the comparison is true of a token. Nothing holds of a token that is
// not a number from end to end and a number outside quotes, not even != (spec §5).
func (c *comparison) holdsToken(token []byte) bool {
	if c.number == nil {
		return c.holdsText(token)
	}
	order, ok := c.compareNumber(token)
	return ok && c.op.holds(order)
}

func (f *delimitedForm) match(event []byte) bool {
	if f.ellipsis >= 0 {
		return f.matchElided(event)
	}
	t := tokens{b: event}
	for i, c := range f.columns {
		tok, ok := t.next()
		if !ok {
			return false
		}
		if i == len(f.columns)-1 && t.more() {
			tok = t.rest(tok)
		}
		if !c.holds(event[tok.start:tok.end]) {
			return false
		}
	}
	return true
}

// matchElided matches a pattern with an ellipsis: its first columns are the first tokens, its last
// columns the last ones, and the ellipsis stands for those between, if any.
func (f *delimitedForm) matchElided(event []byte) bool {
	t := tokens{b: event}
	for _, c := range f.columns[:f.ellipsis] {
		tok, ok := t.next()
		if !ok || !c.holds(event[tok.start:tok.end]) {
			return false
		}
	}
	last := f.columns[f.ellipsis:]
	if len(last) == 0 {
		return true
	}
	left := t.count()
	for ; left > len(last); left-- {
		t.next()
	}
	if left < len(last) {
		return false
	}
	for _, c := range last {
		if tok, _ := t.next(); !c.holds(event[tok.start:tok.end]) {
			return false
		}
	}
	return true
}

func (f *delimitedForm) print(p *printer) {
	p.WriteByte('[')
	n := len(f.columns)
	if f.ellipsis >= 0 && n > 0 {
		n++
	}
	for i := range n {
		if i > 0 {
			p.WriteByte(',')
			p.gap()
		}
		switch {
		case f.ellipsis < 0 || i < f.ellipsis:
			f.columns[i].print(p)
		case i == f.ellipsis:
			p.WriteString("...")
		default:
			f.columns[i-1].print(p)
		}
	}
	p.WriteByte(']')
}

// print appends the column.
func (c *column) print(p *printer) {
	for i, group := range c.tests {
		for j, cmp := range group {
			switch {
			case j > 0:
				p.join("&&")
			case i > 0:
				p.join("||")
			}
			p.WriteString(c.name)
			cmp.print(p)
		}
	}
	if len(c.tests) == 0 {
		p.WriteString(c.name)
	}
}
