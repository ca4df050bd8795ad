package queries

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
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
	q.progress.Forget() // rows without texts
	q.first.Store(r)
	return exec.Run(ctx, q.plan, opts)
}

// firstPlaces is how many rows are read in their places for each look at a query, however long that takes.
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
	if r.LogRows {
		first.Times, first.Numbers = r.Times.Take(rows), r.Numbers[:n]
	}
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
	texts := make([]*lateText, r.Rows.Len)
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
				held += int64(len(text.message))
			}
		}
		if held > s.limits.Memory {
			return &exec.MemoryError{What: "the result", Limit: s.limits.Memory}
		}
		places = places[n:]
	}
	return src.show(ctx, q, events, texts, r)
}

// A lateText is the text of an event, and when it was stored, in ms.
type lateText struct {
	message string
	stored  int64
}

// How many rows are read at a time, in the hope that the next one that is wanted is among them, and how many bytes of texts.
const (
	nearRows  = 64
	nearBytes = 256 << 10
)

// readPlaces reads the texts of some rows of one stream, which are in order.
func (src *source) readPlaces(ctx context.Context, places []rowPlace, texts []*lateText) error {
	f := src.groups[places[0].event>>streamBits].Facts()
	for len(places) > 0 {
		p := table.Page{
			Range: table.Range{
				Partition: f.Partition, Streams: []int64{places[0].event & (1<<streamBits - 1)},
				From: places[0].cursor.Time, To: places[len(places)-1].cursor.Time + 1,
			},
			After: table.Cursor{Time: places[0].cursor.Time, Sequence: places[0].cursor.Sequence - 1},
			Limit: nearRows, Bytes: nearBytes, Through: src.query.through,
			Columns: []string{table.TimeColumn, table.SequenceColumn, messageColumn, table.IngestedColumn},
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
func match(b *column.Batch, places []rowPlace, texts []*lateText) []rowPlace {
	for i := range b.Len {
		at := table.Cursor{Time: b.Columns[0].Ints[i], Sequence: table.Sequence(b.Columns[1].Ints[i])}
		for len(places) > 0 && table.Ascending.Compare(places[0].cursor, at) <= 0 {
			if places[0].cursor == at {
				text := strings.Clone(b.Columns[2].Str(i)) // the page holds others too
				texts[places[0].row] = &lateText{text, b.Columns[3].Ints[i]}
			}
			places = places[1:]
		}
	}
	return places
}

// show puts the late fields into the columns of r, as the lens of their group shows them.
func (src *source) show(ctx context.Context, q *query, events *column.Column, texts []*lateText, r *exec.Result) error {
	want := plan.Scan{Unmask: q.plan.Scan.Unmask}
	for _, l := range q.late.fields {
		want.Fields = append(want.Fields, l.Field)
	}
	streams, err := src.streams(ctx)
	if err != nil {
		return err
	}
	v := src.newLensing(want, streams).viewer(ctx)
	columns := v.builders()
	for row, text := range texts {
		if text == nil {
			for _, c := range columns {
				c.Null()
			}
			continue
		}
		event := events.Value(row).Int()
		if err := v.add(streamKey{int(event >> streamBits), event & (1<<streamBits - 1)}, text.message, text.stored, columns); err != nil {
			return err
		}
	}
	for i, at := range v.fields { // all of them, as each depends on the text
		c := owned(columns[i].Column())
		for _, place := range q.late.fields[at].Columns {
			r.Rows.Columns[place] = c
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
