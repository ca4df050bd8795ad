package embedded

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/manifest"
	"github.com/groundwatch/groundwatch/internal/wal"
)

// errNoRoom is why appends fail while the disk is nearly full: what is left is for what makes room.
var errNoRoom = errors.New("the disk is nearly full")

// errClosing is why appends fail when Run's context has ended.
var errClosing = errors.New("the tables are closing")

// memoryFactor is how many times FlushBytes rows may take in memory; appends wait then, or fail if parts cannot be written.
const memoryFactor = 2

// A ticket is an append on its way. Appends end in the order of their sequences, so that no row ever shows up below one that
// somebody has seen.
type ticket struct {
	record  record
	key     manifest.TokenKey
	chunk   *chunk
	at      wal.Position
	err     error
	done    bool          // the log has answered
	settled chan struct{} // closed when all before it are done too
}

// buffers hold the bytes of records.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Append implements table.Table. It waits until Run runs. Once the rows are on their way to the log it waits for
// the log, which answers within some 10 s, and not for ctx.
func (t *Table) Append(ctx context.Context, p table.Partition, rows table.Rows) (table.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return table.Receipt{}, context.Cause(ctx)
	}
	if err := t.schema.CheckRows(rows); err != nil {
		return table.Receipt{}, err
	}
	e := t.engine
	if err := e.ready(ctx); err != nil {
		return table.Receipt{}, err
	}
	e.appending.RLock()
	defer e.appending.RUnlock()
	k, receipt, err := e.begin(t, p, rows)
	for errors.Is(err, errNumbers) {
		if err = e.claim(len(rows.Times)); err == nil {
			k, receipt, err = e.begin(t, p, rows)
		}
	}
	if k == nil {
		return receipt, err
	}
	buf := buffers.Get().(*[]byte)
	*buf = k.record.append((*buf)[:0])
	if len(*buf) > wal.MaxPayload {
		err = fault.New(fault.Invalid, "", "append of %d bytes, want at most %d", len(*buf), wal.MaxPayload)
	} else {
		k.at, err = e.log.Append(context.WithoutCancel(ctx), rowsKind, *buf)
	}
	buffers.Put(buf)
	e.end(k, err)
	<-k.settled
	if k.err != nil {
		return table.Receipt{}, k.err
	}
	return table.Receipt{First: k.record.first, Ingested: k.record.ingested}, nil
}

// ready waits until there is room in memory and a writer number.
func (e *Engine) ready(ctx context.Context) error {
	select {
	case <-e.running:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		e.mu.Lock()
		bytes := e.mu.active.bytes
		if e.mu.frozen != nil {
			bytes += e.mu.frozen.bytes
		}
		full, room, failed := bytes > memoryFactor*e.opts.FlushBytes, e.mu.room, e.mu.flushErr
		claimed, closing := e.hasWriter(1), e.mu.closing
		e.mu.Unlock()
		switch {
		case closing:
			return unavailable(errClosing)
		case e.opts.Headroom.Low():
			return unavailable(errNoRoom)
		case !full && claimed && e.manifest.Doubtful():
			return e.commit(&manifest.Edit{}, func() {}) // or else a drop that failed might yet take what is acknowledged now
		case !full && claimed:
			return nil
		case !full:
			return e.claim(1)
		case failed != nil:
			return unavailable(failed)
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sequenceBits is how many bits of a sequence count the rows of a writer.
const sequenceBits = 40

// errNumbers is why an append has to claim first: the writer has not as many sequences left.
var errNumbers = errors.New("the sequences of this writer have come to an end")

// claim takes the next writer number, if this one has less than n sequences left. Each start does so before its first
// append, so no sequence comes twice, whatever was lost; and so does an append that does not fit any more. There are numbers
// for eight million starts.
func (e *Engine) claim(n int) error {
	e.claiming.Lock()
	defer e.claiming.Unlock()
	e.mu.Lock()
	writer, claimed := e.mu.contents.Writer+1, e.hasWriter(n)
	e.mu.Unlock()
	if claimed {
		return nil
	}
	return e.commit(&manifest.Edit{Writer: writer}, func() {
		e.mu.writer = writer
		e.mu.next = table.Sequence(writer)<<sequenceBits + 1
	})
}

// hasWriter tells whether there are sequences for n rows. The caller holds the engine's lock.
func (e *Engine) hasWriter(n int) bool {
	last := e.mu.next + table.Sequence(max(n, 1)-1)
	return e.mu.writer != 0 && int64(last>>sequenceBits) == e.mu.writer
}

// begin gives an append its sequences. It returns no ticket if there is nothing to write.
func (e *Engine) begin(t *Table, p table.Partition, rows table.Rows) (*ticket, table.Receipt, error) {
	h := manifest.Home{Table: t.schema.Name, Partition: p}
	key := manifest.KeyOf(h, rows.Token)
	c := newChunk(h, rows, t.schema.Index(t.schema.Text))
	e.mu.Lock()
	defer e.mu.Unlock()
	for same := e.onItsWay(key); same != nil; same = e.onItsWay(key) {
		e.mu.Unlock()
		<-same.settled
		e.mu.Lock()
	}
	if e.mu.closing {
		return nil, table.Receipt{}, unavailable(errClosing)
	}
	if e.mu.contents.Dropped.Has(h) {
		return nil, table.Receipt{}, table.Dropped(p)
	}
	e.mu.ingested = max(e.mu.ingested, e.opts.Now().UnixMilli())
	if known, ok := e.mu.tokens.Get(key, e.mu.ingested); ok && key != (manifest.TokenKey{}) {
		return nil, table.Receipt{First: known.First, Ingested: known.Ingested, Repeated: true}, nil
	}
	if !e.hasWriter(len(rows.Times)) {
		return nil, table.Receipt{}, errNumbers
	}
	k := &ticket{key: key, settled: make(chan struct{}), record: record{
		table: h.Table, partition: p, ingested: e.mu.ingested, first: e.mu.next, voids: e.mu.voids, token: key,
		streams: rows.Streams, times: rows.Times, fields: rows.Fields,
	}}
	k.chunk = c.numbered(k.record.first, k.record.ingested)
	e.mu.next += table.Sequence(len(rows.Times))
	e.mu.tickets = append(e.mu.tickets, k)
	return k, table.Receipt{}, nil
}

// onItsWay returns the append with that key whose end is not known yet, nil if there is none.
func (e *Engine) onItsWay(key manifest.TokenKey) *ticket {
	if key == (manifest.TokenKey{}) {
		return nil
	}
	for _, k := range e.mu.tickets {
		if k.key == key {
			return k
		}
	}
	return nil
}

// end says what became of an append, and ends those that waited for it.
func (e *Engine) end(k *ticket, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	k.done, k.err = true, err
	for len(e.mu.tickets) > 0 && e.mu.tickets[0].done {
		e.settle(e.mu.tickets[0])
		e.mu.tickets = e.mu.tickets[1:]
	}
}

// settle makes the rows of an append visible, or remembers that they must not be.
func (e *Engine) settle(k *ticket) {
	defer close(k.settled)
	switch {
	case k.err != nil:
		if !fault.Is(k.err, fault.Invalid) {
			e.mu.voids = append(slices.Clip(e.mu.voids), k.record.first)
		}
		return
	case e.mu.contents.Dropped.Has(k.chunk.Home):
		k.err = table.Dropped(k.record.partition)
	}
	if len(k.record.voids) > 0 {
		e.mu.voids = slices.DeleteFunc(slices.Clone(e.mu.voids), func(v table.Sequence) bool { return slices.Contains(k.record.voids, v) })
	}
	e.mu.last = max(e.mu.last, k.chunk.span.LastSequence)
	kept := manifest.Token{Key: k.key, First: k.record.first, Ingested: k.record.ingested}
	if k.key != (manifest.TokenKey{}) {
		e.mu.tokens.Put(kept)
	}
	e.mu.active.add(k.chunk, k.at, kept)
	nudge(e.wake)
}

// nudge tells who listens to c that there is something to do.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has been told
	}
}

// unavailable returns what senders see when rows cannot be stored now. SDKs try again on this code and status.
func unavailable(err error) error {
	f := fault.New(fault.Unavailable, "ServiceUnavailableException", "The service cannot store data at the moment.")
	f.Err = err
	return f
}
