// Package gather makes one column of rows of many, and takes stretches of one. Which rows is for others to say.
package gather

import "github.com/groundwatch/groundwatch/column"

// A Builder makes one column of rows of several. All are of its kind, or null; whole numbers may become floats.
type Builder struct {
	column.Column
	coding *coding // nil: texts are kept one by one
}

// New returns a Builder with room for n rows.
func New(kind column.Kind, n int) *Builder {
	g := &Builder{Column: column.Column{Kind: kind}}
	switch kind {
	case column.Float64:
		g.Floats = make([]float64, 0, n)
	case column.String, column.JSON:
		g.Strings = make([]string, 0, n)
	default:
		g.Ints = make([]int64, 0, n)
	}
	return g
}

// Add adds row i of c.
func (g *Builder) Add(c *column.Column, i int) {
	if c.Kind == column.Null || c.IsNull(i) {
		g.Null()
		return
	}
	g.decode()
	g.Len++
	switch g.Kind {
	case column.Float64:
		g.Floats = append(g.Floats, c.Floats[i])
	case column.String, column.JSON:
		g.Strings = append(g.Strings, c.Str(i))
	default:
		g.Ints = append(g.Ints, c.Ints[i])
	}
}

// AddRows adds some rows of c.
func (g *Builder) AddRows(c *column.Column, rows []int32) {
	if c.Nulls != nil || c.Kind == column.Null {
		for _, i := range rows {
			g.Add(c, int(i))
		}
		return
	}
	g.decode()
	g.Len += len(rows)
	switch {
	case g.Kind == column.Float64:
		for _, i := range rows {
			g.Floats = append(g.Floats, c.Floats[i])
		}
	case g.Kind != column.String && g.Kind != column.JSON:
		for _, i := range rows {
			g.Ints = append(g.Ints, c.Ints[i])
		}
	case c.Codes != nil:
		for _, i := range rows {
			g.Strings = append(g.Strings, c.Strings[c.Codes[i]])
		}
	default:
		for _, i := range rows {
			g.Strings = append(g.Strings, c.Strings[i])
		}
	}
}

// AddRange adds the rows of c from from up to to. Whole numbers may become floats.
func (g *Builder) AddRange(c *column.Column, from, to int) {
	if g.Kind == column.Float64 && c.Kind == column.Int64 {
		c = floats(c)
	}
	if c.Kind == column.Null {
		for range to - from {
			g.Null()
		}
		return
	}
	first := g.Len
	switch {
	case g.Kind == column.Float64:
		g.Floats = append(g.Floats, c.Floats[from:to]...)
	case g.Kind != column.String && g.Kind != column.JSON:
		g.Ints = append(g.Ints, c.Ints[from:to]...)
	case g.coding != nil && g.addCodes(c, from, to):
	default:
		g.decode()
		g.addTexts(c, from, to)
	}
	g.Len += to - from
	for i := from; i < to && c.Nulls != nil; i++ {
		if c.Nulls.Get(i) {
			g.Nulls = g.Nulls.Set(first+i-from, g.Len)
		}
	}
}

// addTexts adds texts one by one.
func (g *Builder) addTexts(c *column.Column, from, to int) {
	if c.Codes == nil {
		g.Strings = append(g.Strings, c.Strings[from:to]...)
		return
	}
	for i, code := range c.Codes[from:to] {
		if c.Nulls != nil && c.Nulls.Get(from+i) {
			g.Strings = append(g.Strings, "")
			continue
		}
		g.Strings = append(g.Strings, c.Strings[code])
	}
}

// floats returns a column of whole numbers as one of floats.
func floats(c *column.Column) *column.Column {
	f := &column.Column{Kind: column.Float64, Len: c.Len, Nulls: c.Nulls, Floats: make([]float64, c.Len)}
	for i, n := range c.Ints {
		f.Floats[i] = float64(n)
	}
	return f
}

// Null adds a null.
func (g *Builder) Null() {
	if g.coding != nil {
		g.Nulls = g.Nulls.Set(g.Len, g.Len+1)
		g.Codes = append(g.Codes, 0)
		g.Len++
		return
	}
	g.Nulls = g.Nulls.Set(g.Len, g.Len+1)
	g.Len++
	switch g.Kind {
	case column.Float64:
		g.Floats = append(g.Floats, 0)
	case column.String, column.JSON:
		g.Strings = append(g.Strings, "")
	default:
		g.Ints = append(g.Ints, 0)
	}
}

// Take returns the rows so far and begins anew.
func (g *Builder) Take() *column.Column {
	c := g.Column
	if g.coding != nil {
		*g = *NewCoded(c.Kind)
		return &c
	}
	g.Column = New(c.Kind, c.Len).Column
	return &c
}

// Slice returns rows of a column. It shares their memory.
func Slice(c *column.Column, from, to int) *column.Column {
	s := &column.Column{Kind: c.Kind, Len: to - from, Strings: c.Strings}
	switch {
	case c.Codes != nil:
		s.Codes = c.Codes[from:to]
	case c.Kind == column.String || c.Kind == column.JSON:
		s.Strings = c.Strings[from:to]
	case c.Kind == column.Float64:
		s.Floats = c.Floats[from:to]
	case c.Kind != column.Null:
		s.Ints = c.Ints[from:to]
	}
	for i := from; i < to && c.Nulls != nil; i++ {
		if c.Nulls.Get(i) {
			s.Nulls = s.Nulls.Set(i-from, to-from)
		}
	}
	return s
}
