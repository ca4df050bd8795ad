package wal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// payload returns the record with an id: kind and bytes follow from it, so that any other byte shows. Most are small,
// some span blocks.
func payload(id uint64) (kind byte, p []byte) {
	n := id * 0x9e3779b97f4a7c15
	size := 8 + int(n>>56)
	switch id % 16 {
	case 3:
		size = 8
	case 7:
		size += 6000
	}
	p = make([]byte, size)
	for i := 8; i < size; i++ {
		n = n*6364136223846793005 + 1442695040888963407
		p[i] = byte(n >> 56)
	}
	binary.LittleEndian.PutUint64(p, id)
	return byte(1 + id%255), p
}

// A ledger is what the appender knows, and the oracle: every record that was acknowledged, or once replayed, is replayed
// exactly once, in order, byte for byte; one that failed is replayed once and from then on always, or never.
type ledger struct {
	ids   uint64              // given out
	open  map[uint64]bool     // sent, and not known to be there or not
	there map[uint64]Position // must be replayed, by id
	order []uint64            // of there
	gone  map[uint64]bool     // need not be replayed any more: trimmed
}

func newLedger() *ledger {
	return &ledger{open: map[uint64]bool{}, there: map[uint64]Position{}, gone: map[uint64]bool{}}
}

// send gives out an id.
func (g *ledger) send() uint64 {
	g.ids++
	g.open[g.ids] = true
	return g.ids
}

func (g *ledger) ack(id uint64, at Position) {
	delete(g.open, id)
	g.there[id] = at
	g.order = append(g.order, id)
}

// check compares what was replayed, and settles what was open.
func (g *ledger) check(records []Record) error {
	seen := map[uint64]bool{}
	var last Position
	for _, rec := range records {
		if rec.Position <= last {
			return fmt.Errorf("position %d comes after %d", rec.Position, last)
		}
		last = rec.Position
		if len(rec.Payload) < 8 {
			return fmt.Errorf("record %d has %d bytes, nobody sent that", rec.Position, len(rec.Payload))
		}
		id := binary.LittleEndian.Uint64(rec.Payload)
		kind, want := payload(id)
		if kind != rec.Kind || !bytes.Equal(want, rec.Payload) {
			return fmt.Errorf("record %d (id %d) has kind %d and %d bytes, want kind %d and %d other ones", rec.Position, id, rec.Kind, len(rec.Payload), kind, len(want))
		}
		if seen[id] {
			return fmt.Errorf("record %d (id %d) comes twice", rec.Position, id)
		}
		seen[id] = true
		at, known := g.there[id]
		switch {
		case known && at != rec.Position:
			return fmt.Errorf("id %d is at %d, want %d", id, rec.Position, at)
		case !known && !g.open[id]:
			return fmt.Errorf("record %d (id %d) was never sent, or lost before", rec.Position, id)
		case !known:
			g.ack(id, rec.Position)
		}
	}
	for _, id := range g.order {
		if !seen[id] && !g.gone[id] {
			return fmt.Errorf("id %d, acknowledged at %d, is lost (%d records replayed)", id, g.there[id], len(records))
		}
	}
	clear(g.open) // what was not there now must not come back
	return nil
}

// trimmed allows records up to at to be missing.
func (g *ledger) trimmed(at Position) {
	for id, p := range g.there {
		if p <= at {
			g.gone[id] = true
		}
	}
}

// replayed returns copies of what a log replays.
func replayed(l *Log) ([]Record, error) {
	var all []Record
	err := l.Replay(func(r Record) error {
		r.Payload = bytes.Clone(r.Payload)
		all = append(all, r)
		return nil
	})
	return all, err
}

// A clock moves by a second each time it is read, so that no pause keeps a test waiting.
func clock() func() time.Time {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

// salts returns numbers that are the same in each run.
func salts(n uint32) func() uint32 {
	return func() uint32 {
		n = n*1664525 + 1013904223
		return n
	}
}

// running runs l until the function it returns is called.
func running(t testing.TB, l *Log) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || err.Error() != context.Canceled.Error() {
			t.Errorf("Run: got error %v, want %v and no other", err, context.Canceled)
		}
	}
}

func mustOpen(t testing.TB, fs vfs.FS, o Options) *Log {
	t.Helper()
	l, err := Open(fs, "wal", o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustReplay(t testing.TB, l *Log) []Record {
	t.Helper()
	all, err := replayed(l)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// mustAppend appends the records with ids from to to.
func mustAppend(t testing.TB, l *Log, g *ledger, n int) {
	t.Helper()
	for range n {
		id := g.send()
		kind, p := payload(id)
		at, err := l.Append(t.Context(), kind, p)
		if err != nil {
			t.Fatal(err)
		}
		g.ack(id, at)
	}
}

// commitNow appends records as one batch, without Run and its goroutine, and acknowledges those that are durable.
func commitNow(l *Log, g *ledger, n int) error {
	ids := make([]uint64, n)
	for i := range ids {
		ids[i] = g.send()
		kind, p := payload(ids[i])
		if _, _, err := l.enqueue(context.Background(), kind, p); err != nil {
			return err
		}
	}
	b := l.take(context.Background())
	l.commit(b)
	if b.err != nil {
		return b.err
	}
	for i, id := range ids {
		g.ack(id, b.first+Position(i))
	}
	return nil
}
