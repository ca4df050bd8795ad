package syntax

func (p *parser) parseAccum() Command {
	field := p.field()
	return &Accum{Field: field, As: p.as()}
}

// String returns the command in canonical form.
func (c *Accum) String() string { return "accum " + c.Field.String() + asText(c.As) }
