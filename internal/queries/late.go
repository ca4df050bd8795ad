package queries

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A lateRead is how a query reads the fields that only its result shows: after it is known which rows that has.
type lateRead struct {
	plan   *plan.Plan // without these fields
	fields []plan.LateField
}

// evaluate runs the plan of q. Where texts and fields are only shown it first finds the rows, and then reads them: each in its place if they
// are few, else all in a second scan.
func (s *Service) evaluate(ctx context.Context, q *query, opts exec.Options) (*exec.Result, error) {
	if q.late.plan == nil {
		return exec.Run(ctx, q.plan, opts)
	}
	r, err := exec.Run(ctx, q.late.plan, opts)
	if err != nil {
		return nil, err
	}
	if r.Rows.Len <= s.fewRows(r.Stats.RecordsScanned) {
		return r, s.fillIn(ctx, q, r)
	}
	q.again.Store(true)
	return exec.Run(ctx, q.plan, opts)
}

// partial returns what q has found while it runs, or had when it was ended; nil if that cannot be told. Of rows whose texts are still to
// be read it gives the first.
func (q *query) partial(ctx context.Context) *exec.Result {
	r := q.progress.Partial()
	if r == nil || q.late.plan == nil || q.again.Load() {
		return r
	}
	r = firstRows(r, firstPlaces)
	src := q.sources[q.plan.Source]
	if err := src.service.fillIn(ctx, q, r); err != nil {
		return nil
	}
	return r
}

// firstPlaces is how many rows are read in their places for each look at a query that runs.
const firstPlaces = 20

// firstRows returns up to n rows of a result.
func firstRows(r *exec.Result, n int) *exec.Result {
	if r.Rows.Len <= n {
		return r
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	first := *r
	first.Rows = &column.Batch{Len: n}
	for _, c := range r.Rows.Columns {
		first.Rows.Columns = append(first.Rows.Columns, c.Take(rows))
	}
	first.Times, first.Numbers = r.Times.Take(rows), r.Numbers[:n]
	return &first
}

// To read a row in its place takes as long as to put together the texts of some thousands in a scan: 4.5 ms were measured, and 1 µs
// each. A hundred are read so in any case, while nothing better is known.
const (
	rowsPerPlace = 4096
	fewPlaces    = 100
)

// fewRows returns how many rows of a result are read each in its place.
func (s *Service) fewRows(scanned int64) int {
	if s.places != 0 {
		return s.places
	}
	return max(fewPlaces, int(min(scanned/rowsPerPlace, math.MaxInt32)))
}

// A rowPlace is where the event of a row of a result is.
type rowPlace struct {
	row    int
	event  int64 // the number of its group and stream
	cursor table.Cursor
}

// fillIn reads the late fields of the rows of r. A row whose event is gone since stays without.
func (s *Service) fillIn(ctx context.Context, q *query, r *exec.Result) error {
	src := q.sources[q.plan.Source]
	events := r.Rows.Columns[len(r.Columns)-1]
	var places []rowPlace
	for i := range r.Rows.Len {
		if e := events.Value(i); !e.IsNull() {
			places = append(places, rowPlace{i, e.Int(), table.Cursor{Time: r.Times.Value(i).Int(), Sequence: table.Sequence(r.Numbers[i])}})
		}
	}
	slices.SortFunc(places, func(a, b rowPlace) int {
		return cmp.Or(cmp.Compare(a.event, b.event), table.Ascending.Compare(a.cursor, b.cursor))
	})
	texts := make([]*string, r.Rows.Len)
	held := int64(0)
	for len(places) > 0 {
		n := 1
		for n < len(places) && places[n].event == places[0].event {
			n++
		}
		if err := src.readPlaces(ctx, places[:n], texts); err != nil {
			return err
		}
		for _, p := range places[:n] {
			if text := texts[p.row]; text != nil {
				held += int64(len(*text))
			}
		}
		if held > s.limits.Memory {
			return &exec.MemoryError{What: "the result", Limit: s.limits.Memory}
		}
		places = places[n:]
	}
	return src.show(ctx, q.late.fields, events, texts, r)
}

// How many rows are read at a time, in the hope that the next one that is wanted is among them, and how many bytes of texts.
const (
	nearRows  = 64
	nearBytes = 256 << 10
)

// readPlaces reads the texts of some rows of one stream, which are in order.
func (src *source) readPlaces(ctx context.Context, places []rowPlace, texts []*string) error {
	f := src.groups[places[0].event>>streamBits].Facts()
	for len(places) > 0 {
		p := table.Page{
			Range: table.Range{
				Partition: f.Partition, Streams: []int64{places[0].event & (1<<streamBits - 1)},
				From: places[0].cursor.Time, To: places[len(places)-1].cursor.Time + 1,
			},
			After: table.Cursor{Time: places[0].cursor.Time, Sequence: places[0].cursor.Sequence - 1},
			Limit: nearRows, Bytes: nearBytes, Through: src.query.through,
			Columns: []string{table.TimeColumn, table.SequenceColumn, messageColumn},
		}
		b, stats, err := src.service.opts.Events.Page(ctx, p)
		if err != nil {
			return err
		}
		src.query.problem(stats.Problems)
		if b.Len == 0 {
			return nil // what is left is gone
		}
		places = match(b, places, texts)
	}
	return nil
}

// match takes the texts of the wanted rows of a page, and returns which are still wanted: at least one less, as the first one is
// at the page's start or gone.
func match(b *column.Batch, places []rowPlace, texts []*string) []rowPlace {
	for i := range b.Len {
		at := table.Cursor{Time: b.Columns[0].Ints[i], Sequence: table.Sequence(b.Columns[1].Ints[i])}
		for len(places) > 0 && table.Ascending.Compare(places[0].cursor, at) <= 0 {
			if places[0].cursor == at {
				text := strings.Clone(b.Columns[2].Str(i)) // the page holds others too
				texts[places[0].row] = &text
			}
			places = places[1:]
		}
	}
	return places
}

// show puts the late fields into the columns of r.
func (src *source) show(ctx context.Context, late []plan.LateField, events *column.Column, texts []*string, r *exec.Result) error {
	wanted := make([]discover.Field, len(late))
	columns := make([]*column.Builder, len(late))
	for i, l := range late {
		wanted[i] = discover.Field{Name: l.Field.Name, Tree: l.Field.Tree, All: l.Field.All}
		columns[i] = new(column.Builder)
	}
	finders := map[discover.Kind]*discover.Extractor{}
	for row, text := range texts {
		if text == nil {
			for _, c := range columns {
				c.Null()
			}
			continue
		}
		kind, err := src.service.kinds.kind(ctx, src.groups[events.Value(row).Int()>>streamBits])
		if err != nil {
			return err
		}
		if finders[kind] == nil {
			finders[kind] = discover.New(kind, wanted, discover.Options{})
		}
		finders[kind].Extract(unsafe.Slice(unsafe.StringData(*text), len(*text)), columns)
	}
	for i, l := range late {
		c := owned(columns[i].Column())
		if l.Field.Name == messageColumn && !l.Field.All {
			c = messages(texts)
		}
		for _, at := range l.Columns {
			r.Rows.Columns[at] = c
		}
	}
	return nil
}

// owned returns a column whose texts are no part of longer ones.
func owned(c *column.Column) *column.Column {
	var b column.Builder
	for i := range c.Len {
		switch v := c.Value(i); v.Kind() {
		case column.String:
			b.Text(strings.Clone(v.Str()))
		case column.JSON:
			b.JSON(strings.Clone(v.Str()))
		default:
			b.Value(v)
		}
	}
	return b.Column()
}

// messages returns the column of texts.
func messages(texts []*string) *column.Column {
	var b column.Builder
	for _, text := range texts {
		if text == nil {
			b.Null()
		} else {
			b.Text(*text)
		}
	}
	return b.Column()
}
