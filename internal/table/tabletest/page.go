package tabletest

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

var orders = []table.Order{table.Ascending, table.Descending}

// scatter appends events whose times are out of order and often equal, in several appends with settling between.
func (b *bench) scatter(p table.Partition, n int) {
	b.Helper()
	for i := 0; i < n; i += 10 {
		var events []event
		for j := i; j < min(i+10, n); j++ {
			events = append(events, event{int64(j%4 + 1), start + int64(j*7%13), fmt.Sprint("event ", j)})
		}
		b.append(p, rowsOf(events...))
		if i%30 == 20 {
			b.settle()
		}
	}
}

func pageOrder(b *bench) {
	b.scatter(1, 95)
	b.scatter(2, 5)
	b.throughout()
}

func pageLimits(b *bench) {
	b.scatter(1, 50)
	for _, o := range orders {
		want := sorted(b.rows[1], o)
		for _, limit := range []int{1, 2, 7, 49, 50, 51, math.MaxInt32} {
			p := table.Page{Range: all(1), Order: o, Limit: limit}
			b.same(fmt.Sprintf("order %d: first page of %d", o, limit), b.page(p), want[:min(limit, 50)])
			b.same(fmt.Sprintf("order %d: pages of %d", o, limit), b.walk(p), want)
		}
	}
}

func pageBytes(b *bench) {
	b.append(1, rowsOf(event{1, start, "1234"}, event{1, start + 1, ""}, event{1, start + 2, "12"}, event{1, start + 3, "grüß"}, event{1, start + 4, ""}))
	b.settle()
	asc := sorted(b.rows[1], table.Ascending)
	for _, tt := range []struct{ bytes, limit, want int }{
		{0, 9, 5}, {1, 9, 1}, {3, 9, 1}, {4, 9, 2}, {5, 9, 2}, {6, 9, 3}, {6, 2, 2}, {11, 9, 3}, {12, 9, 5}, {math.MaxInt, 9, 5},
	} {
		// The first text is longer than some bounds and comes all the same, but with none after it.
		want := asc[:tt.want]
		if tt.bytes == 1 || tt.bytes == 3 {
			want = asc[:1]
		}
		p := table.Page{Range: all(1), Limit: tt.limit, Bytes: tt.bytes}
		b.same(fmt.Sprintf("page of %d bytes, %d rows", tt.bytes, tt.limit), b.page(p), want)
		for _, p.Order = range orders {
			b.same(fmt.Sprintf("pages of %d bytes in order %d", tt.bytes, p.Order), b.walk(p), sorted(asc, p.Order))
		}
	}
}

func cursors(b *bench) {
	b.scatter(1, 30)
	rows := b.rows[1]
	places := []table.Cursor{
		{Time: start, Sequence: math.MaxInt64}, {Time: start + 1}, {Time: start - 1, Sequence: 1}, {Time: start + 6, Sequence: 1},
		{Time: math.MinInt64}, {Time: math.MinInt64, Sequence: math.MaxInt64}, {Time: math.MaxInt64}, {Time: math.MaxInt64, Sequence: math.MaxInt64}, {Sequence: 1},
	}
	for _, r := range rows {
		places = append(places, r.cursor())
	}
	for _, o := range orders {
		for _, after := range places {
			want := slices.DeleteFunc(sorted(rows, o), func(r row) bool { return o.Compare(r.cursor(), after) <= 0 })
			what := fmt.Sprintf("pages after %v in order %d", after, o)
			b.same(what, b.page(table.Page{Range: all(1), Order: o, After: after, Limit: 100}), want)
			narrow := table.Range{Partition: 1, From: start + 3, To: start + 9, Streams: []int64{2, 3}}
			b.same(what+", narrow", b.page(table.Page{Range: narrow, Order: o, After: after, Limit: 100}), within(want, narrow, 0))
		}
	}
}

// listings walks in small pages while rows are appended before, between and after them.
func listings(b *bench) {
	b.scatter(1, 60)
	through := b.bound()
	before := slices.Clone(b.rows[1])
	for _, o := range orders {
		p := table.Page{Range: all(1), Order: o, Through: through, Limit: 7}
		var got []row
		for i := 0; ; i++ {
			rows := b.page(p)
			if len(rows) == 0 || len(got) > len(before) {
				break
			}
			got = append(got, rows...)
			p.After = rows[len(rows)-1].cursor()
			b.scatter(1, 12)
			if i == 3 {
				b.settle()
			}
			if i == 5 {
				b.reopen()
			}
		}
		b.same(fmt.Sprintf("pages through %d in order %d", through, o), got, sorted(before, o))
	}
	b.listWhileAppending()
	b.throughout()
}

// listWhileAppending lists again and again through the same sequence while others append.
func (b *bench) listWhileAppending() {
	through := b.bound()
	want := sorted(b.rows[1], table.Descending)
	stop := make(chan struct{})
	var all1 sync.WaitGroup
	all1.Go(func() {
		for i := range 200 {
			select {
			case <-stop:
				return
			default:
			}
			rows := rowsOf(event{1, start + int64(i%13), "meanwhile"})
			r, err := b.Table.Append(b.Context(), 1, rows)
			if err != nil {
				b.Errorf("Append = %v, want no error", err)
				return
			}
			b.note(1, rows, r)
		}
	})
	for range 5 {
		got := b.walk(table.Page{Range: all(1), Order: table.Descending, Through: through, Limit: 37})
		b.same("pages while others append", got, want)
	}
	close(stop)
	all1.Wait()
}

func pageColumns(b *bench) {
	rows := [][]column.Value{everyValue(1), everyValue(2)}
	b.append(1, valueRows(b.schema, rows))
	b.settle()
	for _, names := range [][]string{
		nil, {"whole"}, {"text", "label"}, {"doc", "@time", "doc"}, {"@sequence"}, {"@ingested", "flag", "@partition", "@stream", "@time"},
	} {
		batch, stats, err := b.Table.Page(b.Context(), table.Page{Range: all(1), Limit: 10, Columns: names})
		if err != nil || batch.Len != 2 || len(batch.Columns) != len(names) || stats.Rows != 2 || stats.Bytes != b.bytes(b.rows[1]) {
			b.Errorf("Page of columns %q = %+v, %+v, %v, want 2 rows", names, batch, stats, err)
			continue
		}
		b.wantColumns(fmt.Sprintf("Page of columns %q", names), batch, names, b.rows[1])
	}
}

// everyValue returns a row of everything.
func everyValue(i int64) []column.Value {
	s := fmt.Sprint(i)
	return []column.Value{
		column.BoolValue(i%2 == 0), column.IntValue(i), column.FloatValue(float64(i) / 4), column.StringValue("label " + s),
		column.StringValue(`{"i":` + s + `}`), column.TimeValue(i), column.JSONValue("[" + s + "]"), column.IntValue(-i),
	}
}

// wantColumns checks the named columns of a batch of the rows.
func (b *bench) wantColumns(what string, batch *column.Batch, names []string, rows []row) {
	b.Helper()
	if err := b.checkBatch(batch, names); err != nil {
		b.Errorf("%s: %v", what, err)
		return
	}
	for c, name := range names {
		for i, r := range rows {
			if got, want := batch.Columns[c].Value(i), b.value(r, name); got != want {
				b.Errorf("%s: column %d, row %d = %s, want %s", what, c, i, short(got.Text()), short(want.Text()))
			}
		}
	}
}

// value returns what row r has in a column.
func (b *bench) value(r row, name string) column.Value {
	switch name {
	case table.PartitionColumn:
		return column.IntValue(r.partition)
	case table.StreamColumn:
		return column.IntValue(r.stream)
	case table.TimeColumn:
		return column.TimeValue(r.time)
	case table.IngestedColumn:
		return column.TimeValue(r.ingested)
	case table.SequenceColumn:
		return column.IntValue(r.sequence)
	}
	return r.values[b.schema.Index(name)]
}

// ownPages keeps a page while the table goes on.
func ownPages(b *bench) {
	b.scatter(1, 40)
	batch, _, err := b.Table.Page(b.Context(), table.Page{Range: all(1), Limit: 40, Columns: b.columns()})
	if err != nil {
		b.Fatalf("Page = %v", err)
	}
	want := sorted(b.rows[1], table.Ascending)
	b.scatter(1, 40)
	b.throughout()
	got, err := b.read(batch)
	if err != nil {
		b.Fatal(err)
	}
	b.same("a page that was kept", got, want)
}
