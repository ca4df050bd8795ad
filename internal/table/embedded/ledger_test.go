package embedded

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/vfs"
)

var logEvents = table.Schema{Name: "log_events", Text: "@message", Fields: []table.Field{{Name: "@message", Kind: column.String}}}

// message returns the text of a row: JSON of one logger, of another one, plain text, or bytes that are no text at all.
func message(id int64) string {
	switch id % 11 {
	case 3:
		return fmt.Sprintf("plain text number %d of nobody's format", id)
	case 5:
		return fmt.Sprintf("\xff\xfe%d\x00", id)
	case 7:
		return fmt.Sprintf(`{"other":{"id":%d,"list":[1,2,%d]},"ok":true}`, id, id%3)
	}
	return fmt.Sprintf(`{"level":"info","msg":"request done","id":%d,"ms":%d.5,"path":"/v1/items/%d"}`, id, id%100, id%7)
}

// A sent is one append of the ledger.
type sent struct {
	partition table.Partition
	id        int64 // of its first row
	rows      table.Rows
	receipt   table.Receipt
	acked     bool  // it must be there; else it may be, whole
	gone      bool  // it was not there once, so it must not come back
	expired   int64 // rows before this time are gone
	either    int64 // rows before this time may be gone
}

// A ledger is what the appender knows, and the oracle: every append that was acknowledged is there once, byte for byte; one
// that failed is there whole, and from then on always, or never.
type ledger struct {
	ids     int64
	sent    []*sent
	dropped map[table.Partition]bool // true: for good; false: its drop failed, so it may be
}

func newLedger() *ledger {
	return &ledger{dropped: map[table.Partition]bool{}}
}

// send returns an append of n rows.
func (g *ledger) send(r *rand.Rand, p table.Partition, n int) *sent {
	s := &sent{partition: p, id: g.ids + 1}
	texts := &column.Column{Kind: column.String, Len: n}
	for range n {
		g.ids++
		s.rows.Streams = append(s.rows.Streams, r.Int64N(3)+1)
		s.rows.Times = append(s.rows.Times, r.Int64N(1000))
		texts.Strings = append(texts.Strings, message(g.ids))
	}
	s.rows.Fields = []*column.Column{texts}
	if r.IntN(3) == 0 {
		s.rows.Token = fmt.Sprint("token ", s.id)
	}
	g.sent = append(g.sent, s)
	return s
}

// A seen is a row as a reader has it.
type seen struct {
	partition, stream, time, ingested, sequence int64
	text                                        string
}

var allColumns = []string{table.PartitionColumn, table.StreamColumn, table.TimeColumn, table.IngestedColumn, table.SequenceColumn, "@message"}

// scanAll returns all rows of partitions 1 to n by sequence.
func scanAll(t table.Table, n table.Partition) ([]seen, table.Stats, error) {
	s := table.Scan{Columns: allColumns}
	for p := table.Partition(1); p <= n; p++ {
		s.Ranges = append(s.Ranges, table.Range{Partition: p, From: math.MinInt64, To: math.MaxInt64})
	}
	var mu sync.Mutex
	var rows []seen
	stats, err := t.Scan(context.Background(), s, 2, func(_ int, b *column.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		rows = append(rows, seenOf(b)...)
		return nil
	})
	slices.SortFunc(rows, func(a, b seen) int { return int(a.sequence - b.sequence) })
	return rows, stats, err
}

func seenOf(b *column.Batch) []seen {
	rows := make([]seen, b.Len)
	for i := range rows {
		n := func(c int) int64 { return b.Columns[c].Ints[i] }
		rows[i] = seen{n(0), n(1), n(2), n(3), n(4), string([]byte(b.Columns[5].Str(i)))}
	}
	return rows
}

// check compares rows with the ledger, and settles what was open.
func (g *ledger) check(rows []seen) error {
	at := map[string]seen{} // by text: each is there once
	for _, r := range rows {
		if old, twice := at[r.text]; twice {
			return fmt.Errorf("%.60q is there twice: as %d and %d", r.text, old.sequence, r.sequence)
		}
		at[r.text] = r
	}
	g.settleDrops(at)
	for _, s := range g.sent {
		if err := g.checkSent(s, at); err != nil {
			return err
		}
	}
	for text, r := range at {
		for _, s := range g.sent {
			for i := range s.rows.Times {
				if message(s.id+int64(i)) == text {
					return fmt.Errorf("row %+v is there, but gone (%t), dropped (%t) or expired (before %d)", r, s.gone, g.dropped[s.partition], s.expired)
				}
			}
		}
		return fmt.Errorf("row %+v was never sent", r)
	}
	return nil
}

// settleDrops finds out what became of drops that failed.
func (g *ledger) settleDrops(at map[string]seen) {
	for p, sure := range g.dropped {
		if sure {
			continue
		}
		if g.anyOf(p, at) {
			delete(g.dropped, p)
			continue
		}
		for _, s := range g.sent { // it was dropped, or there were no rows: the next append tells
			s.gone = s.gone || s.partition == p
		}
	}
}

// expire takes note of an expiry. Of rows whose append failed nobody knows whether they were there before it.
func (g *ledger) expire(p table.Partition, before int64, sure bool) {
	for _, s := range g.sent {
		switch {
		case s.partition != p:
		case sure && s.acked:
			s.expired = max(s.expired, before)
		default:
			s.either = max(s.either, before)
		}
	}
}

// anyOf tells whether any row of a partition is there.
func (g *ledger) anyOf(p table.Partition, at map[string]seen) bool {
	for _, s := range g.sent {
		for i := range s.rows.Times {
			if _, there := at[message(s.id+int64(i))]; there && s.partition == p {
				return true
			}
		}
	}
	return false
}

// checkSent compares the rows of one append, and takes them out of at.
func (g *ledger) checkSent(s *sent, at map[string]seen) error {
	there, missing, settled := 0, 0, s.expired
	for i, time := range s.rows.Times {
		text := message(s.id + int64(i))
		r, ok := at[text]
		if s.gone || g.dropped[s.partition] || time < s.expired {
			continue // what is in at then is an error
		}
		switch {
		case !ok && time < s.either:
			settled = max(settled, time+1) // of several expiries that failed one may have come about
			continue
		case !ok:
			missing++
			continue
		case time >= s.either:
			there++
		}
		want := seen{int64(s.partition), s.rows.Streams[i], time, r.ingested, r.sequence, text}
		if s.acked && s.receipt.First != 0 {
			want.ingested, want.sequence = s.receipt.Ingested, int64(s.receipt.First)+int64(i)
		}
		if r != want {
			return fmt.Errorf("append %d: row %d is %+v, want %+v", s.id, i, r, want)
		}
		delete(at, text)
	}
	s.expired, s.either = settled, 0
	switch {
	case there > 0 && missing > 0:
		return fmt.Errorf("append %d: %d rows are there, %d are missing", s.id, there, missing)
	case s.acked && missing > 0:
		return fmt.Errorf("append %d of %d rows to partition %d, acknowledged as %d, is lost", s.id, len(s.rows.Times), s.partition, s.receipt.First)
	case missing > 0:
		s.gone = true
	case there > 0 && !s.acked:
		s.acked = true
		s.receipt = table.Receipt{} // nobody got it
	}
	return nil
}

// A clock moves by a millisecond each time it is read.
func clock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
}

// salts returns numbers that are the same in each run.
func salts(n uint32) func() uint32 {
	var mu sync.Mutex
	return func() uint32 {
		mu.Lock()
		defer mu.Unlock()
		n = n*1664525 + 1013904223
		return n
	}
}

// byHand opens an engine of which only the logs run: the test flushes and merges. stop ends the logs as a crash would.
func byHand(fs vfs.FS, o Options) (e *Engine, stop func(), err error) {
	e, err = Open(fs, "data", []table.Schema{logEvents}, o)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var logs sync.WaitGroup
	logs.Go(func() { e.log.Run(ctx) })
	logs.Go(func() { e.manifest.Run(ctx) })
	close(e.running)
	return e, func() {
		cancel()
		logs.Wait()
	}, nil
}

// mustAppend appends n rows of the ledger.
func mustAppend(t testing.TB, tab table.Table, g *ledger, r *rand.Rand, p table.Partition, n int) *sent {
	t.Helper()
	s := g.send(r, p, n)
	receipt, err := tab.Append(context.Background(), p, s.rows)
	if err != nil {
		t.Fatalf("Append: %v", err)
	}
	s.acked, s.receipt = true, receipt
	return s
}

// none returns the columns of no rows.
func (g *ledger) none() []*column.Column { return []*column.Column{{Kind: column.String}} }
