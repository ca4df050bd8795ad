package filterpattern

import "strings"

// A printer collects a pattern's text.
type printer struct {
	strings.Builder
	short bool // leave out every blank and quote that is not needed
}

// gap appends a blank that reading does not need.
func (p *printer) gap() {
	if !p.short {
		p.WriteByte(' ')
	}
}

// join appends an operator with a gap on both sides.
func (p *printer) join(op string) {
	p.gap()
	p.WriteString(op)
	p.gap()
}

// quote appends text in quotes, so that scanner.quoted reads it back.
func (p *printer) quote(text string) {
	p.WriteByte('"')
	for i := range len(text) {
		c := text[i]
		if c == '"' || c == '\\' && (!p.short || escapesNext(text[i+1:])) {
			p.WriteByte('\\')
		}
		p.WriteByte(c)
	}
	p.WriteByte('"')
}

// escapesNext reports whether a backslash before rest, inside quotes, would be taken for an escape.
func escapesNext(rest string) bool {
	return rest == "" || rest[0] == '"' || rest[0] == '\\'
}
