package syntax

import (
	"math"
	"strconv"
)

func (p *parser) parseLimit() Command {
	anyRows := p.acceptWord("any")
	return &Limit{Any: anyRows, N: p.integer(wholeNumber, math.MaxInt64)}
}

// parseHead reads head, which is another word for limit by our choice.
func (p *parser) parseHead() Command {
	return &Limit{N: p.integer(wholeNumber, math.MaxInt64)}
}

// parseTail reads tail, which keeps the last rows by our choice.
func (p *parser) parseTail() Command {
	return &Limit{Tail: true, N: p.integer(wholeNumber, math.MaxInt64)}
}

// String returns the command in canonical form.
func (c *Limit) String() string {
	word := "limit "
	switch {
	case c.Any:
		word = "limit any "
	case c.Tail:
		word = "tail "
	}
	return word + strconv.FormatInt(c.N, 10)
}
