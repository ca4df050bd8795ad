package embedded

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/part"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
)

// A pageRow is a row that may be on the page, and where it is.
type pageRow struct {
	table.Cursor
	bytes  int64
	source int // in a pager's sources
	row    int // of the row group, or of the chunk
}

// A source is a span of a part or a chunk of memory.
type source struct {
	part  *livePart
	span  manifest.Span
	chunk *chunk
	bad   bool // something of it cannot be read, so none of its rows is on the page
}

// A pager is one Page. It reads what rows are told apart by first, of as few spans as it can, and the rest of the rows of
// the page only.
type pager struct {
	table   *Table
	page    table.Page
	view    *view
	sources []source
	best    []pageRow     // up to twice the limit, of rows or bytes
	held    int64         // bytes of best
	bound   *table.Cursor // no row after it is on the page; nil: not known yet
	offered int           // how many rows may have been on it
	stats   table.Stats
}

// Page implements table.Table.
func (t *Table) Page(ctx context.Context, p table.Page) (*column.Batch, table.Stats, error) {
	if err := ctx.Err(); err != nil {
		return nil, table.Stats{}, context.Cause(ctx)
	}
	if err := t.schema.CheckPage(p); err != nil {
		return nil, table.Stats{}, err
	}
	x := &pager{table: t, page: p, view: t.engine.view(manifest.Home{Table: t.schema.Name, Partition: p.Range.Partition})}
	defer x.view.release()
	x.stats.Problems = t.engine.lost()
	x.narrow()
	x.find()
	for {
		again, err := x.choose(ctx)
		var b *column.Batch
		if err == nil && !again {
			b, again, err = x.fetch()
		}
		if err != nil {
			return nil, table.Stats{}, err
		}
		if !again {
			return b, x.stats, nil
		}
	}
}

// choose finds out which rows are on the page. It asks to be called again if rows that may have kept others away cannot be
// read after all: so a page without rows means the end, whatever is damaged.
func (x *pager) choose(ctx context.Context) (again bool, err error) {
	x.best, x.held, x.bound = x.best[:0], 0, nil
	for i := range x.sources {
		s := &x.sources[i]
		if err := context.Cause(ctx); err != nil {
			return false, err
		}
		if x.done(s.span) {
			break // and all behind it: they are sorted by their first time
		}
		if s.bad {
			continue
		}
		offered := x.offered
		if err := x.consider(i); err != nil {
			return false, err
		}
		if s.bad && x.offered > offered {
			return true, nil
		}
	}
	x.cut()
	return false, nil
}

// narrow leaves out times before the cursor, so that the spans there are not read.
func (x *pager) narrow() {
	p := &x.page
	if p.After == (table.Cursor{}) {
		return
	}
	if p.Order == table.Ascending {
		p.Range.From = max(p.Range.From, p.After.Time)
	} else if p.After.Time < math.MaxInt64 {
		p.Range.To = min(p.Range.To, p.After.Time+1)
	}
}

// find lists the spans and chunks that may have rows of the page, those with the first rows first.
func (x *pager) find() {
	add := func(s source) {
		if mayMatch(x.page.Range, x.page.Through.Last(), s.span) != manifest.None && x.view.lines.Cover(s.span) != manifest.Covered {
			x.sources = append(x.sources, s)
		}
	}
	for _, p := range x.view.parts {
		for _, s := range p.Of(x.page.Range.Partition) {
			add(source{part: p, span: s})
		}
	}
	for _, c := range x.view.chunks {
		add(source{span: c.span, chunk: c})
	}
	slices.SortFunc(x.sources, func(a, b source) int {
		return x.page.Order.Compare(x.head(a.span), x.head(b.span))
	})
}

// head returns a place that no row of a span is before.
func (x *pager) head(s manifest.Span) table.Cursor {
	if x.page.Order == table.Ascending {
		return table.Cursor{Time: s.FirstTime, Sequence: 0}
	}
	return table.Cursor{Time: s.LastTime, Sequence: math.MaxInt64}
}

// done tells whether no row of a span can be on the page.
func (x *pager) done(s manifest.Span) bool {
	return x.bound != nil && x.page.Order.Compare(x.head(s), *x.bound) > 0
}

// consider looks at the rows of a source.
func (x *pager) consider(i int) error {
	s := x.sources[i]
	if s.chunk != nil {
		x.considerChunk(i, s.chunk)
		return nil
	}
	return x.leaveOut(i, x.considerPart(i, s))
}

// leaveOut takes a source that cannot be read from the page, and says so in the statistics. Other errors are the caller's.
func (x *pager) leaveOut(i int, err error) error {
	var broken *readError
	if !errors.As(err, &broken) {
		return err
	}
	x.sources[i].bad = true
	x.stats.Problems = append(x.stats.Problems, broken.Error())
	return nil
}

// consideredNames are what rows are told apart by, the first of them before the others.
var consideredNames = []string{table.TimeColumn, table.StreamColumn, table.SequenceColumn, bytesColumn}

func (x *pager) considerPart(i int, s source) error {
	f, err := s.part.opened(s.span.Group)
	if err != nil {
		return err
	}
	stretch := f.Stretch(s.span.Group, consideredNames)
	defer stretch.Close()
	for at := s.span.From; at < s.span.To; at += part.BatchRows {
		if err := x.considerBatch(i, stretch, at, min(part.BatchRows, s.span.To-at)); err != nil {
			return s.part.failed(s.span.Group, err)
		}
	}
	return nil
}

// considerBatch looks at n rows of source i, from row at of the group on. Of those before and behind its times it reads nothing more.
func (x *pager) considerBatch(i int, stretch *part.Stretch, at, n int) error {
	times, err := stretch.Read(0, int64(at), n)
	if err != nil {
		return err
	}
	from, to := 0, n
	for ; from < to && !x.inTime(times.Ints[from]); from++ {
	}
	for ; from < to && !x.inTime(times.Ints[to-1]); to-- {
	}
	if from == to {
		return nil
	}
	var others [3][]int64
	for k := range others {
		c, err := stretch.Read(k+1, int64(at+from), to-from)
		if err != nil {
			return err
		}
		others[k] = c.Ints
	}
	streams, sequences, lengths := others[0], others[1], others[2]
	for k := range to - from {
		c := table.Cursor{Time: times.Ints[from+k], Sequence: table.Sequence(sequences[k])}
		if !x.wants(streams[k], c) {
			continue
		}
		length := int64(0)
		if lengths != nil {
			length = lengths[k]
		}
		x.offer(pageRow{c, length, i, at + from + k})
	}
	return nil
}

// inTime tells whether rows of a time may be on the page.
func (x *pager) inTime(time int64) bool {
	if x.bound != nil && x.page.Order.Compare(table.Cursor{Time: time}, table.Cursor{Time: x.bound.Time}) > 0 {
		return false
	}
	return time >= x.page.Range.From && time < x.page.Range.To
}

func (x *pager) considerChunk(i int, c *chunk) {
	text := x.table.schema.Index(x.table.schema.Text)
	for k, time := range c.times {
		at := table.Cursor{Time: time, Sequence: c.first + table.Sequence(k)}
		if !x.wants(c.streams[k], at) {
			continue
		}
		n := 0
		if text >= 0 {
			n = len(c.fields[text].Str(k))
		}
		x.offer(pageRow{at, int64(n), i, k})
	}
}

// wants tells whether a row is in the range, behind the cursor, and not hidden.
func (x *pager) wants(stream int64, c table.Cursor) bool {
	p := &x.page
	return (x.bound == nil || p.Order.Compare(c, *x.bound) <= 0) &&
		matches(p.Range, p.Through.Last(), stream, c.Time, c.Sequence) &&
		(p.After == (table.Cursor{}) || p.Order.Compare(c, p.After) > 0) &&
		!x.view.lines.Hide(c.Time, c.Sequence)
}

// offer keeps a row if it may be on the page.
func (x *pager) offer(r pageRow) {
	x.best = append(x.best, r)
	x.held += r.bytes
	x.offered++
	if len(x.best) >= 2*max(x.page.Limit, scanRows) || x.page.Bytes > 0 && x.held >= 2*int64(x.page.Bytes) {
		x.prune()
	}
}

// prune keeps the first rows, and learns where the page ends at the latest.
func (x *pager) prune() {
	slices.SortFunc(x.best, func(a, b pageRow) int { return x.page.Order.Compare(a.Cursor, b.Cursor) })
	x.held = 0
	for i := range x.best {
		x.held += x.best[i].bytes
		if i+1 == x.page.Limit || x.page.Bytes > 0 && x.held > int64(x.page.Bytes) {
			bound := x.best[i].Cursor
			x.best, x.bound = x.best[:i+1], &bound
			return
		}
	}
}

// cut ends the page where its texts are enough.
func (x *pager) cut() {
	x.prune()
	bytes := int64(0)
	for i, r := range x.best {
		bytes += r.bytes
		if i > 0 && x.page.Bytes > 0 && bytes > int64(x.page.Bytes) {
			x.best = x.best[:i]
			break
		}
	}
}

// fetch reads the rows of the page, or asks to choose again because some cannot be read.
func (x *pager) fetch() (_ *column.Batch, again bool, err error) {
	of := make([][]int, len(x.sources)) // places in x.best
	for i, r := range x.best {
		of[r.source] = append(of[r.source], i)
	}
	g := newMemoryBatch(x.table.schema, x.page.Columns)
	place := make([]int32, len(x.best)) // where in g a row of the page is
	for s, rows := range of {
		if len(rows) == 0 {
			continue
		}
		slices.SortFunc(rows, func(a, b int) int { return x.best[a].row - x.best[b].row })
		if err := x.leaveOut(s, x.fetchSource(x.sources[s], rows, g, place)); err != nil {
			return nil, false, err
		}
		again = again || x.sources[s].bad // but learn of the others too
	}
	if again {
		return nil, true, nil
	}
	for _, r := range x.best {
		x.stats.Bytes += r.bytes
	}
	x.stats.Rows = int64(len(place))
	b := g.take()
	b.Len = len(place)
	for i, c := range b.Columns {
		b.Columns[i] = c.Take(place)
	}
	return b, false, nil
}

// fetchSource adds rows of one source, given by their places in x.best and sorted by row, to g.
func (x *pager) fetchSource(s source, rows []int, g *memoryBatch, place []int32) error {
	if s.chunk != nil {
		taken := make([]int32, len(rows))
		for k, i := range rows {
			place[i], taken[k] = int32(g.rows+k), int32(x.best[i].row)
		}
		g.add(s.chunk, taken)
		return nil
	}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && x.best[rows[n]].row-x.best[rows[n-1]].row <= nearRows {
			n++
		}
		if err := x.fetchStretch(s, rows[:n], g, place); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// fetchStretch adds rows that are near to each other.
func (x *pager) fetchStretch(s source, rows []int, g *memoryBatch, place []int32) error {
	f, err := s.part.opened(s.span.Group)
	if err != nil {
		return err
	}
	plan := newReadPlan(x.table.schema, f)
	plan.keep = true
	plan.need(table.TimeColumn) // or else a page without columns has no rows
	plan.declare(x.page.Columns...)
	from, to := x.best[rows[0]].row, x.best[rows[len(rows)-1]].row+1
	if err := plan.complete(s.part, s.span.Group, from, to); err != nil {
		return err
	}
	at, next := from, 0
	first := g.rows
	return s.part.rows(f, s.span.Group, from, to, plan.names, func(b *column.Batch) error {
		var wanted []int32
		for ; next < len(rows) && x.best[rows[next]].row < at+b.Len; next++ {
			place[rows[next]] = int32(first + next)
			wanted = append(wanted, int32(x.best[rows[next]].row-at))
		}
		at += b.Len
		return g.addPart(plan, taken(b, wanted))
	})
}

// addPart adds the rows of a batch from a part.
func (g *memoryBatch) addPart(plan *readPlan, b *column.Batch) error {
	for k, name := range g.names {
		c, err := plan.declared(b, name)
		if err != nil {
			return err
		}
		g.columns[k].AddRange(c, 0, b.Len)
	}
	g.rows += b.Len
	return nil
}
