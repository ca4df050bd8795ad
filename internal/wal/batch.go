package wal

import (
	"encoding/binary"
	"sync"
)

// A batch is records that are written and synced together.
type batch struct {
	buf   []byte   // space for a commit record, then records, finished when they are written
	count int      // of records
	first Position // of the first record; set before done is closed without an error

	done chan struct{} // closed when it is settled
	err  error         // read after done
	once sync.Once
}

// newBatch returns an empty batch that gathers its records in buf.
func newBatch(buf []byte) *batch {
	return &batch{buf: appendRecord(buf[:0], commitKind, nil), done: make(chan struct{})}
}

// add adds a record and returns its index.
func (b *batch) add(kind byte, payload []byte) int {
	b.buf = appendRecord(b.buf, kind, payload)
	b.count++
	return b.count - 1
}

// fits tells whether a record of n bytes may be added. One record always fits.
func (b *batch) fits(n int) bool {
	return b.count == 0 || len(b.buf)+recordBytes+n <= queueBytes
}

// settle tells those who wait how it went. Only the first call counts.
func (b *batch) settle(err error) {
	b.once.Do(func() {
		b.err = err
		close(b.done)
	})
}

// finish fills in what depends on the file, and returns the bytes to write: with the commit record if that is wanted.
func (b *batch) finish(salt uint32, commit bool) []byte {
	b.mark(salt)
	rest := b.buf[recordBytes:]
	for at := b.first; len(rest) > 0; at++ {
		rest = finish(rest, salt, at)
	}
	if commit {
		return b.buf
	}
	return b.buf[recordBytes:]
}

// mark finishes the commit record.
func (b *batch) mark(salt uint32) {
	binary.LittleEndian.PutUint32(b.buf, 0)
	finish(b.buf, salt, b.first)
}
