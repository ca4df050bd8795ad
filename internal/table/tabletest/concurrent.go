package tabletest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// day is one in milliseconds.
const day = 24 * 60 * 60 * 1000

// wholeAppends reads while others append rows of many streams and days, which must come together.
func wholeAppends(b *bench) {
	const size, appends = 10, 60
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	receipts := make([]table.Receipt, appends)
	rows := make([]table.Rows, appends)
	for w := range 2 {
		writing.Go(func() {
			for i := w; i < appends; i += 2 {
				var events []event
				for j := range int64(size) {
					events = append(events, event{j, start + j*40*day, fmt.Sprint("append ", i)})
				}
				var err error
				rows[i] = rowsOf(events...)
				if receipts[i], err = b.Table.Append(b.Context(), 1, rows[i]); err != nil {
					b.Errorf("Append = %v, want no error", err)
				}
			}
		})
	}
	for range 2 {
		reading.Go(func() {
			for !done.Load() && !b.Failed() {
				b.wantWhole(size)
			}
		})
	}
	reading.Go(func() {
		for range 5 {
			b.settle()
		}
	})
	writing.Wait()
	done.Store(true)
	reading.Wait()
	b.noteAll(rows, receipts, func(int) table.Partition { return 1 })
	b.throughout()
}

// noteAll notes appends that were made at the same time.
func (b *bench) noteAll(rows []table.Rows, receipts []table.Receipt, of func(i int) table.Partition) {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(receipts[i].First - receipts[j].First) })
	for _, i := range order {
		b.note(of(i), rows[i], receipts[i])
	}
}

// wantWhole checks that the appends to partition 1, of size rows with one text each, come wholly.
func (b *bench) wantWhole(size int) {
	count := map[string]int{}
	var mu sync.Mutex
	add := func(_ int, batch *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range batch.Len {
			count[batch.Columns[0].Str(i)]++
		}
		return nil
	}
	check := func(what string, err error) {
		if err != nil {
			b.Errorf("%s = %v, want no error", what, err)
		}
		for text, n := range count {
			if n != size {
				b.Errorf("%s: %d rows of %q, want %d or none", what, n, text, size)
			}
		}
	}
	_, err := b.Table.Scan(b.Context(), table.Scan{Ranges: []table.Range{all(1)}, Columns: []string{"@message"}}, 2, add)
	check("Scan while others append", err)
	clear(count)
	batch, _, err := b.Table.Page(b.Context(), table.Page{Range: all(1), Order: table.Descending, Limit: 1 << 20, Columns: []string{"@message"}})
	if err == nil {
		err = add(0, batch)
	}
	check("Page while others append", err)
}

// A ledger is what concurrent writers have been told.
type ledger struct {
	sync.Mutex
	rows     []table.Rows
	receipts []table.Receipt
	of       []table.Partition
}

func (l *ledger) add(p table.Partition, rows table.Rows, r table.Receipt) {
	l.Lock()
	defer l.Unlock()
	l.rows, l.receipts, l.of = append(l.rows, rows), append(l.receipts, r), append(l.of, p)
}

// snapshot returns the places of the rows that have been acknowledged.
func (l *ledger) snapshot() []table.Receipt {
	l.Lock()
	defer l.Unlock()
	return slices.Clone(l.receipts)
}

// readersAndWriters appends, scans, pages, drops and expires at once.
func readersAndWriters(b *bench) {
	var l ledger
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range 3 {
		writing.Go(func() { b.write(&l, rand.New(rand.NewPCG(uint64(w), 1))) })
	}
	for range 2 {
		reading.Go(func() {
			for !done.Load() && !b.Failed() {
				b.wantStill(&l)
			}
		})
	}
	reading.Go(func() {
		for p := table.Partition(100); !done.Load() && p < 110; p++ {
			err := errors.Join(b.Table.Expire(b.Context(), table.Expiry{Partition: 50, Before: start + int64(p)}), b.Table.Drop(b.Context(), p))
			if err != nil {
				b.Errorf("Expire and Drop of others = %v, want no error", err)
			}
			b.settle()
		}
	})
	writing.Wait()
	done.Store(true)
	reading.Wait()
	b.noteAll(l.rows, l.receipts, func(i int) table.Partition { return l.of[i] })
	b.throughout()
}

// write makes some appends to partitions 1 to 3.
func (b *bench) write(l *ledger, random *rand.Rand) {
	for i := range 50 {
		p := table.Partition(random.IntN(3) + 1)
		rows := numbered(int64(random.IntN(5)), random.IntN(40)+1)
		if i%4 == 0 {
			rows.Token = fmt.Sprint("token ", random.Uint64())
		}
		r, err := b.Table.Append(b.Context(), p, rows)
		if err != nil || r.Repeated {
			b.Errorf("Append = %+v, %v, want a new append", r, err)
			return
		}
		l.add(p, rows, r)
	}
}

// wantStill checks that what Last covers is all there and does not change.
func (b *bench) wantStill(l *ledger) {
	receipts := l.snapshot()
	through := b.bound()
	if len(through) == 0 {
		return // no rows yet; and a scan without a bound is one of all
	}
	s := table.Scan{Ranges: []table.Range{all(1), all(2), all(3)}, Columns: []string{"@sequence"}, Through: through}
	once, err := b.sequences(s)
	again, err2 := b.sequences(s)
	if err != nil || err2 != nil {
		b.Errorf("Scan = %v, %v, want no errors", err, err2)
		return
	}
	if !slices.Equal(once, again) {
		b.Errorf("Scan through %d = %d rows, then %d: a listing has to hold still", through, len(once), len(again))
	}
	for _, r := range receipts {
		if _, ok := slices.BinarySearch(once, int64(r.First)); !ok {
			b.Errorf("Scan through %d lacks row %d, whose append had returned before", through, r.First)
		}
	}
	for i := 1; i < len(once); i++ {
		if once[i] == once[i-1] {
			b.Errorf("Scan gives row %d twice", once[i])
		}
	}
}

// sequences returns the sorted sequences that a scan for just them gives.
func (b *bench) sequences(s table.Scan) ([]int64, error) {
	var mu sync.Mutex
	var all []int64
	_, err := b.Table.Scan(b.Context(), s, 2, func(_ int, batch *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for i := range batch.Len {
			all = append(all, batch.Columns[0].Value(i).Int())
		}
		return nil
	})
	slices.Sort(all)
	return all, err
}
