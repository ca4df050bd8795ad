package syntax

import "strings"

// parseLookup reads lookup table column [as field], ... OUTPUT column [as name], ...
func (p *parser) parseLookup() Command {
	c := &Lookup{Table: p.table()}
	c.Match = []LookupMatch{p.lookupMatch()}
	for p.accept(",") {
		c.Match = append(c.Match, p.lookupMatch())
	}
	c.Keep, c.Output = p.output()
	return c
}

// table reads the name of a lookup table, which may begin with a digit.
func (p *parser) table() string {
	p.rescan((*scanner).scanPart)
	switch p.tok.kind {
	case kindName:
		p.next()
		return p.prev.raw
	case kindQuoted:
		p.next()
		return p.prev.value
	}
	p.want("the name of a lookup table")
	p.unexpected()
	return ""
}

// lookupMatch reads column [as field].
func (p *parser) lookupMatch() LookupMatch {
	start := p.tok.start.Pos
	m := LookupMatch{Column: p.field()}
	m.Field = m.Column
	if as := p.as(); as != nil {
		m.Field = as
	}
	m.set(start, p.prev.end.Pos)
	return m
}

// output reads OUTPUT or OUTPUTNEW, and columns of the table with optional aliases.
func (p *parser) output() (keep bool, output []Proj) {
	keep = p.choice("OUTPUT", "OUTPUTNEW") == "OUTPUTNEW"
	output = []Proj{p.outputColumn()}
	for p.accept(",") {
		output = append(output, p.outputColumn())
	}
	return keep, output
}

func (p *parser) outputColumn() Proj {
	start := p.tok.start
	column := p.field()
	proj := Proj{Expr: column, Text: p.text[start.byte:max(start.byte, p.prev.end.byte)], As: p.as()}
	proj.set(start.Pos, p.prev.end.Pos)
	return proj
}

// String returns the command in canonical form.
func (c *Lookup) String() string {
	matches := make([]string, len(c.Match))
	for i, m := range c.Match {
		matches[i] = m.Column.String()
		if !sameName(m.Column, m.Field) {
			matches[i] += asText(m.Field)
		}
	}
	return "lookup " + partText(c.Table) + " " + strings.Join(matches, ", ") + outputText(c.Keep, c.Output)
}

func outputText(keep bool, output []Proj) string {
	if keep {
		return " OUTPUTNEW " + projTexts(output)
	}
	return " OUTPUT " + projTexts(output)
}
