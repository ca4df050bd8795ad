package embedded

import (
	"fmt"
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/pack"
)

// rowsKind is the kind of a record of the log that holds the rows of one Append, version 1. Another form gets another kind.
const rowsKind = 1

// A record is what the log says of one Append. Its bytes are described in docs/format/manifest.md.
type record struct {
	table     string
	partition table.Partition
	ingested  int64
	first     table.Sequence
	voids     []table.Sequence // First of earlier appends that failed, but may be in the log
	token     tokenKey         // zero: none
	streams   []int64
	times     []int64
	fields    []*column.Column
}

// append adds the bytes of r. It is on the way of every acknowledgement: it makes no garbage.
func (r *record) append(p []byte) []byte {
	e := pack.Encoder{P: p}
	e.Text(r.table)
	e.Int(int64(r.partition))
	e.Int(r.ingested)
	e.Uint(uint64(r.first))
	e.Uint(uint64(len(r.voids)))
	for _, v := range r.voids {
		e.Uint(uint64(v))
	}
	e.Raw(r.token[:])
	e.Uint(uint64(len(r.times)))
	e.Deltas(r.streams)
	e.Deltas(r.times)
	e.Uint(uint64(len(r.fields)))
	for _, c := range r.fields {
		packColumn(&e, c)
	}
	return e.P
}

// packColumn adds a column: kind, which rows are null, values.
func packColumn(e *pack.Encoder, c *column.Column) {
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
		packTexts(e, c)
	default:
		e.Deltas(c.Ints[:c.Len])
	}
}

// packTexts adds texts, each behind its length.
func packTexts(e *pack.Encoder, c *column.Column) {
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

// readRecord reads what append wrote. The record does not share the memory of p.
func readRecord(p []byte) (*record, error) {
	d := &pack.Decoder{P: p}
	r := &record{table: d.Text(), partition: table.Partition(d.Int()), ingested: d.Int(), first: table.Sequence(d.Uint())}
	for range d.Count(1) {
		r.voids = append(r.voids, table.Sequence(d.Uint()))
	}
	copy(r.token[:], d.Raw(len(r.token)))
	n := d.Count(2)
	r.streams, r.times = d.Deltas(n), d.Deltas(n)
	for range d.Count(1) {
		r.fields = append(r.fields, unpackColumn(d, n))
	}
	if err := d.End(); err != nil {
		return nil, fmt.Errorf("record of rows of %q: %w", r.table, err)
	}
	return r, nil
}

func unpackColumn(d *pack.Decoder, n int) *column.Column {
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
