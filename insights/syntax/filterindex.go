package syntax

func (p *parser) parseFilterIndex() Command {
	c := &FilterIndex{Field: p.field()}
	p.wantWord("=")
	switch {
	case p.tok.is("="), p.tok.is("=="):
		p.next()
		c.Values = []Expr{p.literal()}
	case p.acceptWord("in"):
		c.In = true
		p.expect("[")
		c.Values = p.list(p.literal)
		p.expect("]")
	default:
		p.unexpected()
	}
	return c
}

// String returns the command in canonical form.
func (c *FilterIndex) String() string {
	if !c.In {
		return "filterIndex " + c.Field.String() + " = " + c.Values[0].String()
	}
	var w printer
	w.list(c.Values, precPrimary)
	return "filterIndex " + c.Field.String() + " in [" + w.String() + "]"
}
