package syntax

// parseFillMissing reads fillmissing [with literal for field, ...].
func (p *parser) parseFillMissing() Command {
	c := &FillMissing{}
	if !p.acceptWord("with") {
		return c
	}
	c.Values = []FillValue{p.fillValue()}
	for p.accept(",") {
		c.Values = append(c.Values, p.fillValue())
	}
	return c
}

func (p *parser) fillValue() FillValue {
	v := FillValue{Value: p.literal()}
	p.expectWord("for")
	v.Field = p.field()
	return v
}

// String returns the command in canonical form.
func (c *FillMissing) String() string {
	s := "fillmissing"
	for i, v := range c.Values {
		sep := ","
		if i == 0 {
			sep = " with"
		}
		s += sep + " " + v.Value.String() + " for " + v.Field.String()
	}
	return s
}
