package syntax

import "strings"

// parseSort reads sort, or order, with or without by: all are accepted by our choice.
func (p *parser) parseSort() Command {
	if p.tok.isWord("by") {
		p.next()
	}
	c := &Sort{Keys: []SortKey{p.sortKey()}}
	for p.accept(",") {
		c.Keys = append(c.Keys, p.sortKey())
	}
	return c
}

func (p *parser) sortKey() SortKey {
	proj := p.proj()
	k := SortKey{Expr: proj.Expr, Text: proj.Text, As: proj.As}
	switch {
	case p.acceptWord("asc"):
	case p.acceptWord("desc"):
		k.Desc = true
	}
	k.set(proj.Start, p.prev.end.Pos)
	return k
}

// String returns the command in canonical form. Ascending order is left out.
func (c *Sort) String() string {
	texts := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		texts[i] = k.Expr.String() + asText(k.As)
		if k.Desc {
			texts[i] += " desc"
		}
	}
	return "sort " + strings.Join(texts, ", ")
}
