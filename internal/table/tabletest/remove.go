package tabletest

import (
	"fmt"
	"math"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
)

// drop removes a partition, which has to succeed.
func (b *bench) drop(p table.Partition) {
	b.Helper()
	if err := b.Table.Drop(b.Context(), p); err != nil {
		b.Fatalf("Drop(%d) = %v, want no error", p, err)
	}
	b.rows[p] = nil
}

// expire removes rows, which has to succeed.
func (b *bench) expire(p table.Partition, before int64) {
	b.Helper()
	if err := b.Table.Expire(b.Context(), table.Expiry{Partition: p, Before: before}); err != nil {
		b.Fatalf("Expire(%d, %d) = %v, want no error", p, before, err)
	}
	b.rows[p] = within(b.rows[p], table.Range{From: before, To: math.MaxInt64}, 0)
}

func drops(b *bench) {
	for p := range table.Partition(4) {
		b.append(p+1, withToken("t", numbered(1, 500)))
	}
	b.settle()
	b.append(1, numbered(1, 500))
	last := b.lastOf()
	refused := func(p table.Partition, when string) {
		b.Helper()
		for _, rows := range []table.Rows{numbered(1, 1), withToken("t", numbered(1, 500)), withToken("new", numbered(1, 1)), rowsOf()} {
			_, err := b.Table.Append(b.Context(), p, rows)
			b.wantKind(fmt.Sprintf("%s: Append(%d) to a dropped partition", when, p), err, fault.NotFound)
		}
	}
	b.drop(1)
	b.drop(9) // without rows
	refused(1, "at once")
	refused(9, "at once")
	b.verify("dropped")
	b.drop(1)
	b.drop(3)
	if got := b.lastOf(); got < last {
		b.Errorf("Last() after Drop = %d, want %d or more", got, last)
	}
	b.expire(1, 0)
	b.throughout()
	for _, p := range []table.Partition{1, 3, 9} {
		refused(p, "reopened")
	}
	b.append(2, numbered(1, 10))
	b.throughout()
}

func expiries(b *bench) {
	for p := range table.Partition(3) {
		b.scatter(p+1, 60)
	}
	b.settle()
	b.scatter(1, 20)
	b.append(1, rowsOf(event{1, math.MinInt64, "first of all"}, event{1, math.MaxInt64 - 1, "last of all"}))
	for _, before := range []int64{math.MinInt64, math.MinInt64 + 1, start, start + 1, start + 5, start + 2, start + 5} {
		b.expire(1, before)
		b.verify(fmt.Sprint("expired before ", before))
	}
	b.throughout()
	b.append(1, rowsOf(event{1, start + 5, "just in time"}, event{2, start + 6, "later"}))
	b.expire(2, start+100) // all
	b.expire(7, start)     // no rows
	b.throughout()
	b.append(2, rowsOf(event{1, start + 100, "after all had expired"}))
	b.expire(1, start+7)
	b.expire(1, math.MaxInt64)
	b.throughout()
}

// largeExpiries moves the line through appends of many rows.
func largeExpiries(b *bench) {
	const n = 10_000
	b.append(1, numbered(1, n))
	b.settle()
	b.append(1, numbered(2, n))
	b.append(2, numbered(3, n))
	for i, before := range []int64{1, 4095, 4096, 4097, n - 1, n} {
		b.expire(1, start+before)
		b.verify(fmt.Sprintf("expired %d of %d", before, n))
		if i%2 == 0 {
			b.settle()
		} else {
			b.reopen()
		}
		b.verify(fmt.Sprintf("expired %d of %d, later", before, n))
	}
	b.throughout()
}

// manyExpiries moves the lines of several partitions with one call, one of them twice.
func manyExpiries(b *bench) {
	var limits []table.Expiry
	for p := range table.Partition(40) {
		b.append(p+1, numbered(1, 20))
		if p%3 != 0 {
			before := start + int64(p)/2
			limits = append(limits, table.Expiry{Partition: p + 1, Before: before})
			b.rows[p+1] = within(b.rows[p+1], table.Range{From: before, To: math.MaxInt64}, 0)
		}
	}
	b.settle()
	limits = append(limits, table.Expiry{Partition: 99, Before: start}, table.Expiry{Partition: 2, Before: start + 3})
	b.rows[2] = within(b.rows[2], table.Range{From: start + 3, To: math.MaxInt64}, 0)
	for range 2 {
		if err := b.Table.Expire(b.Context(), limits...); err != nil {
			b.Fatalf("Expire(%d partitions) = %v, want no error", len(limits), err)
		}
		b.verify("many expired")
	}
	if err := b.Table.Expire(b.Context()); err != nil {
		b.Errorf("Expire() of no partition = %v, want no error", err)
	}
	b.throughout()
}
