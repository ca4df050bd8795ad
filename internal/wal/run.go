package wal

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// A sync that takes slowSync is told to the owner; one that takes stallSync fails those who wait for it
// (reliability goals: warn at 1 s, refuse at 10 s).
const (
	slowSync  = time.Second
	stallSync = 10 * time.Second
)

// Run writes what is appended until ctx ends. Then it writes what was appended before, closes the log and returns why
// ctx ended, with what went wrong while closing. It runs once.
func (l *Log) Run(ctx context.Context) error {
	for {
		b := l.take(ctx)
		if b == nil {
			return errors.Join(context.Cause(ctx), l.w.close())
		}
		l.commit(b)
	}
}

// take waits for records, and returns nil when ctx has ended and there are none.
func (l *Log) take(ctx context.Context) *batch {
	runtime.Gosched() // those just acknowledged may have more; to sync it together halves the syncs of 8 busy writers
	for {
		ended := ctx.Err() != nil
		l.mu.Lock()
		l.mu.closed = ended
		if l.mu.pending.count > 0 || ended {
			break
		}
		l.mu.Unlock()
		l.w.mark()
		select {
		case <-l.wake:
		case <-ctx.Done():
		}
	}
	defer l.mu.Unlock()
	close(l.mu.room)
	l.mu.room = make(chan struct{})
	if l.mu.pending.count == 0 {
		return nil
	}
	b := l.mu.pending
	l.mu.writing = b
	l.mu.pending, l.mu.spare = newBatch(l.mu.spare), nil
	return b
}

// commit makes a batch durable, or settles it with an error.
func (l *Log) commit(b *batch) {
	start := l.opts.Now()
	slow := time.AfterFunc(slowSync, func() { l.opts.Hooks.Slow(l.w.fileName()) })
	stall := time.AfterFunc(stallSync, func() { l.stall(b) })
	err := l.w.store(b)
	if err == nil {
		l.synced.Store(uint64(l.w.next - 1))
	}
	slow.Stop()
	stall.Stop()
	if err == nil {
		l.opts.Hooks.Synced(Batch{b.count, len(b.buf), l.opts.Now().Sub(start)})
		b.settle(nil)
	} else {
		b.settle(unavailable(err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.writing, l.mu.stalled = nil, false
	l.mu.spare = b.buf
}

// stall gives up waiting for a batch, and for what waits behind it.
func (l *Log) stall(b *batch) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.writing != b {
		return // it was done a moment ago
	}
	l.mu.stalled = true
	b.settle(unavailable(errStalled))
	l.mu.pending.settle(unavailable(errStalled))
	l.mu.pending = newBatch(nil)
	close(l.mu.room)
	l.mu.room = make(chan struct{})
}
