package syntax

func (p *parser) parseStats() Command {
	c := &Stats{}
	if p.tok.isWord("by") {
		p.want("an aggregate such as count(*)")
		p.unexpected()
	}
	c.Aggs = p.projs()
	if p.acceptWord("by") {
		c.By = p.projs()
	}
	if p.acceptWord("offset") {
		c.Offset = p.period()
	}
	return c
}

// String returns the command in canonical form.
func (c *Stats) String() string {
	s := "stats " + projTexts(c.Aggs)
	if c.By != nil {
		s += " by " + projTexts(c.By)
	}
	if c.Offset != nil {
		s += " offset " + c.Offset.String()
	}
	return s
}
