package embedded

import (
	"cmp"
	"context"
	"slices"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/shape/sieve"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/gather"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// nearRows is how far apart two spans of a row group may be and are yet read as one stretch: to go on costs less than to begin.
const nearRows = 4096

// An output makes a worker's batches.
type output struct {
	scanner *scanner
	worker  int
	stats   table.Stats
	keep    []int32                               // rows of the batch at hand that are wanted
	before  []int32                               // scratch: keep before conditions
	texts   bool                                  // fields are found in texts
	kinds   []discover.Kind                       // of each of keep, if texts
	finders map[discover.Kind]*discover.Extractor // of the discovered fields
	found   []*column.Builder
	finding *finding     // of the last part with shapes
	sieve   *sieve.Sieve // of the conditions there
	sieveOf sieveKey
}

func newOutput(x *scanner, worker int) *output {
	o := &output{scanner: x, worker: worker, finders: map[discover.Kind]*discover.Extractor{}}
	for range x.scan.Discovered {
		o.found = append(o.found, new(column.Builder))
	}
	return o
}

// read reads a unit and hands its rows on.
func (o *output) read(ctx context.Context, u unit) error {
	if u.part == nil {
		return o.readMemory(u)
	}
	order := make([]int, len(u.spans))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(u.spans[a].From, u.spans[b].From) })
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && u.spans[order[to]].From-u.spans[order[to-1]].To <= nearRows {
			to++
		}
		if err := o.readStretch(ctx, u, order[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// The keys are read first of all columns where rows have to be told apart.
var keyNames = []string{table.StreamColumn, table.TimeColumn, table.SequenceColumn}

// readStretch reads spans, given by their places in u, from the first to the last.
func (o *output) readStretch(ctx context.Context, u unit, spans []int) error {
	r, err := o.reading(u, spans)
	if err != nil {
		return err
	}
	if r.nothing && !r.partly {
		o.tell(r.ends(r.from, r.to))
		return nil
	}
	defer r.stretch.Close()
	for at := r.from; at < r.to; at += part.BatchRows {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		r.move(at, min(part.BatchRows, r.to-at))
		if err := o.readBatch(r); err != nil {
			return err
		}
	}
	return nil
}

// readBatch reads what is wanted of the batch at hand, and hands it on.
func (o *output) readBatch(r *reading) error {
	keys, err := r.keys()
	if err != nil {
		return err
	}
	o.keep, o.kinds, o.texts = o.keep[:0], o.kinds[:0], r.finding == nil && len(o.scanner.scan.Discovered) > 0
	for i, s := range r.spans {
		o.choose(s, r.views[i], keys, r.at, r.n)
	}
	rows, bytes, err := r.count(o.keep)
	if err != nil {
		return err
	}
	o.tell(rows, bytes)
	if r.nothing {
		return nil
	}
	if err := o.sift(r); err != nil || len(o.keep) == 0 {
		return err
	}
	b, err := r.taken(o.keep)
	if err != nil {
		return err
	}
	return o.emit(r.plan, r.finding, b)
}

// sift leaves out rows that cannot meet the conditions.
func (o *output) sift(r *reading) error {
	if r.pass == nil || len(o.keep) == 0 {
		return nil
	}
	if o.texts {
		o.before = append(o.before[:0], o.keep...)
	}
	var err error
	if o.keep, err = r.pass.Rows(o.keep, r); err != nil || !o.texts {
		return err
	}
	at := 0
	for i, row := range o.before {
		if at < len(o.keep) && o.keep[at] == row {
			o.kinds[at] = o.kinds[i]
			at++
		}
	}
	o.kinds = o.kinds[:at]
	return nil
}

// tell counts what was read.
func (o *output) tell(rows, bytes int64) {
	o.stats.Rows += rows
	o.stats.Bytes += bytes
	if read := o.scanner.scan.Read; read != nil {
		read(rows, bytes)
	}
}

// takenApart returns the kind of the texts of some spans, if all are of one kind in which the discovered fields can be found without
// putting texts together.
func (o *output) takenApart(p *readPlan, u unit, spans []int) (kind discover.Kind, ok bool) {
	x := o.scanner
	if !p.split(x.table.schema.Text) || len(x.scan.Discovered) == 0 {
		return kind, false
	}
	kind = x.scan.Ranges[x.of[u.spans[spans[0]].Partition][0]].Kind
	for _, i := range spans {
		for _, r := range x.of[u.spans[i].Partition] {
			if x.scan.Ranges[r].Kind != kind {
				return kind, false
			}
		}
	}
	return kind, findable(kind, x.scan.Discovered)
}

// findingOf returns what finds the discovered fields in a part.
func (o *output) findingOf(f *opened, kind discover.Kind) *finding {
	if o.finding == nil || o.finding.file != f || o.finding.kind != kind {
		o.finding = newFinding(f, kind, o.scanner.scan.Discovered)
	}
	return o.finding
}

// coverOf tells how much of a span the scan wants.
func (x *scanner) coverOf(s manifest.Span, v *view) manifest.Cover {
	if v.lines.Cover(s) != manifest.None {
		return manifest.Some
	}
	return mayMatch(x.scan.Ranges[x.of[s.Partition][0]], x.scan.Through.Last(), s)
}

// keyColumns are what rows are told apart by; empty where nobody has to.
type keyColumns struct {
	streams, times, sequences []int64
}

// choose keeps the wanted rows of a span among n rows of its group that begin at one.
func (o *output) choose(s manifest.Span, v *view, keys keyColumns, at, n int) {
	from, to := max(s.From, at)-at, min(s.To, at+n)-at
	if from >= to {
		return
	}
	x := o.scanner
	ranges := x.of[s.Partition]
	if x.coverOf(s, v) == manifest.Covered {
		o.keep = append(o.keep, firstRows[from:to]...)
		if kind := x.scan.Ranges[ranges[0]].Kind; o.texts {
			for range to - from {
				o.kinds = append(o.kinds, kind)
			}
		}
		return
	}
	for i := from; i < to; i++ {
		o.chooseRow(ranges, v, i, keys.streams[i], keys.times[i], table.Sequence(keys.sequences[i]))
	}
}

// chooseRow keeps row i if one of the ranges has it and nothing hides it.
func (o *output) chooseRow(ranges []int, v *view, i int, stream, time int64, sequence table.Sequence) {
	x := o.scanner
	if v.lines.Hide(time, sequence) {
		return
	}
	for _, r := range ranges {
		if matches(x.scan.Ranges[r], x.scan.Through.Last(), stream, time, sequence) {
			o.keep = append(o.keep, int32(i))
			if o.texts {
				o.kinds = append(o.kinds, x.scan.Ranges[r].Kind)
			}
			return
		}
	}
}

// emit hands on rows of a part.
func (o *output) emit(plan *readPlan, finding *finding, b *column.Batch) error {
	out := &column.Batch{Len: b.Len}
	for _, name := range o.scanner.scan.Columns {
		c, err := plan.declared(b, name)
		if err != nil {
			return err
		}
		out.Columns = append(out.Columns, c)
	}
	if finding != nil {
		if err := finding.find(out, plan, b); err != nil {
			return err
		}
	} else if len(o.scanner.scan.Discovered) > 0 {
		texts, err := plan.declared(b, o.scanner.table.schema.Text)
		if err != nil {
			return err
		}
		o.discover(out, texts)
	}
	return o.hand(out)
}

// taken returns some rows of a batch.
func taken(b *column.Batch, rows []int32) *column.Batch {
	t := &column.Batch{Len: len(rows), Columns: make([]*column.Column, len(b.Columns))}
	for i, c := range b.Columns {
		t.Columns[i] = c.Take(rows)
	}
	return t
}

// hand gives a batch to who asked.
func (o *output) hand(b *column.Batch) error {
	return o.scanner.each(o.worker, b)
}

// discover adds the fields that are found in texts.
func (o *output) discover(b *column.Batch, texts *column.Column) {
	for _, f := range o.found {
		f.Reset()
	}
	for _, x := range o.finders {
		x.Reset()
	}
	for i := range b.Len {
		kind := o.kinds[i]
		x := o.finders[kind]
		if x == nil {
			x = discover.New(kind, o.scanner.scan.Discovered, discover.Options{})
			o.finders[kind] = x
		}
		s := texts.Str(i)
		x.Extract(unsafe.Slice(unsafe.StringData(s), len(s)), o.found)
	}
	for _, f := range o.found {
		b.Columns = append(b.Columns, f.Column())
	}
}

// readMemory hands on the rows of chunks.
func (o *output) readMemory(u unit) error {
	x := o.scanner
	columns := x.scan.Columns
	if len(x.scan.Discovered) > 0 {
		columns = append(slices.Clip(columns), x.table.schema.Text)
	}
	g := newMemoryBatch(x.table.schema, columns)
	o.kinds, o.texts = o.kinds[:0], true
	for i, c := range u.chunks {
		ranges, v := x.of[c.Partition], u.views[i]
		for from := 0; from < len(c.times); {
			to := min(len(c.times), from+scanRows-g.rows)
			o.keep = o.keep[:0]
			for row := from; row < to; row++ {
				o.chooseRow(ranges, v, row, c.streams[row], c.times[row], c.first+table.Sequence(row))
			}
			g.add(c, o.keep)
			from = to
			if g.rows == scanRows {
				if err := o.emitMemory(g); err != nil {
					return err
				}
			}
		}
	}
	return o.emitMemory(g)
}

// emitMemory hands on the rows gathered from memory.
func (o *output) emitMemory(g *memoryBatch) error {
	if g.rows == 0 {
		return nil
	}
	o.tell(int64(g.rows), g.bytes)
	b := g.take()
	if n := len(o.scanner.scan.Columns); len(b.Columns) > n {
		texts := b.Columns[n]
		b.Columns = b.Columns[:n:n]
		o.discover(b, texts)
	}
	o.kinds = o.kinds[:0]
	return o.hand(b)
}

// A memoryBatch gathers rows of chunks.
type memoryBatch struct {
	schema  table.Schema
	names   []string
	columns []*gather.Builder
	rows    int
	bytes   int64 // of texts
}

func newMemoryBatch(s table.Schema, names []string) *memoryBatch {
	g := &memoryBatch{schema: s, names: names}
	for _, name := range names {
		kind, _ := s.Kind(name)
		g.columns = append(g.columns, gather.New(kind, 0))
	}
	return g
}

// add adds some rows of a chunk.
func (g *memoryBatch) add(c *chunk, rows []int32) {
	g.rows += len(rows)
	if at := g.schema.Index(g.schema.Text); at >= 0 {
		for _, i := range rows {
			g.bytes += int64(len(c.fields[at].Str(int(i))))
		}
	}
	for k, name := range g.names {
		out := g.columns[k]
		if at := g.schema.Index(name); at >= 0 {
			out.AddRows(c.fields[at], rows)
			continue
		}
		for _, i := range rows {
			out.Ints = append(out.Ints, c.system(name, int(i)))
		}
		out.Len += len(rows)
	}
}

// system returns what a system column has in a row.
func (c *chunk) system(name string, row int) int64 {
	switch name {
	case table.PartitionColumn:
		return int64(c.Partition)
	case table.StreamColumn:
		return c.streams[row]
	case table.TimeColumn:
		return c.times[row]
	case table.IngestedColumn:
		return c.ingested
	}
	return int64(c.first) + int64(row)
}

// take returns what was gathered, and begins anew.
func (g *memoryBatch) take() *column.Batch {
	b := &column.Batch{Len: g.rows}
	for _, c := range g.columns {
		b.Columns = append(b.Columns, c.Take())
	}
	g.rows, g.bytes = 0, 0
	return b
}
