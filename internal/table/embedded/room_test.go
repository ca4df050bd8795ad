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
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/headroom"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

// watched returns a disk of 8 MiB that is watched, with its ballast.
func watched(t *testing.T, h headroom.Hooks) (*vfs.Small, *headroom.Headroom) {
	t.Helper()
	disk := vfs.NewSmall(vfs.NewMem(), 8<<20, 1000)
	room, err := headroom.Open(disk, "ballast", h)
	if err != nil {
		t.Fatal(err)
	}
	return disk, room
}

// TestNoRoom fills a disk that is watched. Appends are refused before it is full; what was acknowledged gets into parts, a
// partition is dropped and its parts go, though nothing is free; and when there is room again appends go on. Its time is real: an
// encoder that a bubble has made cannot be used by other tests.
func TestNoRoom(t *testing.T) {
	looked := make(chan struct{})
	disk, room := watched(t, headroom.Hooks{Looked: func(int64) {
		select {
		case looked <- struct{}{}:
		default: // nobody waits
		}
	}})
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { _ = room.Run(ctx) })
	e, stop, err := byHand(disk, Options{Now: clock(), Salt: salts(1), limits: tiny, Headroom: room})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	fillUntilLow(t, e, disk, func(looks int) {
		for range looks {
			<-looked
		}
	})
}

// fillUntilLow does what TestNoRoom says; wait waits for that many looks at the disk.
func fillUntilLow(t *testing.T, e *Engine, disk *vfs.Small, wait func(looks int)) {
	tab, g, r, ctx := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1)), t.Context()
	for range 20 {
		mustAppend(t, tab, g, r, 1, 100)
		if err := e.flush(ctx); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, tab, g, r, 2, 10)
	}
	wait(20) // until the ballast is laid in
	left, _ := disk.Room()
	disk.Take(left.Free)
	wait(3)
	if _, err := tab.Append(ctx, 2, g.send(r, 2, 1).rows); !fault.Is(err, fault.Unavailable) || !errors.Is(err, errNoRoom) {
		t.Errorf("Append on a disk that is nearly full: got error %v, want %v", err, errNoRoom)
	}
	if err := tab.Drop(ctx, 1); err != nil {
		t.Errorf("Drop on a full disk: %v", err)
	}
	g.dropped[1] = true
	if err := e.flush(ctx); err != nil {
		t.Errorf("flush on a full disk: %v", err)
	}
	if err := errors.Join(e.mergeAll(ctx), e.sweep(), e.manifest.Trim()); err != nil {
		t.Errorf("merge on a full disk: %v", err)
	}
	wantLedger(t, tab, g)
	for n, p := range e.mu.live {
		if len(p.Of(1)) > 0 {
			t.Errorf("part %d has rows of the partition that was dropped, want them gone from the disk", n)
		}
	}
	disk.Take(-left.Free)
	wait(3)
	mustAppend(t, tab, g, r, 2, 10)
	wantLedger(t, tab, g)
}

// TestNoRoomWithoutBallast has nothing to give back: the drop is refused, and works when there is room.
func TestNoRoomWithoutBallast(t *testing.T) {
	disk, room := watched(t, headroom.Hooks{})
	e, stop, err := byHand(disk, Options{Now: clock(), Salt: salts(1), limits: tiny, Headroom: room})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	mustAppend(t, tab, g, r, 1, 10)
	left, _ := disk.Room()
	disk.Take(left.Free)
	if err := tab.Drop(t.Context(), 1); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Drop on a full disk without ballast: got error %v, want %v", err, syscall.ENOSPC)
	}
	disk.Take(-left.Free)
	for range 200 { // the log tries again when some time has passed
		if err = tab.Drop(t.Context(), 1); err == nil {
			break
		}
	}
	if err != nil {
		t.Errorf("Drop with room again: %v", err)
	}
}

// TestDropWhileMergeFails drops a partition while a merge that did not fit waits for its next try: the room of its part comes back
// at once.
func TestDropWhileMergeFails(t *testing.T) {
	var full atomic.Bool
	fs := vfs.NewFault(vfs.NewMem(), func(op vfs.Op) error {
		if full.Load() && op.Verb == "create" && strings.HasSuffix(op.Name, partSuffix+newSuffix) {
			return syscall.ENOSPC
		}
		return nil
	})
	done := make(chan string, 10)
	l := tiny
	l.retry = time.Hour
	e, stop, err := byHand(fs, Options{Now: clock(), Salt: salts(1), limits: l, Hooks: Hooks{
		Failed: func(what string, err error) { done <- what + " failed" },
		Merged: func(w Written) { done <- fmt.Sprintf("%d parts into %d", w.From, w.Parts) },
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab, g, r := e.Table("log_events"), newLedger(), rand.New(rand.NewPCG(1, 1))
	for _, homes := range [][]table.Partition{{1, 2}, {3}} { // a part each
		for _, p := range homes {
			mustAppend(t, tab, g, r, p, int(7-p))
		}
		if err := e.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	full.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	var merging sync.WaitGroup
	defer merging.Wait()
	defer cancel()
	for i, tt := range []struct {
		drop table.Partition
		want string
	}{{1, "merge failed"}, {3, "1 parts into 0"}} { // half of the first part, all of the second
		if err := tab.Drop(ctx, tt.drop); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			merging.Go(func() { e.mergeLoop(ctx) })
		}
		select {
		case got := <-done:
			if got != tt.want {
				t.Fatalf("after Drop(%d): %s, want %s", tt.drop, got, tt.want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("after Drop(%d): nothing for 10 s, want %s", tt.drop, tt.want)
		}
	}
}

// TestLogOfSmallDisk writes more than the log keeps on a disk of 8 MiB: rows that are in parts leave the log, as far as its newest file.
func TestLogOfSmallDisk(t *testing.T) {
	disk, room := watched(t, headroom.Hooks{})
	e, stop, err := byHand(disk, Options{Now: clock(), Salt: salts(1), Headroom: room})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	tab := e.Table("log_events")
	for range 30 {
		if _, err := tab.Append(t.Context(), 1, rowsOf("", strings.Repeat("x", 100_000))); err != nil {
			t.Fatal(err)
		}
		if err := e.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := disk.Room(); left.All-left.Free > 2<<20 {
		t.Errorf("30 rows of 100,000 bytes that are in parts, and packed there, take %d bytes, want less than 2 MiB", left.All-left.Free)
	}
}
