package queries

import (
	"context"
	"slices"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A Lens is how the events of a group are seen whose policies hide or transform them. It is safe for concurrent use.
type Lens interface {
	// See returns how a query sees an event of a stream that was stored at a time, in ms: with unmask as it was logged.
	See(stream, message string, stored int64, unmask bool) Seen

	// Transforms tells whether any event may be Transformed.
	Transforms() bool
}

// Seen is an event as a query sees it.
type Seen struct {
	// Text is @message: what was logged, but that asterisks stand in place of some stretches of it, one or more for each, and that quotes may have
	// been put around them.
	Text        string
	Fields      string // the text that its other fields are found in: Text, unless it is Transformed
	Transformed bool   // Fields is what a transformer made, as JSON
	Problem     string // why a transformer made nothing of it; "" otherwise
}

// problemField is the system field of what a transformer made nothing of (Transformation-Errors-Metrics in the user guide).
const problemField = "@transformationError"

// behindLens returns the places of the groups whose events a scan must see through a lens, and of all others. Where nothing is wanted of the texts
// there is none of the first.
func (src *source) behindLens(want plan.Scan) (lensed, plain []int) {
	text := len(want.Contains) > 0 || slices.ContainsFunc(want.Fields, plan.ScanField.IsText)
	for i, g := range src.groups {
		if text && g.Facts().Lens != nil {
			lensed = append(lensed, i)
		} else {
			plain = append(plain, i)
		}
	}
	return lensed, plain
}

// scanLensed is Scan for the groups at some places, all of which have a lens: it takes every text through the lens of its group, and finds the fields
// in what it sees.
func (src *source) scanLensed(ctx context.Context, sc *scanning, groups []int) error {
	ranges, err := src.ranges(ctx, sc.want, groups, false)
	if err != nil {
		return err
	}
	l := src.newLensing(sc.want, sc.streams)
	viewers := make([]*viewer, sc.workers)
	for i := range viewers {
		viewers[i] = l.viewer(ctx)
	}
	scan := table.Scan{Ranges: ranges, Columns: l.layout.columns, Through: src.query.through, Contains: l.contains, Read: sc.read}
	stats, err := src.service.opts.Events.Scan(ctx, scan, sc.workers, func(w int, b *column.Batch) error {
		b, err := viewers[w].see(b)
		if err != nil {
			return err
		}
		out, err := viewers[w].maker.batch(b)
		if err != nil || out.Len == 0 {
			return err
		}
		return sc.each(w, out)
	})
	src.query.problem(stats.Problems)
	return err
}

// A lensing says where the columns are that are made of what a lens shows: behind those of the table, one for each field.
type lensing struct {
	*layout
	source          *source
	want            plan.Scan
	streams         *streams
	plain           int // columns of the table before those that only lenses need
	message, stored int // columns

	fields  []int // of want.Fields, those that are made; the columns follow each other in this order
	unmask  []bool
	asked   [2][]discover.Field // those to be found in masked and in unmasked texts
	columns [2][]int            // and their places among fields

	contains []string     // texts that are in every event the query can use, as it was logged
	values   [][][]string // of each condition on a field, the parts of each value, one of which all are in the event if it has no escapes
}

// newLensing returns how a scan of events behind a lens is laid out.
func (src *source) newLensing(want plan.Scan, streams *streams) *lensing {
	lay := newLayout(want, len(src.groups), false)
	l := &lensing{layout: lay, source: src, plain: len(lay.columns), want: want, streams: streams}
	lay.needStreams()
	l.message, l.stored = lay.need(messageColumn), lay.need(table.IngestedColumn)
	l.place()
	for _, text := range want.Contains {
		l.contains = append(l.contains, unhidden(text)...)
	}
	for _, t := range want.Texts {
		if !want.Fields[t.Field].IsText() {
			continue // it is in no text
		}
		if parts := partsOf(t.Any); parts != nil {
			l.values = append(l.values, parts)
		}
	}
	return l
}

// unhidden returns the parts of a text that are in an event as it was logged, if the text is in it as a lens shows it: between asterisks and quotes, which
// a lens may have put there, everything is as it was.
func unhidden(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '*' || r == '"' })
}

// partsOf returns the unhidden parts of each of some texts; nil if one has none, or may be the text of an object or array, which need not stand in the event
// as it is.
func partsOf(texts []string) [][]string {
	var all [][]string
	for _, t := range texts {
		parts := unhidden(t)
		if len(parts) == 0 || strings.ContainsAny(t, "{[") {
			return nil
		}
		all = append(all, parts)
	}
	return all
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

// wants tells whether any field is wanted masked, or unmasked.
func (l *lensing) wants(unmask bool) bool { return slices.Contains(l.unmask, unmask) }

// viewer returns what a worker sees events with.
func (l *lensing) viewer(ctx context.Context) *viewer {
	return &viewer{lensing: l, ctx: ctx, maker: newMaker(l.layout, l.streams), finders: map[finderKey]*discover.Extractor{}, groups: map[int]lensedGroup{}}
}

// A finderKey says what an extractor looks for.
type finderKey struct {
	kind   discover.Kind
	unmask bool
}

// A viewer makes the columns of a worker.
type viewer struct {
	*lensing
	ctx     context.Context
	maker   *maker
	finders map[finderKey]*discover.Extractor
	groups  map[int]lensedGroup // by their places
	keep    []int32
}

// A lensedGroup is what a viewer knows of a group.
type lensedGroup struct {
	lens Lens // nil if its events are seen as they are
	kind discover.Kind
	may  bool // conditions on fields tell which events a query cannot use
}

func (v *viewer) group(at int) (lensedGroup, error) {
	if g, known := v.groups[at]; known {
		return g, nil
	}
	of := v.source.groups[at]
	kind, err := v.source.service.kinds.kind(v.ctx, of)
	g := lensedGroup{lens: of.Facts().Lens, kind: kind}
	g.may = kind == discover.JSON && (g.lens == nil || !g.lens.Transforms())
	v.groups[at] = g
	return g, err
}

// see returns b with the columns that a lens shows, without rows of which the text tells that the query cannot use them: to look for that is
// quicker than to look through a lens.
func (v *viewer) see(b *column.Batch) (*column.Batch, error) {
	b, err := v.usable(b)
	if err != nil {
		return nil, err
	}
	for _, x := range v.finders {
		x.Reset() // nobody needs the batch before any more
	}
	builders := v.builders()
	for row := range b.Len {
		key := streamKey{v.maker.group(b, row), b.Columns[v.stream].Ints[row]}
		if err := v.add(key, b.Columns[v.message].Str(row), b.Columns[v.stored].Ints[row], builders); err != nil {
			return nil, err
		}
	}
	out := &column.Batch{Len: b.Len, Columns: append([]*column.Column(nil), b.Columns...)}
	for _, c := range builders {
		out.Columns = append(out.Columns, c.Column())
	}
	return out, nil
}

func (v *viewer) builders() []*column.Builder {
	all := make([]*column.Builder, len(v.fields))
	for i := range all {
		all[i] = new(column.Builder)
	}
	return all
}

// usable returns b without the rows whose text, as it was logged, does not meet the conditions.
func (v *viewer) usable(b *column.Batch) (*column.Batch, error) {
	if len(v.contains)+len(v.values) == 0 {
		return b, nil
	}
	v.keep = v.keep[:0]
	for row := range b.Len {
		g, err := v.group(v.maker.group(b, row))
		if err != nil {
			return nil, err
		}
		if text := b.Columns[v.message].Str(row); containsAll(text, v.contains) && (!g.may || v.mayHave(text)) {
			v.keep = append(v.keep, int32(row))
		}
	}
	if len(v.keep) == b.Len {
		return b, nil
	}
	out := &column.Batch{Len: len(v.keep)}
	for _, c := range b.Columns {
		out.Columns = append(out.Columns, c.Take(v.keep))
	}
	return out, nil
}

// mayHave tells whether fields of an event may have the values that the query demands. In JSON without escapes a text stands as it is.
func (l *lensing) mayHave(text string) bool {
	for _, any := range l.values {
		if !slices.ContainsFunc(any, func(parts []string) bool { return containsAll(text, parts) }) {
			return strings.Contains(text, "\\")
		}
	}
	return true
}

func containsAll(text string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// add appends the fields of an event of a stream to the builders.
func (v *viewer) add(from streamKey, message string, stored int64, builders []*column.Builder) error {
	g, err := v.group(from.group)
	if err != nil {
		return err
	}
	stream, err := v.streams.name(from)
	if err != nil {
		return err
	}
	for k, unmask := range []bool{false, true} {
		if !v.wants(unmask) {
			continue
		}
		seen := Seen{Text: message, Fields: message}
		if g.lens != nil {
			seen = g.lens.See(stream, message, stored, unmask)
		}
		v.row(g.kind, k, seen, builders)
	}
	return nil
}

// row appends the masked fields of an event, if k is 0, or the unmasked ones.
func (v *viewer) row(kind discover.Kind, k int, seen Seen, builders []*column.Builder) {
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
	key := finderKey{kind, k == 1}
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
