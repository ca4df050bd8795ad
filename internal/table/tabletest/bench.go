package tabletest

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A bench is a table under test together with the rows that it should hold.
type bench struct {
	*testing.T
	Subject
	schema table.Schema
	clock  *clock
	last   table.Sequence // the greatest of all receipts
	rows   map[table.Partition][]row
}

// newBench opens a table. Its clock stands still.
func newBench(t *testing.T, open Open, schema table.Schema) *bench {
	c := new(clock)
	c.ms.Store(start)
	return &bench{T: t, Subject: open(t, schema, c.now), schema: schema, clock: c, rows: map[table.Partition][]row{}}
}

// start is when tests begin, in milliseconds: 2026-11-21T00:00:00Z.
const start = 1795219200000

// A clock stands still until it is moved.
type clock struct{ ms atomic.Int64 }

func (c *clock) now() time.Time { return time.UnixMilli(c.ms.Load()) }

func (c *clock) move(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// A row is one row as a test knows it.
type row struct {
	partition, stream, time, ingested, sequence int64
	values                                      []column.Value // of the declared columns
}

func (r row) cursor() table.Cursor {
	return table.Cursor{Time: r.time, Sequence: table.Sequence(r.sequence)}
}

// String returns the row, shortened, for messages.
func (r row) String() string {
	s := fmt.Sprintf("partition %d stream %d time %d ingested %d sequence %d:", r.partition, r.stream, r.time, r.ingested, r.sequence)
	for _, v := range r.values {
		s += fmt.Sprintf(" %s(%s)", v.Kind(), short(v.Text()))
	}
	return s
}

// short returns text quoted and not too long.
func short(text string) string {
	if len(text) > 60 {
		return fmt.Sprintf("%q and %d more bytes", text[:60], len(text)-60)
	}
	return fmt.Sprintf("%q", text)
}

// append appends rows, which has to succeed, and notes them.
func (b *bench) append(p table.Partition, rows table.Rows) table.Receipt {
	b.Helper()
	r, err := b.Table.Append(b.Context(), p, rows)
	if err != nil {
		b.Fatalf("Append(%d, %d rows) = %v, want no error", p, len(rows.Times), err)
	}
	b.note(p, rows, r)
	return r
}

// note checks a receipt and adds the rows to those that the table should hold.
func (b *bench) note(p table.Partition, rows table.Rows, r table.Receipt) {
	b.Helper()
	if r.Repeated || len(rows.Times) == 0 {
		return
	}
	if r.First <= b.last {
		b.Errorf("Append(%d) = first %d, want more than %d", p, r.First, b.last)
	}
	b.last = r.First + table.Sequence(len(rows.Times)) - 1
	b.rows[p] = append(b.rows[p], b.rowsOf(p, rows, r)...)
}

// rowsOf returns the rows of an append as the table should give them.
func (b *bench) rowsOf(p table.Partition, rows table.Rows, r table.Receipt) []row {
	all := make([]row, len(rows.Times))
	for i := range all {
		all[i] = row{int64(p), rows.Streams[i], rows.Times[i], r.Ingested, int64(r.First) + int64(i), nil}
		for _, c := range rows.Fields {
			all[i].values = append(all[i].values, c.Value(i))
		}
	}
	return all
}

// throughout verifies the table as it is, settled, reopened, and both.
func (b *bench) throughout() {
	b.Helper()
	b.verify("at once")
	b.settle()
	b.verify("settled")
	b.reopen()
	b.verify("reopened")
	b.settle()
	b.verify("reopened and settled")
}

func (b *bench) settle() {
	if b.Settle != nil {
		b.Settle()
	}
}

func (b *bench) reopen() {
	if b.Reopen != nil {
		b.Table = b.Reopen()
	}
}

// verify compares the table with the rows it should hold, by every way of reading.
func (b *bench) verify(when string) {
	b.Helper()
	scan := table.Scan{Ranges: []table.Range{}}
	var want []row
	for p, rows := range b.rows {
		scan.Ranges = append(scan.Ranges, all(p))
		want = append(want, rows...)
	}
	slices.SortFunc(want, bySequence)
	got, stats := b.scan(scan, 2)
	b.same(when+": Scan of all", got, want)
	if rows, bytes := int64(len(want)), b.bytes(want); stats.Rows != rows || stats.Bytes != bytes || len(stats.Problems) > 0 {
		b.Errorf("%s: Scan = %+v, want %d rows, %d bytes, no problems", when, stats, rows, bytes)
	}
	for p, rows := range b.rows {
		b.wantSize(when, p, rows)
		for _, o := range []table.Order{table.Ascending, table.Descending} {
			got := b.walk(table.Page{Range: all(p), Order: o, Limit: 10_000})
			b.same(fmt.Sprintf("%s: pages of %d in order %d", when, p, o), got, sorted(rows, o))
		}
	}
	if got := b.lastOf(); got < b.last {
		b.Errorf("%s: Last() = %d, want %d or more", when, got, b.last)
	}
}

func (b *bench) wantSize(when string, p table.Partition, rows []row) {
	b.Helper()
	want := table.Size{Rows: int64(len(rows)), Bytes: b.bytes(rows)}
	if got, err := b.Table.Size(b.Context(), p); got != want || err != nil {
		b.Errorf("%s: Size(%d) = %+v, %v, want %+v", when, p, got, err, want)
	}
}

// all is the range of all rows of a partition.
func all(p table.Partition) table.Range {
	return table.Range{Partition: p, From: math.MinInt64, To: math.MaxInt64}
}

// bytes returns how many bytes the texts of rows have.
func (b *bench) bytes(rows []row) int64 {
	i := b.schema.Index(b.schema.Text)
	if i < 0 {
		return 0
	}
	n := int64(0)
	for _, r := range rows {
		n += int64(len(r.values[i].Str()))
	}
	return n
}

func bySequence(x, y row) int { return cmp.Compare(x.sequence, y.sequence) }

// sorted returns rows in the order of pages.
func sorted(rows []row, o table.Order) []row {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(x, y row) int { return o.Compare(x.cursor(), y.cursor()) })
	return rows
}

// same reports the first difference between rows.
func (b *bench) same(what string, got, want []row) {
	b.Helper()
	if i := difference(got, want); i >= 0 {
		b.Errorf("%s: %d rows, want %d; row %d\n got %s\nwant %s", what, len(got), len(want), i, at(got, i), at(want, i))
	}
}

// difference returns the first row that differs; -1 if there is none.
func difference(got, want []row) int {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !got[i].equal(want[i]) {
			return i
		}
	}
	return -1
}

func (r row) equal(s row) bool {
	return r.partition == s.partition && r.stream == s.stream && r.time == s.time && r.ingested == s.ingested &&
		r.sequence == s.sequence && slices.EqualFunc(r.values, s.values, sameValue)
}

// sameValue tells whether two values are the same. A whole number may come as a float, as in a column that has both.
func sameValue(v, w column.Value) bool {
	number := func(k column.Kind) bool { return k == column.Int64 || k == column.Float64 }
	return v == w || v.Kind() != w.Kind() && number(v.Kind()) && number(w.Kind()) && v.Text() == w.Text()
}

func at(rows []row, i int) string {
	if i >= len(rows) {
		return "no row"
	}
	return rows[i].String()
}

// columns returns the names of all columns: the system's, then the declared ones.
func (b *bench) columns() []string {
	names := []string{table.PartitionColumn, table.StreamColumn, table.TimeColumn, table.IngestedColumn, table.SequenceColumn}
	for _, f := range b.schema.Fields {
		names = append(names, f.Name)
	}
	return names
}

// scan returns the rows of a scan by sequence, with all declared columns.
func (b *bench) scan(s table.Scan, workers int) ([]row, table.Stats) {
	b.Helper()
	s.Columns = b.columns()
	var mu sync.Mutex
	var rows []row
	stats, err := b.Table.Scan(b.Context(), s, workers, func(_ int, batch *column.Batch) error {
		got, err := b.read(batch)
		mu.Lock()
		defer mu.Unlock()
		rows = append(rows, got...)
		return err
	})
	if err != nil {
		b.Fatalf("Scan(%d ranges) = %v, want no error", len(s.Ranges), err)
	}
	slices.SortFunc(rows, bySequence)
	return rows, stats
}

// read returns the rows of a batch of all columns.
func (b *bench) read(batch *column.Batch) ([]row, error) {
	names := b.columns()
	if err := b.checkBatch(batch, names); err != nil {
		return nil, err
	}
	rows := make([]row, batch.Len)
	for i := range rows {
		for _, c := range batch.Columns {
			rows[i].values = append(rows[i].values, kept(c.Value(i)))
		}
		v := rows[i].values
		rows[i] = row{v[0].Int(), v[1].Int(), v[2].Int(), v[3].Int(), v[4].Int(), v[5:len(v):len(v)]}
		if len(b.schema.Fields) == 0 {
			rows[i].values = nil
		}
	}
	return rows, nil
}

// kept returns a value with a text of its own: that of a batch is only valid for a time.
func kept(v column.Value) column.Value {
	switch v.Kind() {
	case column.String:
		return column.StringValue(strings.Clone(v.Str()))
	case column.JSON:
		return column.JSONValue(strings.Clone(v.Str()))
	}
	return v
}

// checkBatch returns an error if the first columns of a batch are not those named.
func (b *bench) checkBatch(batch *column.Batch, names []string) error {
	if batch == nil || len(batch.Columns) < len(names) {
		return fmt.Errorf("batch %v, want %d columns", batch, len(names))
	}
	for i, name := range names {
		kind, _ := b.schema.Kind(name)
		c := batch.Columns[i]
		if c == nil || c.Len != batch.Len || c.Kind != kind {
			return fmt.Errorf("column %d of a batch of %d rows is %+v, want %s of kind %s", i, batch.Len, c, name, kind)
		}
	}
	return nil
}

// page returns the rows of one page with all columns.
func (b *bench) page(p table.Page) []row {
	b.Helper()
	p.Columns = b.columns()
	batch, stats, err := b.Table.Page(b.Context(), p)
	if err != nil {
		b.Fatalf("Page(%+v) = %v, want no error", p, err)
	}
	rows, err := b.read(batch)
	if err != nil {
		b.Fatalf("Page(%+v) = %v", p, err)
	}
	if n, bytes := int64(len(rows)), b.bytes(rows); stats.Rows != n || stats.Bytes != bytes || len(stats.Problems) > 0 {
		b.Errorf("Page(%+v) = %+v, want %d rows, %d bytes, no problems", p, stats, n, bytes)
	}
	return rows
}

// walk returns the rows of all pages from p on.
func (b *bench) walk(p table.Page) []row {
	b.Helper()
	var rows []row
	for {
		got := b.page(p)
		if len(got) == 0 {
			return rows
		}
		if len(got) > p.Limit {
			b.Fatalf("Page with limit %d = %d rows", p.Limit, len(got))
		}
		rows = append(rows, got...)
		if after := got[len(got)-1].cursor(); p.After != (table.Cursor{}) && p.Order.Compare(after, p.After) <= 0 {
			b.Fatalf("Page after %v ends at %v, want a later place", p.After, after)
		} else {
			p.After = after
		}
	}
}

// within returns those of rows that are in a range and not after through.
func within(rows []row, r table.Range, through table.Sequence) []row {
	var found []row
	for _, row := range rows {
		if row.time >= r.From && row.time < r.To && (r.Streams == nil || slices.Contains(r.Streams, row.stream)) &&
			(through == 0 || row.sequence <= int64(through)) {
			found = append(found, row)
		}
	}
	return found
}

// canceled returns a context that has ended.
func (b *bench) canceled() context.Context {
	ctx, cancel := context.WithCancel(b.Context())
	cancel()
	return ctx
}

// bound returns what Last does, which has to succeed.
func (b *bench) bound() table.Bound {
	b.Helper()
	bound, err := b.Table.Last(b.Context())
	if err != nil {
		b.Fatalf("Last() = %v, want no error", err)
	}
	return bound
}

func (b *bench) lastOf() table.Sequence {
	b.Helper()
	return b.bound().Last()
}
