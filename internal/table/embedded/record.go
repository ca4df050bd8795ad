package embedded

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
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
	e := encoder{p}
	e.text(r.table)
	e.int(int64(r.partition))
	e.int(r.ingested)
	e.uint(uint64(r.first))
	e.uint(uint64(len(r.voids)))
	for _, v := range r.voids {
		e.uint(uint64(v))
	}
	e.raw(r.token[:])
	e.uint(uint64(len(r.times)))
	e.deltas(r.streams)
	e.deltas(r.times)
	e.uint(uint64(len(r.fields)))
	for _, c := range r.fields {
		e.column(c)
	}
	return e.p
}

// deltas adds numbers, each as the difference to the one before.
func (e *encoder) deltas(all []int64) {
	before := int64(0)
	for _, n := range all {
		e.p = binary.AppendVarint(e.p, n-before)
		before = n
	}
}

// column adds a column: kind, which rows are null, values.
func (e *encoder) column(c *column.Column) {
	e.byte(byte(c.Kind))
	if c.Kind == column.Null {
		return
	}
	e.uint(uint64(len(c.Nulls)))
	for _, word := range c.Nulls {
		e.fixed64(word)
	}
	switch c.Kind {
	case column.Float64:
		for _, f := range c.Floats[:c.Len] {
			e.fixed64(math.Float64bits(f))
		}
	case column.String, column.JSON:
		e.strings(c)
	default:
		e.deltas(c.Ints[:c.Len])
	}
}

// strings adds texts, each behind its length.
func (e *encoder) strings(c *column.Column) {
	e.p = slices.Grow(e.p, 2*c.Len)
	if c.Codes != nil {
		for i := range c.Len {
			e.text(c.Str(i))
		}
		return
	}
	for _, s := range c.Strings[:c.Len] {
		e.text(s)
	}
}

// readRecord reads what append wrote. The record does not share the memory of p.
func readRecord(p []byte) (*record, error) {
	d := &decoder{p: p}
	r := &record{table: d.text(), partition: table.Partition(d.int()), ingested: d.int(), first: table.Sequence(d.uint())}
	for range d.count(1) {
		r.voids = append(r.voids, table.Sequence(d.uint()))
	}
	copy(r.token[:], d.raw(len(r.token)))
	n := d.count(2)
	r.streams, r.times = d.deltas(n), d.deltas(n)
	for range d.count(1) {
		r.fields = append(r.fields, d.column(n))
	}
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("record of rows of %q: %w", r.table, err)
	}
	return r, nil
}

func (d *decoder) deltas(n int) []int64 {
	if n > len(d.p) {
		d.fail()
		return nil
	}
	all := make([]int64, n)
	before := int64(0)
	for i := range all {
		before += d.int()
		all[i] = before
	}
	return all
}

func (d *decoder) column(n int) *column.Column {
	c := &column.Column{Kind: column.Kind(d.byte()), Len: n}
	if c.Kind == column.Null {
		return c
	}
	for range d.count(8) {
		c.Nulls = append(c.Nulls, d.fixed64())
	}
	switch c.Kind {
	case column.Float64:
		if n > len(d.p)/8 {
			d.fail()
			return c
		}
		c.Floats = make([]float64, n)
		for i := range c.Floats {
			c.Floats[i] = math.Float64frombits(d.fixed64())
		}
	case column.String, column.JSON:
		c.Strings = d.strings(n)
	case column.Bool, column.Int64, column.Timestamp:
		c.Ints = d.deltas(n)
	default:
		d.fail()
	}
	return c
}

// strings reads n texts. They share one copy of their bytes.
func (d *decoder) strings(n int) []string {
	if n > len(d.p) {
		d.fail()
		return nil
	}
	copied := &decoder{p: slices.Clone(d.p)}
	all := make([]string, n)
	for i := range all {
		p := copied.raw(copied.count(1))
		all[i] = unsafe.String(unsafe.SliceData(p), len(p))
	}
	d.raw(len(d.p) - len(copied.p))
	if copied.err != nil {
		d.fail()
	}
	return all
}
