package syntax

import (
	"fmt"
	"strconv"
)

func (p *parser) parseOutlier() Command {
	c := &Outlier{}
	for {
		switch p.option("action", "param", "uselower", "mark") {
		case "action":
			c.Action = p.choice("remove", "transform")
		case "param":
			c.Param = p.float()
		case "uselower":
			c.UseLower = p.boolean()
		case "mark":
			c.Mark = p.boolean()
		default:
			c.Fields = p.looseFields()
			return c
		}
	}
}

// float reads a number without a sign.
func (p *parser) float() *float64 {
	if p.tok.kind != kindNumber {
		p.want("a number")
		p.unexpected()
		return nil
	}
	x, err := strconv.ParseFloat(p.tok.raw, 64)
	if err != nil {
		p.note(p.tok.span(), fmt.Sprintf("number %s is too large", clip(p.tok.raw)), "")
	}
	p.next()
	return &x
}

// String returns the command in canonical form.
func (c *Outlier) String() string {
	var o optionTexts
	if c.Action != "" {
		o.add("action", c.Action)
	}
	if c.Param != nil {
		o.add("param", strconv.FormatFloat(*c.Param, 'g', -1, 64))
	}
	o.boolean("uselower", c.UseLower)
	o.boolean("mark", c.Mark)
	return "outlier" + o.String() + " " + fieldTexts(c.Fields)
}
