// Package wal is an append-only log of records that are durable when Append returns. What records mean, and when
// they are no longer needed, is for others to say.
//
// A log is a folder of files that are each written once, from start to end, and never changed: every Open that finds
// something to append begins a new one, and so does every error of the disk. Each record has a number of its own, and
// each file says the number of its first; so what an earlier file still has from there on does not count. The bytes are
// described in docs/format/wal.md.
package wal

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// A Position is a record's number in its log. The first is 1, and each is one more than the one before; after damage
// or a lost file some may be missing, but none comes twice.
type Position uint64

// A Record is what Append was given, and where it went.
type Record struct {
	Position Position
	Kind     byte
	Payload  []byte // valid until the function that got it returns
}

// Options tune a log. The zero value is right for production.
type Options struct {
	FileBytes int64            // a file this long is followed by another; 0 means 64 MiB
	After     Position         // records up to this one are safe elsewhere: they are not replayed nor missed; 0 if unknown
	Reached   Position         // a record that the log has had: if it ends before, it has lost some; 0 if unknown
	Salt      func() uint32    // a random number; nil means crypto/rand
	Now       func() time.Time // nil means time.Now
	Hooks     Hooks

	// MakeRoom is asked for room when the disk is full, and tells whether it has made any: then what did not fit is tried
	// again. Nil makes none.
	MakeRoom func() bool
}

// Hooks tell the owner what happened. A nil hook is skipped; none may block, nor call the log.
type Hooks struct {
	// Synced tells that a batch of records became durable with one sync.
	Synced func(Batch)

	// Slow tells that a sync has taken 1 s and is not done. After 10 s appends fail until it is.
	Slow func(file string)

	// Sealed tells that a file could not be written. It is not written again, and never synced again: the system
	// may have forgotten what it could not write. What was not acknowledged goes to a new file, if there can be one.
	Sealed func(file string, err error)

	// Damaged tells that a log does not give back what it was given. The rest of it still does.
	Damaged func(Damage)

	// Quarantined tells that a damaged file went to the folder "quarantine", where it stays until somebody
	// removes it: at once if nothing in it can be read, else when its records are not needed any more.
	Quarantined func(file string)
}

// A Batch is some records that became durable with one sync.
type Batch struct {
	Records int
	Bytes   int           // as written, with all that surrounds payloads
	Took    time.Duration // to write and to sync
}

// A Damage is a stretch of a log that cannot be read.
type Damage struct {
	File   string
	Offset int64    // in the file; where the stretch begins
	From   Position // the first record that is lost; 0 if none is known to be
	To     Position // the last one
	Err    error    // what was found
}

// A Log is an open log. Append and Trim are safe for concurrent use.
type Log struct {
	fs   vfs.FS  // set by Open, then read-only, like the next four
	dir  string  // in fs
	opts Options // with defaults filled in

	found []*logFile // by Open, for Replay
	end   Position   // one more than the last record that Open found

	w    *writer       // Open's, then Run's
	wake chan struct{} // tells Run that there is something to write; holds one

	trim sync.Mutex // one Trim at a time

	synced atomic.Uint64 // see Synced

	mu struct {
		sync.Mutex
		files   []*logFile    // oldest first; Trim removes, Run appends
		pending *batch        // gathers records while the one before is written
		writing *batch        // what Run is writing, nil between
		spare   []byte        // a buffer for a later batch
		room    chan struct{} // closed when Run takes pending
		stalled bool          // the disk has not answered for stallSync
		closed  bool
	}
}

// fill sets what o leaves out.
func (o Options) fill() Options {
	if o.FileBytes == 0 {
		o.FileBytes = 64 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Salt == nil {
		o.Salt = randomSalt
	}
	if o.MakeRoom == nil {
		o.MakeRoom = func() bool { return false }
	}
	h := &o.Hooks
	if h.Synced == nil {
		h.Synced = func(Batch) {}
	}
	if h.Slow == nil {
		h.Slow = func(string) {}
	}
	if h.Sealed == nil {
		h.Sealed = func(string, error) {}
	}
	if h.Damaged == nil {
		h.Damaged = func(Damage) {}
	}
	if h.Quarantined == nil {
		h.Quarantined = func(string) {}
	}
	return o
}

func randomSalt() uint32 {
	var p [4]byte
	rand.Read(p[:]) // never fails
	return binary.LittleEndian.Uint32(p[:])
}
