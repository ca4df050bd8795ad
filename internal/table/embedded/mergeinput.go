package embedded

import (
	"cmp"
	"iter"
	"slices"
	"sort"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// A mergeInput reads the rows of one part in order, as rows of the merged one.
type mergeInput struct {
	merger *merger
	part   *livePart
	file   *opened
	remap  shape.Remap
	joiner *shape.Joiner

	pull  func() (*column.Batch, bool)
	stop  func()
	err   error
	batch *column.Batch // its columns stand in the order of merger.columns
	at    int           // the next row of batch
	keep  []int32       // rows that anybody can see, of the batch being read
}

// has tells whether the file has a column.
func (in *mergeInput) has(name string) bool {
	return slices.ContainsFunc(in.file.Fields(), func(f part.Field) bool { return f.Name == name })
}

// start begins to read.
func (in *mergeInput) start() { in.pull, in.stop = iter.Pull(in.batches) }

// next makes sure that there is a row at in.at. It returns false at the end.
func (in *mergeInput) next() (bool, error) {
	for in.batch == nil || in.at == in.batch.Len {
		b, ok := in.pull()
		if !ok {
			return false, in.err
		}
		in.batch, in.at = b, 0
	}
	return true, nil
}

// A mergeKey is what a part is sorted by.
type mergeKey struct {
	partition, stream, time, sequence int64
}

func (k mergeKey) before(l mergeKey) bool {
	return cmp.Or(cmp.Compare(k.partition, l.partition), cmp.Compare(k.stream, l.stream),
		cmp.Compare(k.time, l.time), cmp.Compare(k.sequence, l.sequence)) < 0
}

func (in *mergeInput) key() mergeKey { return in.keyAt(in.at) }

func (in *mergeInput) keyAt(row int) mergeKey {
	c := in.batch.Columns
	return mergeKey{c[atPartition].Ints[row], c[atStream].Ints[row], c[atTime].Ints[row], c[atSequence].Ints[row]}
}

// run returns how many rows from the next one on come before a key: one at least.
func (in *mergeInput) run(limit mergeKey) int {
	n, left := 1, in.batch.Len-in.at
	for n < left && n < 8 { // runs are short where streams are many
		if !in.keyAt(in.at + n).before(limit) {
			return n
		}
		n++
	}
	return n + sort.Search(left-n, func(i int) bool { return !in.keyAt(in.at + n + i).before(limit) })
}

// batches yields the rows of the wanted partitions that anybody can see.
func (in *mergeInput) batches(yield func(*column.Batch) bool) {
	plan := newReadPlan(in.merger.schema, in.file)
	for _, f := range systemFields(in.merger.schema) {
		plan.need(f.Name)
	}
	for _, f := range in.merger.schema.Fields {
		plan.declare(f.Name)
	}
	if len(in.file.shapes.Shapes) > 0 {
		plan.need(in.file.names...)
	}
	spans := in.part.Spans
	for wanted := in.wanted(); len(wanted) > 0; {
		first, n := wanted[0], 1 // to begin a stretch costs as much as to read the pages before it
		for n < len(wanted) && spans[wanted[n]].Group == spans[first].Group && spans[wanted[n]].From-spans[wanted[n-1]].To <= nearRows {
			n++
		}
		if in.err = in.stretch(plan, wanted[:n], yield); in.err != nil {
			return
		}
		wanted = wanted[n:]
	}
}

// wanted returns the places of the spans with rows for the merged part, in the order of these.
func (in *mergeInput) wanted() []int {
	allGone := in.merger.gone.all(in.part.Table)
	var all []int
	for i, s := range in.part.Spans {
		if _, wanted := slices.BinarySearch(in.merger.partitions, s.Partition); wanted && !allGone(s) {
			all = append(all, i)
		}
	}
	return all
}

// stretch yields the rows of some spans, given by their places, and leaves out what is between them.
func (in *mergeInput) stretch(plan *readPlan, spans []int, yield func(*column.Batch) bool) error {
	first, last := in.part.Spans[spans[0]], in.part.Spans[spans[len(spans)-1]]
	at := first.From
	return in.part.rows(in.file, first.Group, first.From, last.To, plan.names, func(b *column.Batch) error {
		for in.part.Spans[spans[0]].To <= at {
			spans = spans[1:]
		}
		merged, err := in.merged(plan, in.visible(plan, b, spans, at))
		if err != nil {
			return err
		}
		at += b.Len
		if merged.Len > 0 && !yield(merged) {
			return errStopped
		}
		return nil
	})
}

// merged returns a batch as rows of the merged part.
func (in *mergeInput) merged(plan *readPlan, b *column.Batch) (*column.Batch, error) {
	out := &column.Batch{Len: b.Len}
	schema := in.merger.schema
	for _, f := range systemFields(schema) {
		out.Columns = append(out.Columns, plan.column(b, f.Name))
	}
	rows := shape.Rows{}
	for _, f := range schema.Fields {
		c := plan.column(b, f.Name)
		if isText(f.Kind) {
			c = gather.WithBytes(c, plan.column(b, f.Name+bytesSuffix))
		}
		if f.Name == schema.Text {
			var err error
			if rows, err = in.remapped(plan, b, c); err != nil {
				return nil, err
			}
			c = rows.Whole
		}
		out.Columns = append(out.Columns, c)
	}
	if len(in.merger.shapes.Shapes) == 0 {
		return out, nil
	}
	out.Columns = append(out.Columns, rows.Codes)
	for _, c := range rows.Columns {
		if c == nil {
			c = &column.Column{Len: b.Len}
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

// remapped returns the texts of rows as the merged part has them.
func (in *mergeInput) remapped(plan *readPlan, b *column.Batch, whole *column.Column) (shape.Rows, error) {
	if len(in.file.shapes.Shapes) > 0 {
		return in.remap.Rows(plan.rows(b, whole), in.joiner)
	}
	r := shape.Rows{Whole: whole, Columns: make([]*column.Column, len(in.merger.shapes.Columns))}
	r.Codes = &column.Column{Kind: column.Int64, Len: b.Len, Ints: make([]int64, b.Len)}
	for i := range r.Codes.Ints {
		r.Codes.Ints[i] = shape.Whole
	}
	return r, nil
}

// visible returns the rows of a batch, whose first is row at of the row group, that are in some spans and that no line hides.
func (in *mergeInput) visible(plan *readPlan, b *column.Batch, spans []int, at int) *column.Batch {
	keys := plan.keys(b, true)
	in.keep = in.keep[:0]
	for _, i := range spans {
		s := &in.part.Spans[i]
		if s.From >= at+b.Len {
			break
		}
		hiding := in.merger.gone.lines[manifest.Home{Table: in.part.Table, Partition: s.Partition}]
		for row := max(s.From-at, 0); row < min(s.To-at, b.Len); row++ {
			if len(hiding) == 0 || !hiding.Hide(keys.times[row], table.Sequence(keys.sequences[row])) {
				in.keep = append(in.keep, int32(row))
			}
		}
	}
	if len(in.keep) == b.Len {
		return b
	}
	return taken(b, in.keep)
}
