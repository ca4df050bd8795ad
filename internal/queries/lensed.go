package queries

import (
	"context"
	"errors"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A Lens is how the events of a group are seen whose policies hide or transform them. It is safe for concurrent use.
type Lens interface {
	// See returns how a query sees an event of a stream that was stored at a time, in ms: with unmask as it was logged.
	See(stream, message string, stored int64, unmask bool) Seen
}

// Seen is an event as a query sees it.
type Seen struct {
	Text        string // @message
	Fields      string // the text that its other fields are found in
	Transformed bool   // Fields is what a transformer made, as JSON
	Problem     string // why a transformer made nothing of it; "" otherwise
}

// problemField is the system field of what a transformer made nothing of (Transformation-Errors-Metrics in the user guide).
const problemField = "@transformationError"

// lensed tells whether any of the groups has a lens.
func (src *source) lensed() bool {
	for _, g := range src.groups {
		if g.Facts().Lens != nil {
			return true
		}
	}
	return false
}

// scanLensed is Scan for groups of which some have a lens: it takes every text through the lens of its group, and finds the fields in what
// it sees. What a query demands of texts is not passed on to the table, which would look for it behind the lens.
func (src *source) scanLensed(ctx context.Context, want plan.Scan, workers int, each func(worker int, b *column.Batch) error) (exec.ScanStats, error) {
	lay := newLayout(want, len(src.groups), false)
	ranges, err := src.ranges(ctx, want, false)
	if err != nil {
		return exec.ScanStats{}, err
	}
	streams, err := src.streams(ctx)
	if err != nil {
		return exec.ScanStats{}, err
	}
	plain := len(lay.columns)
	lay.needStreams()
	l := lensing{layout: lay, plain: plain, message: lay.need(messageColumn), stored: lay.need(table.IngestedColumn), want: want, streams: streams}
	for _, g := range src.groups {
		kind, err := src.service.kinds.kind(ctx, g)
		if err != nil {
			return exec.ScanStats{}, err
		}
		l.lenses, l.kinds = append(l.lenses, g.Facts().Lens), append(l.kinds, kind)
	}
	l.place()
	viewers := make([]*viewer, workers)
	for i := range viewers {
		viewers[i] = &viewer{lensing: &l, maker: newMaker(lay, streams), finders: map[finderKey]*discover.Extractor{}}
	}
	seen := new(reading)
	scan := table.Scan{Ranges: ranges, Columns: lay.columns, Through: src.query.through}
	stats, err := src.service.opts.Events.Scan(ctx, scan, workers, func(w int, b *column.Batch) error {
		seen.rows.Add(int64(b.Len))
		src.query.read.rows.Add(int64(b.Len))
		b, err := viewers[w].see(b)
		if err != nil {
			return err
		}
		out, err := viewers[w].maker.batch(b)
		if err != nil || out.Len == 0 {
			return err
		}
		return each(w, out)
	})
	if errors.Is(err, exec.ErrStop) {
		err = nil
	}
	src.query.problem(stats.Problems)
	src.query.read.bytes.Add(stats.Bytes)
	return exec.ScanStats{Records: seen.rows.Load(), Bytes: stats.Bytes, Groups: len(src.groups)}, err
}

// A lensing says where the columns are that are made of what a lens shows: behind those of the table, one for each field.
type lensing struct {
	*layout
	want            plan.Scan
	streams         *streams
	plain           int // columns of the table before those that only lenses need
	message, stored int // columns
	lenses          []Lens
	kinds           []discover.Kind

	fields  []int // of want.Fields, those that are made; the columns follow each other in this order
	unmask  []bool
	asked   [2][]discover.Field // those to be found in masked and in unmasked texts
	columns [2][]int            // and their places among fields
}

// place gives each field that depends on the text a column of its own.
func (l *lensing) place() {
	width := len(l.layout.columns)
	for i, f := range l.want.Fields {
		text := f.Name == messageColumn && !f.All
		if !text && l.at[i] < l.plain && (l.at[i] >= 0 || l.isMade(f)) {
			continue
		}
		l.at[i] = width + len(l.fields)
		unmask := f.Unmask || l.want.Unmask
		if !text && f.Name != problemField {
			k := 0
			if unmask {
				k = 1
			}
			l.asked[k] = append(l.asked[k], discover.Field{Name: f.Name, Tree: f.Tree, All: f.All})
			l.columns[k] = append(l.columns[k], len(l.fields))
		}
		l.fields, l.unmask = append(l.fields, i), append(l.unmask, unmask)
	}
}

// isMade tells whether a field is made of the stream and group of an event.
func (l *lensing) isMade(f plan.ScanField) bool {
	return f.Event || !f.All && (f.Name == "@logStream" || f.Name == "@log")
}

// A finderKey says what an extractor looks for.
type finderKey struct {
	kind   discover.Kind
	unmask bool
}

// A viewer makes the columns of a worker.
type viewer struct {
	*lensing
	maker   *maker
	finders map[finderKey]*discover.Extractor
}

// see returns b with the columns that a lens shows.
func (v *viewer) see(b *column.Batch) (*column.Batch, error) {
	for _, x := range v.finders {
		x.Reset() // nobody needs the batch before any more
	}
	builders := make([]*column.Builder, len(v.fields))
	for i := range builders {
		builders[i] = new(column.Builder)
	}
	for row := range b.Len {
		group := v.maker.group(b, row)
		stream, err := v.streams.name(streamKey{group, b.Columns[v.stream].Ints[row]})
		if err != nil {
			return nil, err
		}
		message, stored := b.Columns[v.message].Str(row), b.Columns[v.stored].Ints[row]
		for k, unmask := range []bool{false, true} {
			if v.wants(unmask) {
				v.row(group, k, v.look(group, stream, message, stored, unmask), builders)
			}
		}
	}
	out := &column.Batch{Len: b.Len, Columns: append([]*column.Column(nil), b.Columns...)}
	for _, c := range builders {
		out.Columns = append(out.Columns, c.Column())
	}
	return out, nil
}

// wants tells whether any field is wanted masked, or unmasked.
func (l *lensing) wants(unmask bool) bool {
	for _, u := range l.unmask {
		if u == unmask {
			return true
		}
	}
	return false
}

// look returns how an event is seen.
func (l *lensing) look(group int, stream, message string, stored int64, unmask bool) Seen {
	if l.lenses[group] == nil {
		return Seen{Text: message, Fields: message}
	}
	return l.lenses[group].See(stream, message, stored, unmask)
}

// row appends the masked fields of an event, if k is 0, or the unmasked ones.
func (v *viewer) row(group, k int, seen Seen, builders []*column.Builder) {
	for i, at := range v.fields {
		switch f := v.want.Fields[at]; {
		case v.unmask[i] != (k == 1):
		case f.Name == messageColumn && !f.All:
			builders[i].Text(seen.Text)
		case f.Name == problemField && seen.Problem != "":
			builders[i].Text(seen.Problem)
		case f.Name == problemField:
			builders[i].Null()
		}
	}
	if len(v.asked[k]) == 0 {
		return
	}
	key := finderKey{v.kinds[group], k == 1}
	if seen.Transformed {
		key.kind = discover.JSON
	}
	if v.finders[key] == nil {
		v.finders[key] = discover.New(key.kind, v.asked[k], discover.Options{})
	}
	found := make([]*column.Builder, len(v.asked[k]))
	for i, at := range v.columns[k] {
		found[i] = builders[at]
	}
	v.finders[key].Extract(unsafe.Slice(unsafe.StringData(seen.Fields), len(seen.Fields)), found)
}
