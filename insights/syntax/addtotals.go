package syntax

func (p *parser) parseAddTotals() Command {
	c := &AddTotals{}
	for {
		switch p.option("fieldname", "row", "col") {
		case "fieldname":
			c.FieldName = p.optionName()
		case "row":
			c.Row = p.boolean()
		case "col":
			c.Col = p.boolean()
		default:
			if !p.atStageEnd() {
				c.Fields = p.looseFields()
			}
			return c
		}
	}
}

// optionName reads a name, or a text that is used as one.
func (p *parser) optionName() string {
	if p.tok.kind != kindString {
		return p.field().Name()
	}
	if p.tok.value == "" {
		p.note(p.tok.span(), "the name is empty", "")
	}
	p.next()
	return p.prev.value
}

// optionNameText returns a name as optionName reads it.
func optionNameText(name string) string {
	if text := nameText(name); text == name {
		return text
	}
	return quote(name)
}

// String returns the command in canonical form.
func (c *AddTotals) String() string {
	var o optionTexts
	if c.FieldName != "" {
		o.add("fieldname", optionNameText(c.FieldName))
	}
	o.boolean("row", c.Row)
	o.boolean("col", c.Col)
	if c.Fields != nil {
		o.WriteString(" " + fieldTexts(c.Fields))
	}
	return "addtotals" + o.String()
}
