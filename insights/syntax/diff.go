package syntax

func (p *parser) parseDiff() Command {
	if p.atStageEnd() {
		return &Diff{}
	}
	return &Diff{Against: p.choice("previousDay", "previousWeek", "previousMonth")}
}

// String returns the command in canonical form.
func (c *Diff) String() string {
	if c.Against == "" {
		return "diff"
	}
	return "diff " + c.Against
}
