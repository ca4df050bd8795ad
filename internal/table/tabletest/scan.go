package tabletest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

// bothWays compares the rows of a range with those that Scan and Page give.
func (b *bench) bothWays(what string, r table.Range, want []row) {
	b.Helper()
	got, _ := b.scan(table.Scan{Ranges: []table.Range{r}}, 1)
	b.same("Scan of "+what, got, want)
	for _, o := range orders {
		b.same(fmt.Sprintf("pages of %s in order %d", what, o), b.walk(table.Page{Range: r, Order: o, Limit: 9}), sorted(want, o))
	}
}

func rangeEdges(b *bench) {
	times := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, start - 1, start, start, start + 1, math.MaxInt64 - 2, math.MaxInt64 - 1}
	for i, t := range times {
		b.append(1, rowsOf(event{1, t, fmt.Sprint("time ", i)}))
	}
	edges := []int64{math.MinInt64, math.MinInt64 + 1, 0, start, start + 1, math.MaxInt64 - 1, math.MaxInt64}
	for range 2 {
		for _, from := range edges {
			for _, to := range edges {
				r := table.Range{Partition: 1, From: from, To: to}
				got, _ := b.scan(table.Scan{Ranges: []table.Range{r}}, 1)
				b.same(fmt.Sprintf("Scan from %d to %d", from, to), got, within(b.rows[1], r, 0))
			}
			to := start + 1
			b.bothWays(fmt.Sprintf("range from %d to %d", from, to), table.Range{Partition: 1, From: from, To: int64(to)},
				within(b.rows[1], table.Range{From: from, To: int64(to)}, 0))
		}
		b.settle()
		b.reopen()
	}
	b.throughout()
}

func streams(b *bench) {
	b.scatter(1, 40) // streams 1 to 4
	b.append(1, rowsOf(event{0, start, "of no stream"}, event{math.MaxInt64, start, "of the last stream"}))
	for range 2 {
		for _, s := range [][]int64{nil, {}, {1}, {2, 4}, {1, 2, 3, 4}, {1, 1, 2}, {5}, {3, 5, 1 << 40}, {0}, {0, math.MaxInt64}} {
			r := all(1)
			r.Streams = s
			b.bothWays(fmt.Sprintf("streams %v, nil %t", s, s == nil), r, within(b.rows[1], r, 0))
		}
		b.settle()
		b.reopen()
	}
	b.bothWays("a partition without rows", all(2), nil)
}

func manyStreams(b *bench) {
	var events []event
	var asked []int64
	for i := range int64(5000) {
		events = append(events, event{i * 3, start + i%100, fmt.Sprint("of stream ", i*3)})
		if i%2 == 0 {
			asked = append(asked, i*3, i*3+1) // every second one, and some that are not there
		}
	}
	b.append(1, rowsOf(events...))
	b.settle()
	r := all(1)
	r.Streams = asked
	want := within(b.rows[1], r, 0)
	got, _ := b.scan(table.Scan{Ranges: []table.Range{r}}, 2)
	b.same("Scan of many streams", got, want)
	b.same("pages of many streams", b.walk(table.Page{Range: r, Limit: 999}), sorted(want, table.Ascending))
	b.throughout()
}

func manyRanges(b *bench) {
	for p := range table.Partition(60) {
		b.scatter(p+1, 12)
	}
	early := func(p table.Partition) table.Range {
		return table.Range{Partition: p, From: start, To: start + 6}
	}
	late := func(p table.Partition) table.Range {
		return table.Range{Partition: p, From: start + 3, To: start + 10, Streams: []int64{1, 2}}
	}
	var some []table.Range
	for p := table.Partition(1); p <= 60; p += 2 {
		some = append(some, early(p))
	}
	var most []table.Range
	for p := range table.Partition(2500) {
		most = append(most, late(p*2))
	}
	for range 2 {
		for name, ranges := range map[string][]table.Range{
			"thousands of ranges":           most,
			"no ranges":                     nil,
			"one range":                     {early(1)},
			"two partitions":                {early(1), late(2)},
			"every second partition":        some,
			"ranges that overlap":           {early(1), late(1), late(2)},
			"the same range twice":          {early(3), early(3)},
			"ranges that touch":             {{Partition: 4, From: start, To: start + 5}, {Partition: 4, From: start + 5, To: start + 13}},
			"a partition that is not there": {early(999), early(5)},
		} {
			got, _ := b.scan(table.Scan{Ranges: ranges}, 2)
			b.same("Scan of "+name, got, b.union(ranges))
		}
		b.settle()
		b.reopen()
	}
}

// union returns the rows of some ranges, each once.
func (b *bench) union(ranges []table.Range) []row {
	var rows []row
	for _, r := range ranges {
		rows = append(rows, within(b.rows[r.Partition], r, 0)...)
	}
	slices.SortFunc(rows, bySequence)
	return slices.CompactFunc(rows, func(x, y row) bool { return x.sequence == y.sequence })
}

func scanColumns(b *bench) {
	b.append(1, valueRows(b.schema, [][]column.Value{everyValue(5)}))
	b.settle()
	fields := []discover.Field{{Name: "i"}}
	for _, names := range [][]string{
		nil, {"whole"}, {"text", "label"}, {"doc", "@time", "doc"}, {"@sequence"}, {"@ingested", "flag", "@partition", "@stream", "@time"},
	} {
		for _, found := range [][]discover.Field{nil, fields} {
			what := fmt.Sprintf("Scan for columns %q and %d discovered", names, len(found))
			batches := 0
			r := all(1)
			r.Kind = discover.JSON
			scan := table.Scan{Ranges: []table.Range{r}, Columns: names, Discovered: found}
			stats, err := b.Table.Scan(b.Context(), scan, 1, func(_ int, batch *column.Batch) error {
				batches += batch.Len
				b.wantColumns(what, batch, names, b.rows[1])
				if got := len(batch.Columns); got != len(names)+len(found) {
					b.Errorf("%s: %d columns, want %d", what, got, len(names)+len(found))
				} else if found != nil && batch.Columns[len(names)].Value(0) != column.IntValue(5) {
					b.Errorf("%s: discovered %v, want 5", what, batch.Columns[len(names)].Value(0))
				}
				return nil
			})
			if err != nil || batches != 1 || stats.Rows != 1 || stats.Bytes != b.bytes(b.rows[1]) {
				b.Errorf("%s = %+v, %v and %d rows, want 1 row", what, stats, err, batches)
			}
		}
	}
}

func scanThrough(b *bench) {
	b.scatter(1, 20)
	b.scatter(2, 20)
	b.settle()
	b.scatter(1, 20)
	for _, through := range []table.Sequence{0, 1, table.Sequence(b.rows[1][4].sequence), table.Sequence(b.rows[2][0].sequence), b.last, math.MaxInt64} {
		got, _ := b.scan(table.Scan{Ranges: []table.Range{all(1), all(2)}, Through: table.UpTo(through)}, 2)
		want := append(within(b.rows[1], all(1), through), within(b.rows[2], all(2), through)...)
		slices.SortFunc(want, bySequence)
		b.same(fmt.Sprint("Scan through ", through), got, want)
	}
}

// workers checks that scans call from their workers, one call at a time each, and return last.
func workers(b *bench) {
	for i := range 8 {
		b.append(table.Partition(i%4+1), numbered(int64(i), 3000))
		b.settle()
	}
	ranges := []table.Range{all(1), all(2), all(3), all(4)}
	for _, n := range []int{1, 2, 5} {
		busy := make([]atomic.Bool, n)
		var inside, rows atomic.Int64
		_, err := b.Table.Scan(b.Context(), table.Scan{Ranges: ranges, Columns: []string{"@message"}}, n, func(w int, batch *column.Batch) error {
			if w < 0 || w >= n {
				return fmt.Errorf("called as worker %d of %d", w, n)
			}
			if !busy[w].CompareAndSwap(false, true) {
				return fmt.Errorf("worker %d called twice at once", w)
			}
			inside.Add(1)
			rows.Add(int64(batch.Len))
			for i := range batch.Len {
				if batch.Columns[0].Str(i) == "" {
					return fmt.Errorf("row %d of a batch has no text", i)
				}
			}
			for i := 0; i < 500 && inside.Load() < int64(n); i++ {
				runtime.Gosched() // so that calls overlap if they can
			}
			inside.Add(-1)
			busy[w].Store(false)
			return nil
		})
		if err != nil || rows.Load() != 24_000 || inside.Load() != 0 {
			b.Errorf("Scan with %d workers = %v, %d rows, %d calls under way, want 24000, none", n, err, rows.Load(), inside.Load())
		}
	}
}

func scanErrors(b *bench) {
	for i := range 10 {
		b.append(1, numbered(int64(i), 2000))
		b.settle()
	}
	stop := errors.New("enough")
	for _, n := range []int{1, 3} {
		var calls, after atomic.Int64
		var failed atomic.Bool
		scan := table.Scan{Ranges: []table.Range{all(1)}, Columns: []string{"@time"}}
		_, err := b.Table.Scan(b.Context(), scan, n, func(int, *column.Batch) error {
			if failed.Load() {
				after.Add(1)
			}
			calls.Add(1)
			failed.Store(true)
			return fmt.Errorf("batch: %w", stop)
		})
		if !errors.Is(err, stop) {
			b.Errorf("Scan with %d workers whose caller has enough = %v, want that error", n, err)
		}
		if calls.Load() > int64(n) {
			b.Errorf("Scan with %d workers called %d times, each with an error, want at most one each", n, calls.Load())
		}
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	rows := 0
	_, err := b.Table.Scan(ctx, table.Scan{Ranges: []table.Range{all(1)}}, 1, func(_ int, batch *column.Batch) error {
		cancel()
		rows += batch.Len
		return nil
	})
	if !errors.Is(err, context.Canceled) && (err != nil || rows != len(b.rows[1])) {
		b.Errorf("Scan canceled in the middle = %v after %d rows, want context canceled or all rows", err, rows)
	}
	b.throughout()
}

func unknownColumns(b *bench) {
	b.scatter(1, 10)
	nothing := func(int, *column.Batch) error { return nil }
	for _, name := range []string{"", "level", "@Time", "message", "@log"} {
		_, _, err := b.Table.Page(b.Context(), table.Page{Range: all(1), Limit: 1, Columns: []string{name}})
		b.wantKind(fmt.Sprintf("Page of column %q", name), err, fault.Invalid)
		_, err = b.Table.Scan(b.Context(), table.Scan{Ranges: []table.Range{all(1)}, Columns: []string{name}}, 1, nothing)
		b.wantKind(fmt.Sprintf("Scan for column %q", name), err, fault.Invalid)
	}
	_, _, err := b.Table.Page(b.Context(), table.Page{Range: all(1), Limit: 0})
	b.wantKind("Page of no rows", err, fault.Invalid)
}

func contexts(b *bench) {
	b.scatter(1, 10)
	ctx := b.canceled()
	var called sync.Once
	_, appended := b.Table.Append(ctx, 2, numbered(1, 1))
	_, _, paged := b.Table.Page(ctx, table.Page{Range: all(1), Limit: 1})
	_, scanned := b.Table.Scan(ctx, table.Scan{Ranges: []table.Range{all(1)}}, 1, func(int, *column.Batch) error {
		called.Do(func() { b.Error("Scan whose context has ended calls") })
		return nil
	})
	_, sized := b.Table.Size(ctx, 1)
	for what, err := range map[string]error{
		"Append": appended, "Page": paged, "Scan": scanned, "Size": sized,
		"Drop": b.Table.Drop(ctx, 3), "Expire": b.Table.Expire(ctx, table.Expiry{Partition: 3, Before: 0}),
	} {
		if !errors.Is(err, context.Canceled) {
			b.Errorf("%s whose context has ended = %v, want context canceled", what, err)
		}
	}
	b.throughout()
}
