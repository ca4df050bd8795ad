package queries

import (
	"context"
	"errors"
	"math"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A source gives the events of some log groups as the rows of a query: those that were in the table when the query was started. Rows
// are numbered by their sequence.
type source struct {
	service    *Service
	query      *query
	groups     []Group
	start, end *int64 // of SOURCE, ms
}

var (
	_ exec.Source = (*source)(nil)
	_ exec.Sizer  = (*source)(nil)
)

func (s *Service) newSource(q *query, groups []Group) *source {
	return &source{service: s, query: q, groups: groups}
}

// A scanning is what the scans of a query's groups have in common.
type scanning struct {
	want    plan.Scan
	streams *streams
	workers int
	each    func(worker int, b *column.Batch) error
	read    func(rows, bytes int64) // see table.Scan
}

// Scan implements exec.Source. Groups that are seen through a lens are read behind the others, which keep what the table can do for them.
func (src *source) Scan(ctx context.Context, want plan.Scan, workers int, each func(worker int, b *column.Batch) error) (exec.ScanStats, error) {
	streams, err := src.streams(ctx)
	if err != nil {
		return exec.ScanStats{}, err
	}
	seen := new(reading)
	sc := scanning{want: want, streams: streams, workers: workers, each: each, read: func(rows, bytes int64) {
		seen.add(rows, bytes)
		if src.query.first.Load() == nil { // what is read twice counts once
			src.query.read.add(rows, bytes)
		}
	}}
	lensed, plain := src.behindLens(want)
	if len(plain) > 0 {
		err = src.scanPlain(ctx, &sc, plain)
	}
	if err == nil && len(lensed) > 0 {
		err = src.scanLensed(ctx, &sc, lensed)
	}
	if errors.Is(err, exec.ErrStop) {
		err = nil
	}
	return exec.ScanStats{Records: seen.rows.Load(), Bytes: seen.bytes.Load(), Groups: len(src.groups)}, err
}

// scanPlain scans the groups at some places, whose events are seen as the table has them.
func (src *source) scanPlain(ctx context.Context, sc *scanning, groups []int) error {
	lay := newLayout(sc.want, len(src.groups), sc.streams.gone != nil)
	ranges, err := src.ranges(ctx, sc.want, groups, len(lay.discovered) > 0)
	if err != nil {
		return err
	}
	makers := make([]*maker, sc.workers)
	for i := range makers {
		makers[i] = newMaker(lay, sc.streams)
	}
	scan := lay.scan(ranges, src.query.through)
	lay.conditions(&scan, sc.want)
	scan.Read = sc.read
	stats, err := src.service.opts.Events.Scan(ctx, scan, sc.workers, func(w int, b *column.Batch) error {
		out, err := makers[w].batch(b)
		if err != nil || out.Len == 0 {
			return err
		}
		return sc.each(w, out)
	})
	src.query.problem(stats.Problems)
	return err
}

// ranges returns where the rows of a scan of the groups at some places are.
func (src *source) ranges(ctx context.Context, want plan.Scan, groups []int, discovers bool) ([]table.Range, error) {
	from, to := want.From, want.To
	if src.start != nil {
		from = max(from, *src.start)
	}
	if src.end != nil {
		to = min(to, *src.end)
	}
	if to < math.MaxInt64 {
		to++
	}
	ranges := make([]table.Range, len(groups))
	for i, at := range groups {
		g := src.groups[at]
		f := g.Facts()
		ranges[i] = table.Range{Partition: f.Partition, From: max(from, f.Oldest), To: to}
		if !discovers {
			continue
		}
		var err error
		if ranges[i].Kind, err = src.service.kinds.kind(ctx, g); err != nil {
			return nil, err
		}
	}
	return ranges, nil
}

// streams returns what is known of the streams of the groups.
func (src *source) streams(ctx context.Context) (*streams, error) {
	all := &streams{ctx: ctx, groups: src.groups, of: map[table.Partition]int{}}
	for i, g := range src.groups {
		p := g.Facts().Partition
		all.of[p] = i
		gone, err := g.Gone(ctx)
		if err != nil {
			return nil, err
		}
		for _, number := range gone {
			if all.gone == nil {
				all.gone = map[streamKey]bool{}
			}
			all.gone[streamKey{i, number}] = true
		}
	}
	return all, nil
}

// Size implements exec.Sizer: the bytes of all events of the groups, whatever their time. [R] What AWS counts is not known.
func (src *source) Size(plan.Scan) (int64, error) {
	n := int64(0)
	for _, g := range src.groups {
		size, err := src.service.opts.Events.Size(context.Background(), g.Facts().Partition)
		if err != nil {
			return 0, err
		}
		n += size.Bytes
	}
	return n, nil
}

// A layout says where the columns that a query wants are in those that the table gives.
type layout struct {
	fields     []plan.ScanField
	columns    []string // of the table's scan
	discovered []discover.Field
	at         []int // the column of the table for each of fields; -1 for those that are made of others
	sequence   int   // -1 if rows need no numbers
	stream     int   // -1 unless it is needed
	partition  int   // -1 unless there are several
	groups     int
}

// newLayout returns the layout of a scan. With gone it has the streams of rows in any case, to leave out those of deleted ones.
func newLayout(want plan.Scan, groups int, gone bool) *layout {
	fields := want.Fields
	l := &layout{fields: fields, sequence: -1, stream: -1, partition: -1, groups: groups, at: make([]int, len(fields))}
	if !want.Unnumbered {
		l.sequence = l.need(table.SequenceColumn)
	}
	if gone {
		l.needStreams()
	}
	for i, f := range fields {
		l.at[i] = l.place(f)
	}
	for i, at := range l.at { // discovered columns come behind the others
		if at < -1 {
			l.at[i] = -2 - at + len(l.columns)
		}
	}
	return l
}

// place returns the column of a field; -1 for one that is made of others, -2 and below for the first and the following discovered ones.
func (l *layout) place(f plan.ScanField) int {
	switch {
	case f.Event:
		l.needStreams()
		return -1
	case f.All:
	case f.Name == "@message":
		return l.need(messageColumn)
	case f.Name == "@timestamp":
		return l.need(table.TimeColumn)
	case f.Name == "@ingestionTime":
		return l.need(table.IngestedColumn)
	case f.Name == "@logStream":
		l.needStreams()
		return -1
	case f.Name == "@log":
		l.needPartition()
		return -1
	}
	l.discovered = append(l.discovered, discover.Field{Name: f.Name, Tree: f.Tree, All: f.All})
	return -1 - len(l.discovered)
}

// messageColumn is the text of an event in the table.
const messageColumn = "@message"

// need returns the place of a declared or system column.
func (l *layout) need(name string) int {
	for i, c := range l.columns {
		if c == name {
			return i
		}
	}
	l.columns = append(l.columns, name)
	return len(l.columns) - 1
}

func (l *layout) needStreams() {
	l.stream = l.need(table.StreamColumn)
	l.needPartition()
}

func (l *layout) needPartition() {
	if l.groups > 1 {
		l.partition = l.need(table.PartitionColumn)
	}
}

// conditions passes on what a query demands of discovered fields and of the text.
func (l *layout) conditions(scan *table.Scan, want plan.Scan) {
	scan.Contains = want.Contains
	for _, t := range want.Texts {
		if d := l.at[t.Field] - len(l.columns); d >= 0 && !l.discovered[d].All {
			scan.Texts = append(scan.Texts, table.FieldTexts{Field: d, Any: t.Any})
		}
	}
}

func (l *layout) scan(ranges []table.Range, through table.Bound) table.Scan {
	return table.Scan{Ranges: ranges, Columns: l.columns, Discovered: l.discovered, Through: through}
}
