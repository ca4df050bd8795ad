package embedded

import (
	"errors"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/blocks"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// bytesColumn has the length of each row's text, so that nobody reads a text to learn it. It is there if the schema has a text.
const bytesColumn = "@bytes"

// The places of the columns that each part begins with.
const (
	atPartition = iota
	atStream
	atTime
	atIngested
	atSequence
	atBytes // if there is a text
)

// systemFields are the columns that a part of a table begins with.
func systemFields(s table.Schema) []part.Field {
	fields := []part.Field{
		{Name: table.PartitionColumn, Kind: column.Int64},
		{Name: table.StreamColumn, Kind: column.Int64},
		{Name: table.TimeColumn, Kind: column.Timestamp},
		{Name: table.IngestedColumn, Kind: column.Timestamp},
		{Name: table.SequenceColumn, Kind: column.Int64},
	}
	if s.Text != "" {
		fields = append(fields, part.Field{Name: bytesColumn, Kind: column.Int64})
	}
	return fields
}

// A partWriter writes one part, a row group at a time. It is durable when finish returns.
type partWriter struct {
	engine *Engine
	name   string
	file   vfs.File
	blocks *blocks.Writer
	out    *part.Writer
	meta   *manifest.Part
	text   string // the text's name, "" if there is none
	shapes *shape.Table
	groups int
}

// newPartWriter begins a part with these columns behind the system's, and behind them those of the shapes of its texts; full
// tells which of these have a value in each row.
func (e *Engine) newPartWriter(s table.Schema, fields []part.Field, shapes *shape.Table, full []bool) (*partWriter, error) {
	e.mu.Lock()
	e.mu.numbers++
	number := e.mu.numbers
	e.mu.Unlock()
	w := &partWriter{engine: e, name: path.Join(e.partsDir(), partName(number)), text: s.Text, shapes: shapes}
	w.meta = &manifest.Part{Number: number, Format: manifest.PartFormat, Table: s.Name}
	var err error
	if w.file, err = e.fs.Create(w.name + newSuffix); err != nil {
		return nil, err
	}
	w.blocks = blocks.NewWriter(w.file)
	if w.out, err = part.NewWriter(w.blocks, slices.Concat(systemFields(s), fields, shapeFields(s, shapes))); err != nil {
		w.abandon()
		return nil, err
	}
	w.out.Compact()
	w.out.Filters()
	w.out.UUIDs(uuidNames(s, shapes)...)
	w.out.Required(requiredNames(s, shapes, full)...)
	if !slices.ContainsFunc(fields, func(f part.Field) bool { return strings.HasSuffix(f.Name, bytesSuffix) }) {
		w.out.ValidTexts() // who made the fields has looked at all texts
	}
	w.out.GroupBytes(math.MaxInt64)
	return w, nil
}

// group writes a row group of rows that are sorted, and follow those before.
func (w *partWriter) group(b *column.Batch) error {
	if err := w.out.Write(b); err != nil {
		return err
	}
	return w.cut(b)
}

// cut ends the row group, all of whose rows b has, at least the system's columns of them.
func (w *partWriter) cut(b *column.Batch) error {
	if err := w.out.Cut(); err != nil {
		return err
	}
	w.meta.Spans = append(w.meta.Spans, spansOf(b, w.groups, w.text != "")...)
	w.groups++
	return nil
}

// spansOf returns the spans of a row group.
func spansOf(b *column.Batch, group int, text bool) []manifest.Span {
	var all []manifest.Span
	partitions := b.Columns[atPartition].Ints
	for from := 0; from < b.Len; {
		to := from + 1
		for to < b.Len && partitions[to] == partitions[from] {
			to++
		}
		s := manifest.Span{Partition: table.Partition(partitions[from]), Group: group, From: from, To: to}
		s.FirstTime, s.LastTime = least(b.Columns[atTime].Ints[from:to])
		s.FirstStream, s.LastStream = least(b.Columns[atStream].Ints[from:to])
		first, last := least(b.Columns[atSequence].Ints[from:to])
		s.FirstSequence, s.LastSequence = table.Sequence(first), table.Sequence(last)
		if text {
			for _, n := range b.Columns[atBytes].Ints[from:to] {
				s.Bytes += n
			}
		}
		all = append(all, s)
		from = to
	}
	return all
}

// finish makes the part durable under its name.
func (w *partWriter) finish() (_ *manifest.Part, err error) {
	defer func() {
		if err != nil {
			w.abandon()
		}
	}()
	if w.text != "" {
		w.out.SetMeta(textKey, w.text)
	}
	if len(w.shapes.Shapes) > 0 {
		w.out.SetMeta(shapesKey, shapesMeta(w.shapes))
	}
	if err := w.out.Close(); err != nil {
		return nil, err
	}
	if err := w.blocks.Flush(); err != nil {
		return nil, err
	}
	if err := w.file.Sync(); err != nil {
		return nil, err
	}
	if err := w.file.Close(); err != nil {
		return nil, err
	}
	fs := w.engine.fs
	if err := fs.Rename(w.name+newSuffix, w.name); err != nil {
		return nil, err
	}
	if err := fs.SyncDir(w.engine.partsDir()); err != nil {
		return nil, err
	}
	w.meta.Size, w.meta.Sums = w.blocks.Size(), w.blocks.Sums()
	return w.meta, nil
}

// abandon removes what was written. What stays the next start removes.
func (w *partWriter) abandon() {
	fs := w.engine.fs
	_ = errors.Join(w.file.Close(), fs.Remove(w.name+newSuffix), fs.Remove(w.name)) // the error before says why
}
