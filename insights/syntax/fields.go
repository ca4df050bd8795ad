package syntax

func (p *parser) parseFields() Command { return &Fields{Projs: p.projs()} }

// String returns the command in canonical form.
func (c *Fields) String() string { return "fields " + projTexts(c.Projs) }

func (p *parser) parseDisplay() Command { return &Display{Projs: p.projs()} }

// String returns the command in canonical form.
func (c *Display) String() string { return "display " + projTexts(c.Projs) }
