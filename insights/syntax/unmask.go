package syntax

func (p *parser) parseUnmask() Command {
	if p.atStageEnd() {
		return &Unmask{}
	}
	return &Unmask{Expr: p.expr()}
}

// String returns the command in canonical form.
func (c *Unmask) String() string {
	if c.Expr == nil {
		return "unmask"
	}
	return "unmask " + c.Expr.String()
}
