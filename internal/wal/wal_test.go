package wal

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

func TestLogGivesBackWhatWasAppended(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bytes int64 // of a file
		files int   // at least
	}{
		{"one file", 0, 1},
		{"many small files", 4000, 15},
		{"a file for each record", 1, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fs, g := vfs.NewMem(), newLedger()
			for range 4 {
				l := mustOpen(t, fs, Options{FileBytes: tt.bytes})
				if err := g.check(mustReplay(t, l)); err != nil {
					t.Fatal(err)
				}
				stop := running(t, l)
				mustAppend(t, l, g, 50)
				stop()
			}
			l := mustOpen(t, fs, Options{})
			if err := g.check(mustReplay(t, l)); err != nil {
				t.Fatal(err)
			}
			if len(l.found) < tt.files {
				t.Errorf("the log has %d files, want at least %d", len(l.found), tt.files)
			}
		})
	}
}

func TestAppendAtOnce(t *testing.T) {
	const writers, each = 16, 50
	fs := vfs.NewMem()
	batches := 0
	l := mustOpen(t, fs, Options{FileBytes: 100_000, Hooks: Hooks{Synced: func(b Batch) { batches += b.Records }}})
	stop := running(t, l)
	positions := make([][]Position, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				kind, p := payload(uint64(w*each + i))
				at, err := l.Append(t.Context(), kind, p)
				if err != nil {
					t.Error(err)
					return
				}
				positions[w] = append(positions[w], at)
			}
		})
	}
	all.Wait()
	stop()
	g := newLedger()
	for w, at := range positions {
		for i, p := range at {
			g.ack(uint64(w*each+i), p)
		}
	}
	records := mustReplay(t, mustOpen(t, fs, Options{}))
	if err := g.check(records); err != nil {
		t.Error(err)
	}
	if len(records) != writers*each || batches != writers*each {
		t.Errorf("%d records replayed, %d synced, want %d", len(records), batches, writers*each)
	}
	for w, at := range positions {
		for i := 1; i < len(at); i++ {
			if at[i] <= at[i-1] {
				t.Errorf("writer %d: position %d after %d", w, at[i], at[i-1])
			}
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	l := mustOpen(t, vfs.NewMem(), Options{})
	stop := running(t, l)
	for _, tt := range []struct {
		name string
		kind byte
		size int
		want string
	}{
		{"the log's own kind", 0, 1, "append: kind 0 is the log's own"},
		{"a payload that is too long", 1, MaxPayload + 1, "append: 16777217 bytes, want at most 16777216"},
		{"the longest payload", 1, MaxPayload, ""},
		{"the longest but one", 1, MaxPayload - 1, ""},
		{"no payload", 255, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := l.Append(t.Context(), tt.kind, make([]byte, tt.size))
			if got := text(err); got != tt.want {
				t.Errorf("Append(%d, %d bytes): got error %q, want %q", tt.kind, tt.size, got, tt.want)
			}
		})
	}
	stop()
	_, err := l.Append(t.Context(), 1, nil)
	if !errors.Is(err, ErrClosed) || !fault.Is(err, fault.Unavailable) {
		t.Errorf("Append after Run: got error %v, want %v, unavailable", err, ErrClosed)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAppendEndsWithItsContext(t *testing.T) {
	l := mustOpen(t, vfs.NewMem(), Options{}) // and nobody runs it
	reason := errors.New("the sender went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if _, err := l.Append(ctx, 1, nil); !errors.Is(err, reason) {
		t.Errorf("Append: got error %v, want %v", err, reason)
	}
	if _, err := l.Append(ctx, 1, make([]byte, MaxPayload)); !errors.Is(err, reason) {
		t.Errorf("Append to a full queue: got error %v, want %v", err, reason)
	}
}

// TestQueueIsBounded fills the queue, and sees that who waits outside gets in when it is written.
func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := mustOpen(t, vfs.NewMem(), Options{})
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if _, err := l.Append(t.Context(), 1, make([]byte, 1<<20)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if got := len(l.mu.pending.buf); got > queueBytes {
			t.Errorf("%d bytes wait to be written, want at most %d", got, queueBytes)
		}
		stop := running(t, l)
		all.Wait()
		stop()
	})
}

func TestRunWritesWhatWaits(t *testing.T) {
	fs, g := vfs.NewMem(), newLedger()
	l := mustOpen(t, fs, Options{})
	kind, p := payload(g.send())
	b, _, err := l.enqueue(t.Context(), kind, p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run: got error %v, want %v", err, context.Canceled)
	}
	<-b.done
	if b.err != nil {
		t.Fatal(b.err)
	}
	g.ack(1, b.first)
	if err := g.check(mustReplay(t, mustOpen(t, fs, Options{}))); err != nil {
		t.Error(err)
	}
}

func TestSyncErrorSealsTheFile(t *testing.T) {
	crash, g := vfs.NewCrash(), newLedger()
	fail := false
	fs := vfs.NewFault(crash, func(op vfs.Op) error {
		if fail && op.Verb == "sync" {
			fail = false
			return syscall.EIO
		}
		return nil
	})
	var sealed []string
	l := mustOpen(t, fs, Options{Now: clock(), Hooks: Hooks{Sealed: func(file string, err error) {
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("Sealed: got error %v, want %v", err, syscall.EIO)
		}
		sealed = append(sealed, file)
	}}})
	for round := range 5 {
		fail = round%2 == 1
		if err := commitNow(l, g, 3); err != nil {
			t.Fatalf("round %d: a sync error reached the appender: %v", round, err)
		}
	}
	if len(sealed) != 2 || len(l.mu.files) != 3 {
		t.Errorf("%d files sealed of %d, want 2 of 3", len(sealed), len(l.mu.files))
	}
	for seed := range uint64(100) {
		l := mustOpen(t, crash.Crash(seed), Options{Hooks: noDamage(t)})
		if err := g.check(mustReplay(t, l)); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// noDamage fails the test when damage is reported.
func noDamage(t *testing.T) Hooks {
	return Hooks{Damaged: func(d Damage) { t.Errorf("damage reported: %+v", d) }}
}

// TestFullDisk fills a disk, sees appends refused and nothing pile up, frees space, and sees appends go on by themselves.
func TestFullDisk(t *testing.T) {
	writes := map[string]int{}
	for _, tt := range []struct {
		name string
		fail func(vfs.Op) bool
	}{
		{"no file can be made", func(op vfs.Op) bool { return op.Verb == "create" || op.Verb == "write" }},
		{"a file can be made, and nothing be written to it", func(op vfs.Op) bool { return op.Verb == "write" && writes[op.Name] > 1 }},
		{"headers cannot be written", func(op vfs.Op) bool { return op.Verb == "write" }},
		{"nothing can be synced", func(op vfs.Op) bool { return op.Verb == "sync" || op.Verb == "syncdir" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mem := vfs.NewMem()
			creates, full := 0, false
			fs := vfs.NewFault(mem, func(op vfs.Op) error {
				switch op.Verb {
				case "create":
					creates++
				case "write":
					writes[op.Name]++
				}
				if full && tt.fail(op) {
					return vfs.ErrShort
				}
				return nil
			})
			fillAndFree(t, mem, fs, &full, &creates)
		})
	}
}

// fillAndFree appends to a log in fs, over mem, while the disk is full and while it is not. creates is how many files
// somebody tried to make.
func fillAndFree(t *testing.T, mem *vfs.Mem, fs vfs.FS, full *bool, creates *int) {
	g, now := newLedger(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := mustOpen(t, fs, Options{Now: func() time.Time { return now }, Salt: salts(1)})
	for cycle := range 5 {
		*full, *creates = false, 0
		now = now.Add(retryEvery)
		if err := commitNow(l, g, 2); err != nil {
			t.Fatalf("cycle %d: with space: %v", cycle, err)
		}
		*full = true
		for range 20 {
			now = now.Add(retryEvery / 4)
			if err := commitNow(l, g, 2); !fault.Is(err, fault.Unavailable) || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("cycle %d: on a full disk: got error %v, want unavailable and %v", cycle, err, syscall.ENOSPC)
			}
		}
		if *creates > 2+20/4 {
			t.Errorf("cycle %d: %d tries to make a file for 20 appends, want at most one each %s", cycle, *creates, retryEvery)
		}
		names, err := mem.List("wal")
		if err != nil {
			t.Fatal(err)
		}
		if len(names) != cycle+1 || len(l.mu.files) != cycle+1 {
			t.Errorf("cycle %d: files %s, and %d known, want %d", cycle, names, len(l.mu.files), cycle+1)
		}
	}
	if err := g.check(mustReplay(t, mustOpen(t, mem, Options{Hooks: noDamage(t)}))); err != nil {
		t.Error(err)
	}
}

// TestStalledDisk stops the disk for 30 s: it is told at 1 s, appends fail at 10 s and at once after that, and go on later.
func TestStalledDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := vfs.NewMem()
		stuck := make(chan struct{})
		var stalls atomic.Bool
		fs := vfs.NewFault(mem, func(op vfs.Op) error {
			if stalls.Load() && op.Verb == "sync" {
				<-stuck
			}
			return nil
		})
		start := time.Now()
		var slowAt atomic.Int64
		l := mustOpen(t, fs, Options{Hooks: Hooks{Slow: func(string) { slowAt.Store(int64(time.Since(start))) }}})
		stop := running(t, l)
		if _, err := l.Append(t.Context(), 1, []byte("before")); err != nil {
			t.Fatal(err)
		}
		stalls.Store(true)
		var waiting sync.WaitGroup
		for _, p := range []string{"during", "behind"} {
			waiting.Go(func() {
				if _, err := l.Append(t.Context(), 1, []byte(p)); !errors.Is(err, errStalled) || time.Since(start) != stallSync {
					t.Errorf("append %s: error %v after %s, want %v after %s", p, err, time.Since(start), errStalled, stallSync)
				}
			})
			synctest.Wait()
		}
		waiting.Wait()
		if got := time.Duration(slowAt.Load()); got != slowSync {
			t.Errorf("Slow was told at %s, want %s", got, slowSync)
		}
		if _, err := l.Append(t.Context(), 1, nil); !errors.Is(err, errStalled) || !fault.Is(err, fault.Unavailable) {
			t.Errorf("append while stalled: got error %v, want %v", err, errStalled)
		}
		stalls.Store(false)
		close(stuck)
		synctest.Wait()
		if _, err := l.Append(t.Context(), 1, []byte("after")); err != nil {
			t.Errorf("append when the disk answers again: %v", err)
		}
		stop()
		var got []string
		for _, r := range mustReplay(t, mustOpen(t, mem, Options{})) {
			got = append(got, string(r.Payload))
		}
		if s := strings.Join(got, " "); s != "before during after" {
			t.Errorf("replayed %q, want before, after, and perhaps the one that waited", s)
		}
	})
}

func TestTrim(t *testing.T) {
	fs, g := vfs.NewCrash(), newLedger()
	l := mustOpen(t, fs, Options{FileBytes: 1, Now: clock()})
	for range 10 {
		if err := commitNow(l, g, 3); err != nil {
			t.Fatal(err)
		}
	}
	var safe Position
	for _, tt := range []struct {
		name  string
		upTo  Position
		files int // that stay, of three records each
	}{
		{"nothing", 0, 10},
		{"not the whole first file", 2, 10},
		{"the first file", 3, 9},
		{"two more, and some", 11, 7},
		{"what is gone already", 5, 7},
		{"all but the newest", 30, 1},
		{"more than there is", 1000, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := l.Trim(tt.upTo); err != nil {
				t.Fatal(err)
			}
			g.trimmed(tt.upTo)
			safe = max(safe, min(tt.upTo, 30))
			if len(l.mu.files) != tt.files {
				t.Errorf("Trim(%d) left %d files, want %d", tt.upTo, len(l.mu.files), tt.files)
			}
			after := mustOpen(t, fs.Crash(1), Options{After: safe, Hooks: noDamage(t)})
			if err := g.check(mustReplay(t, after)); err != nil {
				t.Error(err)
			}
			if after.w.next != 31 {
				t.Errorf("the next position is %d, want 31", after.w.next)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	fs, g := vfs.NewMem(), newLedger()
	l := mustOpen(t, fs, Options{FileBytes: 1, Now: clock()})
	for range 4 {
		if err := commitNow(l, g, 2); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		after, first, next Position // given; first replayed, 0 for none; next appended
	}{{0, 1, 9}, {1, 2, 9}, {7, 8, 9}, {8, 0, 9}, {9, 0, 10}, {1000, 0, 1001}} {
		l := mustOpen(t, fs, Options{After: tt.after, Hooks: noDamage(t)})
		records := mustReplay(t, l)
		var first Position
		if len(records) > 0 {
			first = records[0].Position
		}
		if first != tt.first || l.w.next != tt.next {
			t.Errorf("Open(After: %d): replays from %d and goes on at %d, want %d and %d", tt.after, first, l.w.next, tt.first, tt.next)
		}
	}
}

func TestOpenRefusesNewerFormat(t *testing.T) {
	fs := vfs.NewMem()
	if err := fs.MkdirAll("wal"); err != nil {
		t.Fatal(err)
	}
	f, err := fs.Create("wal/" + fileName(1, 7))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(header{version: Format + 1, salt: 7, number: 1, first: 1}.append(nil)); err != nil {
		t.Fatal(err)
	}
	_, err = Open(fs, "wal", Options{})
	if want := "format version 2, want 1 to 1"; !strings.Contains(text(err), want) {
		t.Errorf("Open: got error %v, want one with %q", err, want)
	}
}

// TestOpenLeavesOthersAlone checks that files that are not the log's stay, and its own unfinished ones go.
func TestOpenLeavesOthersAlone(t *testing.T) {
	fs := vfs.NewMem()
	if err := fs.MkdirAll("wal/folder"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"notes.txt", "1-2.wal", fileName(1, 2) + ".bak", fileName(3, 4) + newSuffix} {
		if _, err := fs.Create("wal/" + name); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, fs, Options{Hooks: noDamage(t)})
	names, err := fs.List("wal")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(names, " "), "0000000000000001-00000002.wal.bak 1-2.wal folder notes.txt"; got != want {
		t.Errorf("files %s, want %s", got, want)
	}
}
