package syntax

import (
	"fmt"
	"strconv"
)

// parseAutoregress reads autoregress field [as name] [p=n[-m]].
func (p *parser) parseAutoregress() Command {
	c := &Autoregress{Field: p.field(), As: p.as()}
	if p.option("p") == "" {
		p.wantWord("p=")
		return c
	}
	at := p.tok.span()
	c.From = int(p.integer(wholeNumber, maxLag))
	c.To = c.From
	if p.accept("-") {
		c.To = int(p.integer(wholeNumber, maxLag))
	}
	if c.From == 0 { // it would be taken for no p at all
		p.note(at, fmt.Sprintf("p counts rows from %d, want at least 1", c.From), "")
	}
	return c
}

// String returns the command in canonical form.
func (c *Autoregress) String() string {
	s := "autoregress " + c.Field.String() + asText(c.As)
	if c.From == 0 {
		return s
	}
	s += " p=" + strconv.Itoa(c.From)
	if c.To != c.From {
		s += "-" + strconv.Itoa(c.To)
	}
	return s
}
