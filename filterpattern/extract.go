package filterpattern

import (
	"fmt"
	"strconv"
)

// A Field is one extracted value.
type Field struct {
	Name  string // $name of a column, $7 of the seventh token when it has no name
	Value string
}

// Extract returns the values that a space-delimited pattern takes from the event, in the order of
// the line, and whether the pattern matches at all. The other kinds extract nothing. When two
// columns have one name, both are returned.
func (p *Pattern) Extract(event []byte) ([]Field, bool) {
	if !p.Match(event) {
		return nil, false
	}
	f, ok := p.form.(*delimitedForm)
	if !ok {
		return nil, true
	}
	var fields []Field
	f.each(event, func(position int, c *column, tok token) bool {
		fields = append(fields, Field{fieldName(position, c), string(event[tok.start:tok.end])})
		return true
	})
	return fields, true
}

// fieldName returns the name of the value at a position, counted from 1. c is nil for a token that
// the ellipsis stands for.
func fieldName(position int, c *column) string {
	if c != nil && c.name != "" {
		return "$" + c.name
	}
	return "$" + strconv.Itoa(position)
}

// each calls visit for the tokens of an event from left to right until it returns false, each with
// its position from 1 and its column; tokens without a column are those the ellipsis stands for.
// It does nothing if the event has too few tokens.
func (f *delimitedForm) each(event []byte, visit func(position int, c *column, tok token) bool) {
	t := tokens{b: event}
	total := t.count()
	if total < len(f.columns) {
		return
	}
	if f.ellipsis < 0 {
		total = len(f.columns)
	}
	for i := range total {
		tok, _ := t.next()
		if i == total-1 && t.more() {
			tok = t.rest(tok)
		}
		if !visit(i+1, f.at(i, total), tok) {
			return
		}
	}
}

// at returns the column of token i, counted from 0, of total; nil if the ellipsis stands for it.
func (f *delimitedForm) at(i, total int) *column {
	elided := total - len(f.columns)
	switch {
	case f.ellipsis < 0 || i < f.ellipsis:
		return f.columns[i]
	case i < f.ellipsis+elided:
		return nil
	}
	return f.columns[i-elided]
}

func (f *delimitedForm) explain(event []byte) []Step {
	tokens := tokens{b: event}.count()
	enough := Step{
		Text: fmt.Sprintf("the event has at least %d columns", len(f.columns)),
		Note: fmt.Sprintf("it has %d", tokens),
		Held: tokens >= len(f.columns),
	}
	if f.ellipsis < 0 && tokens > len(f.columns) {
		enough.Note += "; the last column takes the rest"
	}
	steps := []Step{enough}
	f.each(event, func(position int, c *column, tok token) bool {
		if c != nil {
			steps = append(steps, c.step(position, event[tok.start:tok.end]))
		}
		return true
	})
	return steps
}

// step explains what the column makes of the token at a position.
func (c *column) step(position int, token []byte) Step {
	p := &printer{}
	c.print(p)
	return Step{
		Pos: c.pos, End: c.end, Text: p.String(),
		Saw:  string(token),
		Note: fmt.Sprintf("column %d", position),
		Held: c.holds(token),
	}
}
