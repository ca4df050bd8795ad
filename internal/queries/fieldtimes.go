package queries

import (
	"cmp"
	"context"
	"math"
	"runtime"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// A SoughtField is a field of which events are looked for that were stored from a time on, in ms.
type SoughtField struct {
	Name  string
	Since int64
}

// A Span is from the first event to the last, in ms. It is empty, with First behind Last, if there are none.
type Span struct{ First, Last int64 }

var emptySpan = Span{First: math.MaxInt64, Last: math.MinInt64}

// Empty tells whether there are no events.
func (s Span) Empty() bool { return s.First > s.Last }

// with returns the span of s and a time.
func (s Span) with(t int64) Span { return Span{min(s.First, t), max(s.Last, t)} }

// FieldTimes looks for the events of a group of the caller that have fields, as queries see them. It returns the times of those events for each
// field, and the time at which the newest event of the group was stored, 0 if it has none. All events are read, of them the fields alone.
func (s *Service) FieldTimes(ctx context.Context, group string, fields []SoughtField) (times []Span, stored int64, err error) {
	g, err := s.opts.Groups.Find(ctx, group)
	if err != nil {
		return nil, 0, err
	}
	q := &query{}
	if q.through, err = s.opts.Events.Last(ctx); err != nil {
		return nil, 0, err
	}
	want := plan.Scan{Fields: []plan.ScanField{{Name: "@timestamp"}, {Name: "@ingestionTime"}}, To: math.MaxInt64, Unnumbered: true}
	for _, f := range fields {
		want.Fields = append(want.Fields, plan.ScanField{Name: f.Name})
	}
	found := make([]fieldTimes, cmp.Or(s.limits.Workers, runtime.GOMAXPROCS(0)))
	for i := range found {
		found[i] = newFieldTimes(len(fields))
	}
	if _, err := s.newSource(q, []Group{g}).Scan(ctx, want, len(found), func(worker int, b *column.Batch) error {
		found[worker].add(b, fields)
		return nil
	}); err != nil {
		return nil, 0, err
	}
	all := newFieldTimes(len(fields))
	for _, one := range found {
		all.merge(one)
	}
	return all.times, all.stored, nil
}

// fieldTimes are what a worker has found.
type fieldTimes struct {
	times  []Span
	stored int64
}

func newFieldTimes(fields int) fieldTimes {
	f := fieldTimes{times: make([]Span, fields)}
	for i := range f.times {
		f.times[i] = emptySpan
	}
	return f
}

// add adds the rows of a batch, whose columns are the time of an event, the time at which it was stored, and the fields.
func (f *fieldTimes) add(b *column.Batch, fields []SoughtField) {
	for row, stored := range b.Columns[1].Ints[:b.Len] {
		f.stored = max(f.stored, stored)
		for i, c := range b.Columns[2:] {
			if stored >= fields[i].Since && !c.IsNull(row) {
				f.times[i] = f.times[i].with(b.Columns[0].Ints[row])
			}
		}
	}
}

func (f *fieldTimes) merge(more fieldTimes) {
	f.stored = max(f.stored, more.stored)
	for i, t := range more.times {
		if !t.Empty() {
			f.times[i] = f.times[i].with(t.First).with(t.Last)
		}
	}
}
