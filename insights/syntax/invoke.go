package syntax

import "strings"

// parseInvoke reads the call of a saved query: $Name(a = 1, b = "x").
func (p *parser) parseInvoke() Command {
	name := p.tok.raw
	if p.tok.kind == kindQuoted {
		name = p.tok.value
	}
	c := &Invoke{Name: strings.TrimPrefix(name, "$")}
	if c.Name == "" {
		p.fail(p.tok.span(), "the name of a saved query has to follow $", "")
	}
	p.next()
	p.expect("(")
	if p.wantWord(")"); !p.tok.is(")") {
		c.Args = []InvokeArg{p.invokeArg()}
		for p.accept(",") {
			c.Args = append(c.Args, p.invokeArg())
		}
	}
	p.expect(")")
	return c
}

func (p *parser) invokeArg() InvokeArg {
	if p.tok.kind != kindName {
		p.want("a parameter's name")
		p.unexpected()
	}
	a := InvokeArg{Name: p.tok.raw}
	p.next()
	p.expect("=")
	a.Value = p.expr()
	return a
}

// String returns the command in canonical form.
func (c *Invoke) String() string {
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = a.Name + " = " + a.Value.String()
	}
	return "$" + partText(c.Name) + "(" + strings.Join(args, ", ") + ")"
}
