package syntax

// parseRelevantFields reads relevantfields [field, ...] where condition.
func (p *parser) parseRelevantFields() Command {
	c := &RelevantFields{}
	if !p.tok.isWord("where") {
		c.Fields = p.fields()
	}
	p.expectWord("where")
	c.Cond = p.condition()
	return c
}

// String returns the command in canonical form.
func (c *RelevantFields) String() string {
	s := "relevantfields "
	if c.Fields != nil {
		s += fieldTexts(c.Fields) + " "
	}
	return s + "where " + c.Cond.String()
}
