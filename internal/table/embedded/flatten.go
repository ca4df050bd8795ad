package embedded

import (
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
)

// stretchRows is how many rows of a part are made at once: their columns have room for nulls, which those of all rows would fill
// memory with. As many of the first rows tell the writer how to lay columns out.
const stretchRows = 8192

// A flattener makes the columns of a part of rows in memory.
type flattener struct {
	schema  table.Schema
	chunks  []*chunk
	rows    []rowRef
	columns []*column.Column // of the fields, of all rows; nil for the text
	extra   []*column.Column // for each field the bytes of what is not UTF-8, nil if all is
	split   *shape.Split     // the texts taken apart; nil if there are none
}

// newFlattener gathers the columns of rows of chunks. It takes the texts apart with s, which is not used while the flattener is.
func newFlattener(schema table.Schema, chunks []*chunk, rows []rowRef, s *shape.Splitter) *flattener {
	f := &flattener{schema: schema, chunks: chunks, rows: rows}
	for i, field := range schema.Fields {
		if field.Name == schema.Text {
			f.columns, f.extra = append(f.columns, nil), append(f.extra, f.takeApart(s, i))
			continue
		}
		c := f.gather(i)
		f.columns, f.extra = append(f.columns, c), append(f.extra, extraOf(c))
	}
	return f
}

// gather returns a field of all rows.
func (f *flattener) gather(field int) *column.Column {
	g := gather.New(f.schema.Fields[field].Kind, len(f.rows))
	for _, r := range f.rows {
		g.Add(f.chunks[r.chunk].fields[field], int(r.row))
	}
	return g.Take()
}

// takeApart takes the texts apart. What is not UTF-8 is kept whole, as columns could not have it; it returns the bytes of these.
func (f *flattener) takeApart(s *shape.Splitter, field int) (extra *column.Column) {
	s.Reset()
	odd := false
	for _, r := range f.rows {
		text := ""
		if c := f.chunks[r.chunk].fields[field]; !c.IsNull(int(r.row)) {
			text = c.Str(int(r.row))
		}
		if notUTF8(text) {
			odd = true
			s.AddWhole(text)
		} else {
			s.Add(text)
		}
	}
	f.split = s.Result()
	if odd {
		return extraOf(f.gather(field))
	}
	return nil
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

// write writes a row group of the rows from one up to another.
func (f *flattener) write(w *partWriter, from, to int) error {
	system := &column.Batch{Len: to - from, Columns: f.system(f.rows[from:to])}
	for at := from; at < to; at += stretchRows {
		end := min(to, at+stretchRows)
		b := &column.Batch{Len: end - at}
		for _, c := range system.Columns {
			b.Columns = append(b.Columns, gather.Slice(c, at-from, end-from))
		}
		if err := w.out.Write(f.add(b, at, end)); err != nil {
			return err
		}
	}
	return w.cut(system)
}

// add adds the other columns to those of the system.
func (f *flattener) add(b *column.Batch, from, to int) *column.Batch {
	var taken shape.Rows
	if f.split != nil {
		taken = f.split.Rows(from, to)
	}
	for i, c := range f.columns {
		if c == nil {
			b.Columns = append(b.Columns, taken.Whole)
		} else {
			b.Columns = append(b.Columns, gather.Slice(c, from, to))
		}
		if f.extra[i] != nil {
			b.Columns = append(b.Columns, gather.Slice(f.extra[i], from, to))
		}
	}
	if f.split != nil && len(f.split.Shapes) > 0 {
		b.Columns = append(append(b.Columns, taken.Codes), taken.Columns...)
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
	return f.split.Full()
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
	ints(column.Int64, func(r rowRef) int64 { return int64(f.chunks[r.chunk].Partition) })
	ints(column.Int64, func(r rowRef) int64 { return f.chunks[r.chunk].streams[r.row] })
	ints(column.Timestamp, func(r rowRef) int64 { return r.time })
	ints(column.Timestamp, func(r rowRef) int64 { return f.chunks[r.chunk].ingested })
	ints(column.Int64, func(r rowRef) int64 { return int64(r.sequence) })
	if at := f.schema.Index(f.schema.Text); at >= 0 {
		ints(column.Int64, func(r rowRef) int64 { return int64(len(f.chunks[r.chunk].fields[at].Str(int(r.row)))) })
	}
	return all
}
