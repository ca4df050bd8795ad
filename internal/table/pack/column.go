package pack

import (
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// Column adds a column: kind, which rows are null, values.
func (e *Encoder) Column(c *column.Column) {
	e.Byte(byte(c.Kind))
	if c.Kind == column.Null {
		return
	}
	e.Uint(uint64(len(c.Nulls)))
	for _, word := range c.Nulls {
		e.Fixed64(word)
	}
	switch c.Kind {
	case column.Float64:
		for _, f := range c.Floats[:c.Len] {
			e.Fixed64(math.Float64bits(f))
		}
	case column.String, column.JSON:
		e.texts(c)
	default:
		e.Deltas(c.Ints[:c.Len])
	}
}

// texts adds texts, each behind its length.
func (e *Encoder) texts(c *column.Column) {
	e.P = slices.Grow(e.P, 2*c.Len)
	if c.Codes != nil {
		for i := range c.Len {
			e.Text(c.Str(i))
		}
		return
	}
	for _, s := range c.Strings[:c.Len] {
		e.Text(s)
	}
}

// Column reads what Encoder.Column wrote, a column of n rows. It does not share the memory of the bytes.
func (d *Decoder) Column(n int) *column.Column {
	c := &column.Column{Kind: column.Kind(d.Byte()), Len: n}
	if c.Kind == column.Null {
		return c
	}
	for range d.Count(8) {
		c.Nulls = append(c.Nulls, d.Fixed64())
	}
	switch c.Kind {
	case column.Float64:
		if n > len(d.P)/8 {
			d.Fail()
			return c
		}
		c.Floats = make([]float64, n)
		for i := range c.Floats {
			c.Floats[i] = math.Float64frombits(d.Fixed64())
		}
	case column.String, column.JSON:
		c.Strings = d.Strings(n)
	case column.Bool, column.Int64, column.Timestamp:
		c.Ints = d.Deltas(n)
	default:
		d.Fail()
	}
	return c
}
