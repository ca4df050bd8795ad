package syntax

// parseSessionize reads sessionize field, ... [maxspan period] [as name].
func (p *parser) parseSessionize() Command {
	c := &Sessionize{Fields: p.fields()}
	if p.acceptWord("maxspan") {
		c.MaxSpan = p.period()
	}
	c.As = p.as()
	return c
}

// String returns the command in canonical form.
func (c *Sessionize) String() string {
	s := "sessionize " + fieldTexts(c.Fields)
	if c.MaxSpan != nil {
		s += " maxspan " + c.MaxSpan.String()
	}
	return s + asText(c.As)
}
