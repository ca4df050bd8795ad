package syntax

func (p *parser) parseUnnest() Command {
	c := &Unnest{Expr: p.expr()}
	p.expectWord("into")
	c.Into = p.field()
	return c
}

// String returns the command in canonical form.
func (c *Unnest) String() string { return "unnest " + c.Expr.String() + " into " + c.Into.String() }
