package syntax

// parseParse reads the command parse.
func (p *parser) parseParse() Command {
	c := &Parse{}
	if p.tok.kind != kindString && !p.tok.is("/") && !p.atParseMode() {
		c.From = p.primary()
	}
	switch {
	case p.tok.kind == kindString:
		c.Glob = p.str()
		p.expectWord("as")
		c.Names = p.fields()
	case p.tok.is("/"):
		p.parseRegex(c)
	case p.atParseMode():
		c.Mode = ParseLogfmt
		if p.tok.isWord("csv") {
			c.Mode = ParseCSV
		}
		p.next()
		p.expectWord("as")
		if c.Mode == ParseLogfmt {
			c.Names = []*Field{p.field()}
		} else {
			c.Names = p.fields()
		}
	default:
		p.wantWord("logfmt")
		p.wantWord("csv")
		p.want("a string")
		p.want("a /regex/")
		p.unexpected()
	}
	return c
}

// atParseMode reports whether tok is the word logfmt or csv and no field of that name, which
// something other than as follows.
func (p *parser) atParseMode() bool {
	if !p.tok.isWord("logfmt") && !p.tok.isWord("csv") {
		return false
	}
	next := p.peek()
	return next.isWord("as") || next.kind == kindEnd || next.is("|")
}

// parseRegex reads /regex/ [multi] [as names] [multi].
func (p *parser) parseRegex(c *Parse) {
	c.Mode = ParseRegex
	c.Regex = p.regex()
	c.Multi = p.acceptWord("multi")
	if p.acceptWord("as") {
		c.Names = p.fields()
		c.Multi = c.Multi || p.acceptWord("multi")
	}
}

// String returns the command in canonical form.
func (c *Parse) String() string {
	s := "parse "
	switch from := c.From.(type) {
	case nil:
	case *String: // alone it would be the pattern
		s += "(" + from.String() + ") "
	default:
		s += exprText(from, precPrimary) + " "
	}
	switch c.Mode {
	case ParseGlob:
		s += c.Glob.String()
	case ParseRegex:
		s += c.Regex.String()
		if c.Multi {
			s += " multi"
		}
	case ParseLogfmt:
		s += "logfmt"
	case ParseCSV:
		s += "csv"
	}
	if c.Names != nil {
		s += " as " + fieldTexts(c.Names)
	}
	return s
}
