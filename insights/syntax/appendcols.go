package syntax

import (
	"math"
	"strconv"
)

// parseAppendCols reads appendcols [override=b] [max=n] (query).
func (p *parser) parseAppendCols() Command {
	c := &AppendCols{}
	for {
		switch p.option("override", "max") {
		case "override":
			c.Override = p.boolean()
		case "max":
			n := p.integer(wholeNumber, math.MaxInt64)
			c.Max = &n
		default:
			c.Query = p.subquery()
			return c
		}
	}
}

// String returns the command in canonical form.
func (c *AppendCols) String() string {
	var o optionTexts
	o.boolean("override", c.Override)
	if c.Max != nil {
		o.add("max", strconv.FormatInt(*c.Max, 10))
	}
	return "appendcols" + o.String() + " (" + c.Query.String() + ")"
}
