package syntax

func (p *parser) parseCountFrequent() Command { return &CountFrequent{Fields: p.fields()} }

// String returns the command in canonical form.
func (c *CountFrequent) String() string { return "countFrequent " + fieldTexts(c.Fields) }
