package table

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
)

// A Memory is a table that forgets everything with the process. It is written to be obviously right: other engines are
// compared with it, and services are tested on it. A call takes time in proportion to the partition.
type Memory struct {
	schema Schema
	now    func() time.Time

	mu struct {
		sync.Mutex
		partitions map[Partition]*memoryPartition
		last       Sequence // the last one given
		ingested   int64    // the last time of ingestion
	}
}

// A memoryPartition is one partition. Its rows are replaced, not edited, so that who has them may go on reading.
type memoryPartition struct {
	rows     []memoryRow // by sequence
	receipts map[string]Receipt
	dropped  bool
}

// A memoryRow is one row with the values of the declared columns.
type memoryRow struct {
	partition Partition
	stream    int64
	time      int64
	ingested  int64
	sequence  Sequence
	values    []column.Value
}

// memoryWriter is the writer in the sequences of a Memory.
const memoryWriter = 1

// memoryBatch is how many rows a Memory hands out in one batch: few, so that tests see more than one.
const memoryBatch = 512

// NewMemory returns an empty table; nil means time.Now.
func NewMemory(schema Schema, now func() time.Time) *Memory {
	if err := schema.Check(); err != nil {
		panic("BUG: " + err.Error())
	}
	if now == nil {
		now = time.Now
	}
	m := &Memory{schema: schema, now: now}
	m.mu.partitions = map[Partition]*memoryPartition{}
	return m
}

var _ Table = (*Memory)(nil)

// at returns partition p, which is made if need be. The caller holds the lock.
func (m *Memory) at(p Partition) *memoryPartition {
	if m.mu.partitions[p] == nil {
		m.mu.partitions[p] = &memoryPartition{receipts: map[string]Receipt{}}
	}
	return m.mu.partitions[p]
}

// Append implements Table.
func (m *Memory) Append(ctx context.Context, p Partition, rows Rows) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	if err := m.schema.CheckRows(rows); err != nil {
		return Receipt{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	part := m.at(p)
	if part.dropped {
		return Receipt{}, Dropped(p)
	}
	m.mu.ingested = max(m.mu.ingested, m.now().UnixMilli())
	if r, ok := part.receipts[rows.Token]; ok && m.mu.ingested < r.Ingested+TokenLife.Milliseconds() {
		r.Repeated = true
		return r, nil
	}
	if m.mu.last == 0 {
		m.mu.last = memoryWriter << 40
	}
	r := Receipt{First: m.mu.last + 1, Ingested: m.mu.ingested}
	for i := range rows.Times {
		m.mu.last++
		part.rows = append(part.rows, memoryRow{p, rows.Streams[i], rows.Times[i], r.Ingested, m.mu.last, valuesAt(rows.Fields, i)})
	}
	if rows.Token != "" {
		part.receipts[rows.Token] = r
	}
	return r, nil
}

func valuesAt(columns []*column.Column, row int) []column.Value {
	values := make([]column.Value, len(columns))
	for i, c := range columns {
		values[i] = c.Value(row)
	}
	return values
}

// Scan implements Table.
func (m *Memory) Scan(ctx context.Context, s Scan, workers int, each func(worker int, b *column.Batch) error) (Stats, error) {
	if err := m.schema.CheckScan(s); err != nil {
		return Stats{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := m.find(s)
	queue := make(chan rangeRows, len(work))
	for _, w := range work {
		queue <- w
	}
	close(queue)
	var all sync.WaitGroup
	for worker := range max(workers, 1) {
		all.Go(func() {
			for w := range queue {
				if ctx.Err() != nil {
					return
				}
				if met := (rangeRows{w.kind, m.meeting(s, w)}); len(met.rows) > 0 {
					if err := each(worker, m.batch(s, met)); err != nil {
						cancel(err)
					}
				}
				if s.Read != nil {
					read := m.count(Stats{}, w.rows)
					s.Read(read.Rows, read.Bytes)
				}
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return Stats{}, err
	}
	var stats Stats
	for _, w := range work {
		stats = m.count(stats, w.rows)
	}
	return stats, nil
}

// A rangeRows is the rows of one batch, all of one range.
type rangeRows struct {
	kind discover.Kind
	rows []memoryRow
}

// find returns the rows of a scan, each once: as one of the first range that has it.
func (m *Memory) find(s Scan) []rangeRows {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []rangeRows
	seen := map[Sequence]bool{}
	for _, r := range s.Ranges {
		var rows []memoryRow
		for _, row := range m.inRange(r, s.Through) {
			if !seen[row.sequence] {
				seen[row.sequence] = true
				rows = append(rows, row)
			}
		}
		for chunk := range slices.Chunk(rows, memoryBatch) {
			found = append(found, rangeRows{r.Kind, chunk})
		}
	}
	return found
}

// inRange returns the rows of a range by sequence. The caller holds the lock.
func (m *Memory) inRange(r Range, through Bound) []memoryRow {
	var rows []memoryRow
	for _, row := range m.at(r.Partition).rows {
		if row.time < r.From || row.time >= r.To || !through.Has(row.sequence) {
			continue
		}
		if r.Streams == nil || slices.Contains(r.Streams, row.stream) {
			rows = append(rows, row)
		}
	}
	return rows
}

// meeting returns the rows that meet all conditions of a scan.
func (m *Memory) meeting(s Scan, w rangeRows) []memoryRow {
	if len(s.Texts) == 0 && len(s.Contains) == 0 {
		return w.rows
	}
	x := discover.New(w.kind, s.Discovered, discover.Options{})
	found := make([]*column.Builder, len(s.Discovered))
	for i := range found {
		found[i] = new(column.Builder)
	}
	var met []memoryRow
	for _, row := range w.rows {
		ok := !slices.ContainsFunc(s.Contains, func(text string) bool { return !strings.Contains(m.text(row), text) })
		x.Reset()
		for _, f := range found {
			f.Reset()
		}
		if len(s.Texts) > 0 {
			x.Extract([]byte(m.text(row)), found)
		}
		for _, t := range s.Texts {
			v := found[t.Field].Column().Value(0)
			ok = ok && v.Kind() == column.String && slices.Contains(t.Any, v.Str())
		}
		if ok {
			met = append(met, row)
		}
	}
	return met
}

// batch returns the batch of a scan for some rows.
func (m *Memory) batch(s Scan, w rangeRows) *column.Batch {
	b := &column.Batch{Len: len(w.rows)}
	for _, name := range s.Columns {
		b.Columns = append(b.Columns, m.column(name, w.rows))
	}
	if len(s.Discovered) == 0 {
		return b
	}
	found := make([]*column.Builder, len(s.Discovered))
	for i := range found {
		found[i] = new(column.Builder)
	}
	x := discover.New(w.kind, s.Discovered, discover.Options{})
	for _, row := range w.rows {
		x.Extract([]byte(m.text(row)), found)
	}
	for _, f := range found {
		b.Columns = append(b.Columns, f.Column())
	}
	return b
}

// text returns the text of a row; "" if the schema has none.
func (m *Memory) text(row memoryRow) string {
	if m.schema.Text == "" {
		return ""
	}
	return row.values[m.schema.Index(m.schema.Text)].Str()
}

// column returns a declared or system column of some rows. It is of its declared kind even if all its values are null.
func (m *Memory) column(name string, rows []memoryRow) *column.Column {
	var b column.Builder
	for _, row := range rows {
		b.Value(m.value(name, row))
	}
	kind, _ := m.schema.Kind(name)
	c := b.Column()
	if c.Kind == kind {
		return c
	}
	c = &column.Column{
		Kind: kind, Len: len(rows),
		Ints: make([]int64, len(rows)), Floats: make([]float64, len(rows)), Strings: make([]string, len(rows)),
	}
	for i := range rows {
		c.Nulls = c.Nulls.Set(i, len(rows))
	}
	return c
}

func (m *Memory) value(name string, row memoryRow) column.Value {
	switch name {
	case PartitionColumn:
		return column.IntValue(int64(row.partition))
	case StreamColumn:
		return column.IntValue(row.stream)
	case TimeColumn:
		return column.TimeValue(row.time)
	case IngestedColumn:
		return column.TimeValue(row.ingested)
	case SequenceColumn:
		return column.IntValue(int64(row.sequence))
	}
	return row.values[m.schema.Index(name)]
}

// count adds rows to stats.
func (m *Memory) count(stats Stats, rows []memoryRow) Stats {
	for _, row := range rows {
		stats.Rows++
		stats.Bytes += int64(len(m.text(row)))
	}
	return stats
}

// Page implements Table.
func (m *Memory) Page(ctx context.Context, p Page) (*column.Batch, Stats, error) {
	if err := ctx.Err(); err != nil {
		return nil, Stats{}, err
	}
	if err := m.schema.CheckPage(p); err != nil {
		return nil, Stats{}, err
	}
	m.mu.Lock()
	rows := m.inRange(p.Range, p.Through)
	m.mu.Unlock()
	rows = slices.DeleteFunc(rows, func(row memoryRow) bool {
		return p.After != (Cursor{}) && p.Order.Compare(row.cursor(), p.After) <= 0
	})
	slices.SortFunc(rows, func(a, b memoryRow) int { return p.Order.Compare(a.cursor(), b.cursor()) })
	rows = m.head(rows, p)
	return m.batch(Scan{Columns: p.Columns}, rangeRows{p.Range.Kind, rows}), m.count(Stats{}, rows), nil
}

func (row memoryRow) cursor() Cursor { return Cursor{row.time, row.sequence} }

// head returns the rows that fit in a page.
func (m *Memory) head(rows []memoryRow, p Page) []memoryRow {
	bytes := 0
	for i, row := range rows {
		bytes += len(m.text(row))
		if i == p.Limit || i > 0 && p.Bytes > 0 && bytes > p.Bytes {
			return rows[:i]
		}
	}
	return rows
}

// Drop implements Table.
func (m *Memory) Drop(ctx context.Context, p Partition) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mu.partitions[p] = &memoryPartition{dropped: true}
	return nil
}

// Expire implements Table.
func (m *Memory) Expire(ctx context.Context, limits ...Expiry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range limits {
		part := m.at(l.Partition)
		part.rows = slices.DeleteFunc(slices.Clone(part.rows), func(row memoryRow) bool { return row.time < l.Before })
	}
	return nil
}

// Size implements Table.
func (m *Memory) Size(ctx context.Context, p Partition) (Size, error) {
	if err := ctx.Err(); err != nil {
		return Size{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.count(Stats{}, m.at(p).rows)
	return Size{s.Rows, s.Bytes}, nil
}

// Last implements Table.
func (m *Memory) Last(ctx context.Context) (Bound, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return UpTo(m.mu.last), nil
}
