package syntax

// parseJSON reads json field=f "path" as name.
func (p *parser) parseJSON() Command {
	c := &JSONField{}
	p.expectWord("field")
	p.expect("=")
	c.Field = p.field()
	c.Path = p.str()
	p.expectWord("as")
	c.As = p.field()
	return c
}

// String returns the command in canonical form.
func (c *JSONField) String() string {
	return "json field=" + c.Field.String() + " " + c.Path.String() + asText(c.As)
}
