package syntax

func (p *parser) parseEstimate() Command { return &Estimate{} }

// String returns the command in canonical form.
func (c *Estimate) String() string { return "estimate" }
