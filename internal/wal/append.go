package wal

import (
	"context"
	"errors"
	"fmt"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// queueBytes is how much waits to be written at most: some sixteen of the largest PutLogEvents requests. Who comes
// then waits outside.
const queueBytes = 16 << 20

// ErrClosed is what Append fails with after Run ended.
var ErrClosed = errors.New("the log is closed")

// errStalled is why appends fail while the disk does not answer.
var errStalled = errors.New("the disk has not answered for " + stallSync.String())

// Append adds a record and returns when it is durable. It does not keep payload. Kind is the caller's, but not 0; payload
// has at most MaxPayload bytes. Records appended one after the other keep their order; many appended at once share one sync.
//
// Nothing happens until Run runs. If the disk cannot take the record the error is a fault.Unavailable one, and later
// appends try again. If ctx ends first, or the disk does not answer for 10 s, nobody knows whether the record is in the log.
func (l *Log) Append(ctx context.Context, kind byte, payload []byte) (Position, error) {
	if kind == commitKind {
		return 0, fmt.Errorf("append: kind %d is the log's own", kind)
	}
	if len(payload) > MaxPayload {
		return 0, fmt.Errorf("append: %d bytes, want at most %d", len(payload), MaxPayload)
	}
	b, i, err := l.enqueue(ctx, kind, payload)
	if err != nil {
		return 0, fmt.Errorf("append: %w", err)
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		return 0, fmt.Errorf("append: not known to be durable: %w", context.Cause(ctx))
	}
	if b.err != nil {
		return 0, fmt.Errorf("append: %w", b.err)
	}
	return b.first + Position(i), nil
}

// Synced returns the last record that is known to be durable; 0 for none. Who keeps it elsewhere can tell a later Open, as
// Options.Reached.
func (l *Log) Synced() Position { return Position(l.synced.Load()) }

// enqueue adds a record to the batch that is written next.
func (l *Log) enqueue(ctx context.Context, kind byte, payload []byte) (*batch, int, error) {
	for {
		l.mu.Lock()
		switch {
		case l.mu.closed:
			l.mu.Unlock()
			return nil, 0, unavailable(ErrClosed)
		case l.mu.stalled:
			l.mu.Unlock()
			return nil, 0, unavailable(errStalled)
		case l.mu.pending.fits(len(payload)):
			b := l.mu.pending
			i := b.add(kind, payload)
			l.mu.Unlock()
			l.wakeUp()
			return b, i, nil
		}
		room := l.mu.room
		l.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return nil, 0, context.Cause(ctx)
		}
	}
}

// wakeUp tells Run that there is something to do.
func (l *Log) wakeUp() {
	select {
	case l.wake <- struct{}{}:
	default: // it has been told
	}
}

// unavailable returns what senders see when the log cannot be written. SDKs try again on this code and status.
func unavailable(err error) error {
	f := fault.New(fault.Unavailable, "ServiceUnavailableException", "The service cannot store data at the moment.")
	f.Err = err
	return f
}
