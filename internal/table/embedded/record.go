package embedded

import (
	"fmt"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
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
	voids     []table.Sequence  // First of earlier appends that failed, but may be in the log
	token     manifest.TokenKey // zero: none
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
		e.Column(c)
	}
	return e.P
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
		r.fields = append(r.fields, d.Column(n))
	}
	if err := d.End(); err != nil {
		return nil, fmt.Errorf("record of rows of %q: %w", r.table, err)
	}
	return r, nil
}
