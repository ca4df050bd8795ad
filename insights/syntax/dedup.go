package syntax

func (p *parser) parseDedup() Command { return &Dedup{Fields: p.fields()} }

// String returns the command in canonical form.
func (c *Dedup) String() string { return "dedup " + fieldTexts(c.Fields) }
