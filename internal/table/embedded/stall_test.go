package embedded

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/vfs"
	"github.com/groundwatch/groundwatch/internal/vfs/vfstest"
)

// stall is longer than a log waits for the disk before it gives up: 10 s.
const stall = 15 * time.Second

// A stalling delays the syncs of files whose name has a part, while it is on. It is for a bubble, where time is not real.
type stalling struct {
	of string
	on atomic.Bool
}

func (s *stalling) inject(op vfs.Op) error {
	if s.on.Load() && op.Verb == "sync" && strings.Contains(op.Name, s.of) {
		<-time.After(stall)
	}
	return nil
}

// rowsOf returns rows with these texts.
func rowsOf(token string, texts ...string) table.Rows {
	r := table.Rows{Token: token, Fields: []*column.Column{{Kind: column.String, Len: len(texts), Strings: texts}}}
	for range texts {
		r.Streams, r.Times = append(r.Streams, 1), append(r.Times, 5)
	}
	return r
}

// appendUntil appends until the disk answers again.
func appendUntil(t *testing.T, tab table.Table, p table.Partition, rows table.Rows) table.Receipt {
	t.Helper()
	for range 100 {
		r, err := tab.Append(context.Background(), p, rows)
		if err == nil {
			return r
		}
		if !fault.Is(err, fault.Unavailable) {
			t.Fatalf("Append: got error %v, want one of kind unavailable", err)
		}
		<-time.After(time.Second)
	}
	t.Fatal("Append failed 100 times after the stall")
	return table.Receipt{}
}

// wantTexts compares the texts of partition 1, in the order of their sequences.
func wantTexts(t *testing.T, when string, tab table.Table, want ...string) {
	t.Helper()
	rows, stats, err := scanAll(tab, 1)
	var got []string
	for _, r := range rows {
		got = append(got, r.text)
	}
	if err != nil || len(stats.Problems) > 0 || !slices.Equal(got, want) {
		t.Errorf("%s: Scan = %q, %+v, %v, want %q and no problems", when, got, stats, err, want)
	}
}

// TestVoidedAppendIsForgotten fails an append on a disk that stalls, though its record gets there. What the next append voids
// must not come back with the next start: neither rows nor token. No part is written in the bubble: encoders outlive it.
func TestVoidedAppendIsForgotten(t *testing.T) {
	slow := &stalling{of: "/wal/"}
	fs := vfs.NewFault(vfs.NewMem(), slow.inject)
	synctest.Test(t, func(t *testing.T) {
		e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1)})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		tab := e.Table("log_events")
		appendUntil(t, tab, 1, rowsOf("", "before"))
		slow.on.Store(true)
		if _, err := tab.Append(context.Background(), 1, rowsOf("one", "A")); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("Append on a stalled disk: got error %v, want one of kind unavailable", err)
		}
		slow.on.Store(false)
		appendUntil(t, tab, 1, rowsOf("two", "B"))
		wantTexts(t, "before the restart", tab, "before", "B")
	})
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(2)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { stop() }()
	tab := e.Table("log_events")
	wantTexts(t, "after it", tab, "before", "B")
	if r := appendUntil(t, tab, 1, rowsOf("two", "B")); !r.Repeated {
		t.Errorf("Append(B) again = %+v, want it repeated", r)
	}
	if r := appendUntil(t, tab, 1, rowsOf("one", "A")); r.Repeated {
		t.Errorf("Append(A) again = %+v, want it new: it failed before", r)
	}
	wantTexts(t, "after both were sent again", tab, "before", "B", "A")
	if err := e.flush(context.Background()); err != nil {
		t.Error(err)
	}
	stop()
	if e, stop, err = byHand(fs, Options{Now: clock(), Salt: salts(3)}); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, "after a flush and a second restart", e.Table("log_events"), "before", "B", "A")
}

// TestDropThatFailedStaysAway fails a drop on a disk that stalls, though its edit gets there. What is acknowledged after it must
// not go with the next start: a snapshot has to take the place of the edit first.
func TestDropThatFailedStaysAway(t *testing.T) {
	slow := &stalling{of: "/manifest/"}
	fs := vfs.NewFault(vfs.NewMem(), slow.inject)
	synctest.Test(t, func(t *testing.T) {
		e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1)})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		tab := e.Table("log_events")
		appendUntil(t, tab, 1, rowsOf("", "before"))
		slow.on.Store(true)
		if err := tab.Drop(context.Background(), 1); err == nil || !e.manifest.Doubtful() {
			t.Fatalf("Drop on a stalled disk: got error %v, want one", err)
		}
		wantTexts(t, "after the drop failed", tab, "before")
		if _, err := tab.Append(context.Background(), 1, rowsOf("", "on a stalled disk")); err == nil {
			t.Error("Append while the drop may come about: got no error")
		}
		slow.on.Store(false)
		appendUntil(t, tab, 1, rowsOf("", "after"))
		wantTexts(t, "before the restart", tab, "before", "after")
	})
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(2)})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	wantTexts(t, "after it", e.Table("log_events"), "before", "after")
}

// TestPartOfAnEditThatFailedStays fails an edit that adds a part on a disk that stalls. A crash may bring the edit about, so the
// file has to stay until a snapshot has taken its place.
func TestPartOfAnEditThatFailedStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &stalling{of: "/manifest/"}
		fs := vfs.NewFault(vfs.NewMem(), slow.inject)
		e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1)})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		tab := e.Table("log_events")
		appendUntil(t, tab, 1, rowsOf("", "before"))
		f, err := fs.Create("data/parts/" + partName(7))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		wantParts := func(when string, want ...string) {
			t.Helper()
			if err := e.sweep(); err != nil {
				t.Errorf("%s: sweep: %v", when, err)
			}
			if got, err := fs.List("data/parts"); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: parts %q, %v, want %q", when, got, err, want)
			}
		}
		slow.on.Store(true)
		x := &manifest.Edit{Add: []*manifest.Part{{Number: 7, Format: manifest.PartFormat, Table: "log_events"}}}
		if err := e.place(x, func() { t.Error("the edit that failed has an effect") }); err == nil {
			t.Fatal("place on a stalled disk: got no error")
		}
		wantParts("after the edit failed", partName(7))
		slow.on.Store(false)
		appendUntil(t, tab, 1, rowsOf("", "after")) // it writes the snapshot
		wantParts("after the snapshot")
	})
}

// TestRandomStalls appends, drops and expires on a disk of which a random sync stalls now and then, and whose power goes.
// Whenever an append is acknowledged what is there then is there for good. No part is written: see above.
func TestRandomStalls(t *testing.T) {
	seeds := uint64(vfstest.Count(t, "GROUNDWATCH_STALLS", 200))
	stalls := 0
	for seed := range seeds {
		p := &powerLoss{rand: rand.New(rand.NewPCG(seed, 4)), fs: vfs.NewCrash(), ledger: newLedger()}
		for round := range 3 {
			synctest.Test(t, func(t *testing.T) {
				n, err := p.stallingRound(seed)
				if stalls += n; err != nil {
					t.Fatalf("seed %d, round %d: %v", seed, round, err)
				}
			})
			p.fs = p.fs.Crash(seed)
		}
	}
	if stalls == 0 {
		t.Error("no sync stalled")
	}
	t.Logf("%d seeds, %d syncs stalled", seeds, stalls)
}

// stallingRound opens the folder, uses it, and checks it after each acknowledgement. It returns how many syncs stalled.
func (p *powerLoss) stallingRound(seed uint64) (stalls int, err error) {
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 5))
	fs := vfs.NewFault(p.fs, func(op vfs.Op) error {
		mu.Lock()
		stalled := op.Verb == "sync" && chance.IntN(6) == 0
		if stalled {
			stalls++
		}
		mu.Unlock()
		if stalled {
			<-time.After(stall)
		}
		return nil
	})
	e, stop, err := byHand(fs, p.options(func(error) {}))
	if err != nil {
		return 0, err
	}
	defer stop()
	tab := e.Table("log_events")
	for range 40 {
		acked := p.acked()
		if err := p.stallingStep(tab); err != nil {
			return stalls, err
		}
		if p.acked() == acked { // what has failed may still come about
			<-time.After(time.Second)
			continue
		}
		rows, _, err := scanAll(tab, partitions)
		if err == nil {
			err = p.ledger.check(rows)
		}
		if err != nil {
			return stalls, err
		}
	}
	return stalls, nil
}

// acked returns how many appends are there for sure.
func (p *powerLoss) acked() (n int) {
	for _, s := range p.ledger.sent {
		if s.acked && s.receipt.First != 0 {
			n++
		}
	}
	return n
}

// stallingStep does one thing that writes no part.
func (p *powerLoss) stallingStep(tab table.Table) error {
	partition := table.Partition(p.rand.IntN(partitions) + 1)
	switch p.rand.IntN(10) {
	case 0:
		before := p.rand.Int64N(400)
		err := tab.Expire(context.Background(), table.Expiry{Partition: partition, Before: before})
		p.ledger.expire(partition, before, err == nil)
	case 1:
		if p.rand.IntN(8) == 0 {
			err := tab.Drop(context.Background(), partition)
			p.ledger.dropped[partition] = p.ledger.dropped[partition] || err == nil
		}
	case 2:
		return ignore(p.again(tab), fault.Unavailable)
	default:
		return ignore(p.append(tab, p.ledger.send(p.rand, partition, 1+p.rand.IntN(9))), fault.Unavailable)
	}
	return nil
}
