package syntax

func (p *parser) parseFilter() Command { return &Filter{Cond: p.condition()} }

// parseSearch reads search "text", which looks for a text in @message, or search with a
// condition, which is a filter. No document describes the command: this is our choice.
func (p *parser) parseSearch() Command {
	x := p.condition()
	if s, ok := x.(*String); ok {
		message := &Field{s.Span, []Part{{Name: "@message"}}}
		x = &Like{Span: s.Span, X: message, Pattern: s}
	}
	return &Filter{Cond: x}
}

// String returns the command in canonical form, which is filter also if it was typed as where or
// search.
func (c *Filter) String() string { return "filter " + c.Cond.String() }
