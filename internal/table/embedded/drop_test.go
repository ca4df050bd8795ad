package embedded

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// TestManyExpireAtOnce lets rows of a thousand partitions expire: with one record of the manifest.
func TestManyExpireAtOnce(t *testing.T) {
	var synced atomic.Int64
	e, stop, err := byHand(vfs.NewMem(), Options{Now: clock(), Salt: salts(1), Hooks: Hooks{
		Manifest: wal.Hooks{Synced: func(b wal.Batch) { synced.Add(int64(b.Records)) }},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	limits := []table.Expiry{{Partition: 5000, Before: 1000}} // without rows
	for p := range table.Partition(1000) {
		mustAppend(t, tab, g, r, p+1, 2)
		limits = append(limits, table.Expiry{Partition: p + 1, Before: 1000})
	}
	before := synced.Load()
	for range 2 { // the second time there is nothing left
		if err := tab.Expire(t.Context(), limits...); err != nil {
			t.Fatal(err)
		}
	}
	if got := synced.Load() - before; got != 1 {
		t.Errorf("Expire of 1,000 partitions wrote %d records to the manifest, want 1", got)
	}
	for _, p := range []table.Partition{1, 500, 1000} {
		if size, err := tab.Size(t.Context(), p); err != nil || size.Rows != 0 {
			t.Errorf("Size(%d) after all expired = %+v, %v, want none", p, size, err)
		}
	}
}

// TestDroppedForGood drops many partitions and starts again: none takes an append, though little is remembered.
func TestDroppedForGood(t *testing.T) {
	fs := vfs.NewMem()
	open := func() (*Engine, func()) {
		e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: tiny})
		if err != nil {
			t.Fatal(err)
		}
		return e, stop
	}
	e, stop := open()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	for p := range table.Partition(300) {
		if p%100 == 0 {
			mustAppend(t, tab, g, r, p+1, 3)
		}
		if p == 150 {
			continue // it lives
		}
		if err := tab.Drop(t.Context(), p+1); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	for range 2 {
		e, stop = open()
		tab = e.Table("log_events")
		for p := range table.Partition(300) {
			_, err := tab.Append(t.Context(), p+1, table.Rows{Fields: g.none()})
			if dropped := fault.Is(err, fault.NotFound); dropped != (p != 150) {
				t.Errorf("Append(%d) = %v, want it dropped but for 151", p+1, err)
			}
		}
		runs := 0
		for range e.mu.contents.Dropped.Runs() {
			runs++
		}
		if runs != 2 {
			t.Errorf("%d runs are remembered, want one below the partition that lives and one above", runs)
		}
		if got := e.LastPartition("log_events"); got != 300 {
			t.Errorf("LastPartition = %d, want 300", got)
		}
		stop()
	}
}
