package syntax

// parseJoin reads join type=t left=L right=R where L.f = R.g (query).
func (p *parser) parseJoin() Command {
	c := &Join{}
	for !p.bad {
		switch p.option("type", "left", "right") {
		case "type":
			c.Outer = p.choice("inner", "left") == "left"
			continue
		case "left":
			c.Left = p.field().Name()
			continue
		case "right":
			c.Right = p.field().Name()
			continue
		}
		break
	}
	p.expectWord("where")
	c.LeftKey = p.field()
	if p.tok.is("==") {
		p.next()
	} else {
		p.expect("=")
	}
	c.RightKey = p.field()
	c.Query = p.subquery()
	return c
}

// String returns the command in canonical form.
func (c *Join) String() string {
	var o optionTexts
	if c.Outer {
		o.add("type", "left")
	}
	if c.Left != "" {
		o.add("left", nameText(c.Left))
	}
	if c.Right != "" {
		o.add("right", nameText(c.Right))
	}
	return "join" + o.String() + " where " + c.LeftKey.String() + " = " + c.RightKey.String() + " (" + c.Query.String() + ")"
}
