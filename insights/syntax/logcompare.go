package syntax

func (p *parser) parseLogCompare() Command {
	p.expectWord("timeshift")
	return &LogCompare{Timeshift: p.period()}
}

// String returns the command in canonical form.
func (c *LogCompare) String() string { return "logcompare timeshift " + c.Timeshift.String() }
