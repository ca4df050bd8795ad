package syntax

func (p *parser) parseExpand() Command { return &Expand{Field: p.field()} }

// String returns the command in canonical form.
func (c *Expand) String() string { return "expand " + c.Field.String() }
