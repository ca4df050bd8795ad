// Package files reads log events out of files, folders and standard input, whichever compression and
// format they have, and is the source of rows for queries over them. What the text of an event means
// is left to internal/discover, what becomes of the events to the query or the cleaner that reads them.
//
// Find turns arguments into Inputs, Walk reads inputs with several workers at once, Events reads one
// input in order, Source gives the rows of a query, Follow waits for what is appended.
//
// Files whose events are lines are cut into blocks at the borders of events, and any worker scans any
// block; a compressed file is decompressed by whichever worker needs its next block, so that one
// decompresses while others scan. Other formats are read by one worker a file. Nothing is mapped into
// memory: a file that shrinks while it is read is a Problem, not a signal.
package files

import (
	"io"
	"sync/atomic"
)

// Options tune reading. The zero value is right for files on a disk.
type Options struct {
	// Format is how the files are read; Auto detects it file by file.
	Format Format
	// MaxEvent is the longest event in bytes, its timestamp prefix included; 0 means 32 MiB. What
	// is longer is cut there and reported as LongLine. A worker holds at most one such event.
	MaxEvent int
	// Stdin is what the input "-" reads; nil is empty.
	Stdin io.Reader
	// Problem is told what went wrong, from one goroutine at a time, at the latest when a file ends.
	// nil means nobody listens.
	Problem func(Problem)
	// Progress is counted up while files are read. nil means nobody looks.
	Progress *Progress

	fields    bool // fields of messages are wanted
	blockSize int  // for tests; 0 means chunkBytes or streamBytes
}

// maxEvent is the default of Options.MaxEvent: 32 times what CloudWatch Logs takes as one event, and
// small enough for two workers to hold one each within 200 MB.
const maxEvent = 32 << 20

// How much of a file a worker scans at a time: so much that taking it costs nothing beside, and so
// little that it is scanned before it leaves the core's L2 cache (2 MiB on current servers) and that the
// kernel copies it there. By measurement, reading and looking for line ends takes 78 ms of 780 MB with
// 256 KiB, 86 ms with 1 MiB; what is decompressed is 4 % faster in such pieces than in larger ones, because
// scanning displaces the decompressor's tables.
const (
	chunkBytes  = 256 << 10
	streamBytes = 256 << 10
)

// sampleBytes is how much of a file's text, and sampleEvents how many of the events in it, decide the
// file's format, kind and time field.
const (
	sampleBytes  = 64 << 10
	sampleEvents = 100
)

func (o *Options) maxEvent() int {
	if o.MaxEvent > 0 {
		return o.MaxEvent
	}
	return maxEvent
}

// block returns the size of a block whose default is that.
func (o *Options) block(size int) int {
	if o.blockSize > 0 {
		return o.blockSize
	}
	return size
}

// Progress counts what a run has read so far. All fields may be read at any time.
type Progress struct {
	Bytes  atomic.Int64 // read from the files, as they are stored
	Events atomic.Int64 // read, whether used or not
	Files  atomic.Int64 // ended
}

// An Event is one log event.
type Event struct {
	Message     []byte // its text, without the timestamp prefix of an export and the line's end
	Time        int64  // @timestamp in epoch milliseconds, if HasTime
	Ingested    int64  // @ingestionTime in epoch milliseconds, if HasIngested
	HasTime     bool
	HasIngested bool
	Log         string // @log
	Stream      string // @logStream
	File        string // the input's path
	Invocation  string // request id of the Lambda invocation running in the stream; "" if not known
	Line        int64  // where the event starts in the decompressed file, from 1
}
