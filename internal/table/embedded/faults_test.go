package embedded

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

func TestSecondEngineIsRefused(t *testing.T) {
	d := onDisk(t)
	b := &bench{t: t, fs: d, schemas: []table.Schema{logEvents}}
	b.start()
	if _, err := Open(d, "data", b.schemas, Options{}); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("Open of a folder in use: got error %v, want %v", err, vfs.ErrLocked)
	}
	if _, err := Check(d, "data"); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("Check of a folder in use: got error %v, want %v", err, vfs.ErrLocked)
	}
	b.stop()
	if _, err := Check(d, "data"); err != nil {
		t.Errorf("Check after Run: %v, want no error", err)
	}
	b.start()
	b.stop()
}

// TestFullDisk fills the disk, wants appends refused and reads to go on, and makes room.
func TestFullDisk(t *testing.T) {
	var full atomic.Bool
	fs := vfs.NewFault(vfs.NewMem(), func(op vfs.Op) error {
		if full.Load() && (op.Verb == "write" || op.Verb == "create") {
			return syscall.ENOSPC
		}
		return nil
	})
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: tiny})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	for cycle := range 3 {
		mustAppend(t, tab, g, r, 1, 10)
		full.Store(true)
		if err := e.flush(context.Background()); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("flush on a full disk: got error %v, want %v", err, syscall.ENOSPC)
		}
		for range 3 {
			s := g.send(r, 1, 3)
			if _, err := tab.Append(context.Background(), 1, s.rows); !fault.Is(err, fault.Unavailable) {
				t.Errorf("Append on a full disk: got error %v, want one of kind unavailable", err)
			}
		}
		wantLedger(t, tab, g)
		full.Store(false)
		for range 2000 { // the log tries again when some time has passed
			if _, err := tab.Append(context.Background(), 1, table.Rows{Fields: g.none()}); err == nil {
				break
			}
		}
		if err := e.flush(context.Background()); err != nil {
			t.Fatalf("cycle %d: flush with room again: %v", cycle, err)
		}
		wantLedger(t, tab, g)
	}
	names, err := fs.List("data/parts")
	if err != nil || len(names) != len(e.mu.live) {
		t.Errorf("parts: %v, %v, want the %d live ones", names, err, len(e.mu.live))
	}
}

// wantLedger compares a table with the ledger.
func wantLedger(t *testing.T, tab table.Table, g *ledger) {
	t.Helper()
	rows, stats, err := scanAll(tab, partitions)
	if err != nil || len(stats.Problems) > 0 {
		t.Fatalf("Scan = %+v, %v, want no error", stats, err)
	}
	if err := g.check(rows); err != nil {
		t.Error(err)
	}
}

// TestFullMemory wants appends to wait while parts cannot be written, and then to fail or go on.
func TestFullMemory(t *testing.T) {
	var broken atomic.Bool
	fs := vfs.NewFault(vfs.NewMem(), func(op vfs.Op) error {
		if broken.Load() && strings.HasPrefix(op.Name, "data/parts/") {
			return syscall.EIO
		}
		return nil
	})
	e, stop, err := byHand(fs, Options{FlushBytes: 1000, Salt: salts(1), limits: tiny})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	broken.Store(true)
	for range 8 {
		mustAppend(t, tab, g, r, 1, 10)
		if e.flush(context.Background()) == nil {
			t.Fatal("flush to a broken folder: got no error")
		}
		if e.mu.active.bytes+e.mu.frozen.bytes > memoryFactor*1000 {
			break
		}
	}
	if _, err := tab.Append(context.Background(), 1, g.send(r, 1, 1).rows); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Append with no room: got error %v, want one of kind unavailable", err)
	}
	broken.Store(false)
	for range 2 {
		if err := e.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, tab, g, r, 1, 10)
	wantLedger(t, tab, g)
}

// TestSequencesNeverComeTwice opens a folder again and again, and loses what was not durable.
func TestSequencesNeverComeTwice(t *testing.T) {
	crash := vfs.NewCrash()
	g, r := newLedger(), rand.New(rand.NewPCG(1, 1))
	last := table.Sequence(0)
	for i := range uint64(5) {
		e, stop, err := byHand(crash, Options{Salt: salts(uint32(i)), limits: tiny})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Table("log_events").Last(t.Context()); err != nil || got.Last() != last {
			t.Errorf("start %d: Last() = %v, %v, want %d", i, got, err, last)
		}
		s := mustAppend(t, e.Table("log_events"), g, r, 1, 5)
		if s.receipt.First <= last || int64(s.receipt.First>>sequenceBits) != int64(i+1) {
			t.Errorf("start %d: First = %d after %d, want a greater one of writer %d", i, s.receipt.First, last, i+1)
		}
		last = s.receipt.First + 4
		stop()
		crash = crash.Crash(i)
	}
}

// TestSequencesOfAWriterEnd appends, from many goroutines, where the sequences of a writer end.
func TestSequencesOfAWriterEnd(t *testing.T) {
	for _, left := range []int{0, 1, 5, 6, 7, 12} {
		t.Run(fmt.Sprint(left, " left"), func(t *testing.T) {
			e, stop, err := byHand(vfs.NewMem(), Options{Now: clock(), Salt: salts(1), limits: tiny})
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			tab := e.Table("log_events")
			appendUntil(t, tab, 1, rowsOf("", "first"))
			e.mu.Lock()
			e.mu.next = table.Sequence(e.mu.writer+1)<<sequenceBits - table.Sequence(left)
			e.mu.Unlock()
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					r, err := tab.Append(context.Background(), 1, rowsOf("", "a", "b", "c", "d", "e", "f"))
					if err != nil || r.First>>sequenceBits != (r.First+5)>>sequenceBits {
						t.Errorf("Append = %+v, %v, want six sequences of one writer", r, err)
					}
				})
			}
			all.Wait()
			rows, _, err := scanAll(tab, 1)
			if err != nil || len(rows) != 25 {
				t.Fatalf("Scan = %d rows, %v, want 25", len(rows), err)
			}
			for i := range rows[1:] {
				if rows[i].sequence == rows[i+1].sequence {
					t.Errorf("sequence %d comes twice", rows[i].sequence)
				}
			}
			if got := e.mu.contents.Writer; got != 2 {
				t.Errorf("writer %d, want 2: each number is claimed once", got)
			}
		})
	}
}

func TestSchemaThatIsMissing(t *testing.T) {
	fs := vfs.NewMem()
	e, stop, err := byHand(fs, Options{Salt: salts(1)})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1)), 1, 5)
	stop()
	if _, err := Open(fs, "data", []table.Schema{{Name: "other"}}, Options{}); err == nil || !strings.Contains(fmt.Sprint(err), "log_events") {
		t.Errorf("Open without a table that has rows: got error %v, want one that names it", err)
	}
}
