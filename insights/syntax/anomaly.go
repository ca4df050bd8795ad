package syntax

func (p *parser) parseAnomaly() Command { return &Anomaly{} }

// String returns the command in canonical form.
func (c *Anomaly) String() string { return "anomaly" }
