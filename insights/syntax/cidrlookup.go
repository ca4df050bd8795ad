package syntax

// parseCIDRLookup reads cidrlookup table field [as column] OUTPUT column [as name], ...
func (p *parser) parseCIDRLookup() Command {
	c := &CIDRLookup{Table: p.table()}
	start := p.tok.start.Pos
	c.Match.Field = p.field()
	c.Match.Column = p.as()
	c.Match.set(start, p.prev.end.Pos)
	c.Keep, c.Output = p.output()
	return c
}

// String returns the command in canonical form.
func (c *CIDRLookup) String() string {
	return "cidrlookup " + partText(c.Table) + " " + c.Match.Field.String() + asText(c.Match.Column) + outputText(c.Keep, c.Output)
}
