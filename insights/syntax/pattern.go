package syntax

func (p *parser) parsePattern() Command { return &Pattern{Expr: p.expr()} }

// String returns the command in canonical form.
func (c *Pattern) String() string { return "pattern " + c.Expr.String() }
