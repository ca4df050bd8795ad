package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
)

// A flattener makes the columns of a part of rows in memory.
type flattener struct {
	schema  table.Schema
	rows    []rowRef
	columns []*column.Column // of the fields, of all rows
	extra   []*column.Column // for each field the bytes of what is not UTF-8, nil if all is
	split   *shape.Split     // the texts taken apart; nil if there are none
}

// newFlattener gathers the columns of rows. It takes the texts apart with s, which is not used while the flattener is.
func newFlattener(schema table.Schema, rows []rowRef, s *shape.Splitter) *flattener {
	f := &flattener{schema: schema, rows: rows}
	for i, field := range schema.Fields {
		g := gather.New(field.Kind, len(rows))
		for _, r := range rows {
			g.Add(r.chunk.fields[i], int(r.row))
		}
		c := g.Take()
		if field.Name == schema.Text {
			f.split = split(s, c)
			c = f.split.Whole
		}
		f.columns = append(f.columns, c)
		f.extra = append(f.extra, extraOf(c))
	}
	return f
}

// extraOf returns the bytes of texts that are not UTF-8, nil if there are none.
func extraOf(c *column.Column) *column.Column {
	if !isText(c.Kind) || !slices.ContainsFunc(c.Strings, notUTF8) {
		return nil
	}
	return gather.Base64(c)
}

// fields returns the columns between the system's and those of shapes.
func (f *flattener) fields() []part.Field {
	var all []part.Field
	for i, field := range f.schema.Fields {
		all = append(all, part.Field{Name: field.Name, Kind: field.Kind})
		if f.extra[i] != nil {
			all = append(all, part.Field{Name: field.Name + bytesSuffix, Kind: column.String})
		}
	}
	return all
}

// batch returns some of the rows with all columns.
func (f *flattener) batch(from, to int) *column.Batch {
	b := &column.Batch{Len: to - from, Columns: f.system(f.rows[from:to])}
	add := func(c *column.Column) { b.Columns = append(b.Columns, gather.Slice(c, from, to)) }
	for i, c := range f.columns {
		add(c)
		if f.extra[i] != nil {
			add(f.extra[i])
		}
	}
	if f.split != nil && len(f.split.Shapes) > 0 {
		add(f.split.Codes)
		for _, c := range f.split.Columns {
			add(c.Column)
		}
	}
	return b
}

// shapes returns the table of shapes, an empty one if there are none.
func (f *flattener) shapes() *shape.Table {
	if f.split == nil {
		return &shape.Table{}
	}
	return f.split.Table()
}

// full tells for each column of shapes whether it has a value in each row.
func (f *flattener) full() []bool {
	if f.split == nil {
		return nil
	}
	full := make([]bool, len(f.split.Columns))
	for i, c := range f.split.Columns {
		full[i] = c.Column.Kind != column.Null && c.Nulls == nil
	}
	return full
}

// system returns the columns that each part begins with.
func (f *flattener) system(rows []rowRef) []*column.Column {
	var all []*column.Column
	ints := func(kind column.Kind, get func(rowRef) int64) {
		c := &column.Column{Kind: kind, Len: len(rows), Ints: make([]int64, len(rows))}
		for i, r := range rows {
			c.Ints[i] = get(r)
		}
		all = append(all, c)
	}
	ints(column.Int64, func(r rowRef) int64 { return int64(r.chunk.Partition) })
	ints(column.Int64, func(r rowRef) int64 { return r.chunk.streams[r.row] })
	ints(column.Timestamp, func(r rowRef) int64 { return r.time })
	ints(column.Timestamp, func(r rowRef) int64 { return r.chunk.ingested })
	ints(column.Int64, func(r rowRef) int64 { return int64(r.sequence) })
	if at := f.schema.Index(f.schema.Text); at >= 0 {
		ints(column.Int64, func(r rowRef) int64 { return int64(len(r.chunk.fields[at].Str(int(r.row)))) })
	}
	return all
}
