package syntax

import (
	"strings"
	"unicode/utf8"
)

// parseFillDown reads names that may hold *, with or without commas between them.
func (p *parser) parseFillDown() Command {
	c := &FillDown{}
	for !p.bad && (len(c.Names) > 0 && p.accept(",") || !p.atStageEnd()) {
		c.Names = append(c.Names, p.wildName())
	}
	return c
}

// wildName reads a run of name characters, dots, stars and parts in backticks.
func (p *parser) wildName() string {
	p.rescan(func(s *scanner) token { return s.scanBare(isWild) })
	if p.tok.kind != kindBare && p.tok.kind != kindQuoted {
		p.want("a name")
		p.unexpected()
		return ""
	}
	p.next()
	name := p.prev.value
	if r, _ := utf8.DecodeRuneInString(p.tok.raw); p.prev.end == p.tok.start && (isWild(r) || p.tok.kind == kindQuoted) {
		name += p.wildName()
	}
	return name
}

// isWild reports whether r is part of a name that filldown takes without backticks.
func isWild(r rune) bool { return isNamePart(r) || r == '.' || r == '*' || r == ':' }

// String returns the command in canonical form.
func (c *FillDown) String() string {
	s := "filldown"
	for _, name := range c.Names {
		if strings.ContainsFunc(name, func(r rune) bool { return !isWild(r) }) {
			name = "`" + name + "`"
		}
		s += " " + name
	}
	return s
}
