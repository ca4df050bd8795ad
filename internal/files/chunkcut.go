package files

import (
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/internal/discover"
)

// A chunkCutter cuts a plain file that can be read at any place: each call of next reads a stretch of
// its own, all of them at once. A stretch is made of the events that start in its share of the file;
// the last of them may go on in the next share.
type chunkCutter struct {
	border border
	size   int64 // of a share
	file   io.ReaderAt
	length int64         // of the file when it was opened
	start  int64         // of the text: the length of a byte order mark
	count  func(n int64) // told how much of the file was read
	lambda bool          // follow the invocations of a Lambda function

	claimed atomic.Int64 // shares taken
	seen    atomic.Int64 // where the file was found to end, or to be unreadable, before length; else 0
	err     atomic.Pointer[error]
}

func (c *chunkCutter) failure() error {
	if err := c.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (c *chunkCutter) next(t *text) bool {
	index := c.claimed.Add(1) - 1
	from := index * c.size
	to := min(from+c.size, c.length)
	if from >= c.end() {
		return false
	}
	if t.buf == nil {
		t.buf = make([]byte, 0, c.size+4*lookahead) // for the end of the last event too, as a rule
	}
	*t = text{roomy: t.roomy, buf: t.buf[:0], index: int(index), offset: from}
	c.count(to - from)
	if to <= c.start {
		return true
	}
	// Whether an event starts at from shows in the byte before.
	at := max(from-1, c.start)
	t.buf, _ = c.read(t.buf, at, int(to-at)+c.border.slack())
	first := 0
	if from > c.start {
		if first = c.border.first(t.buf, 0, c.atEnd(at, t.buf)); first < 0 || at+int64(first) >= to {
			return true
		}
	}
	end, long := c.lastEnd(t, at, int(to-at), first)
	t.data, t.offset = t.buf[first:end], at+int64(first)
	t.over, t.beyond = long.more, long.ends
	if c.lambda {
		t.invocation = c.invocationBefore(t.offset)
	}
	return true
}

// lookBack is how far before a stretch the START of its invocation is looked for, and backStep how much of
// that is read at a time. An invocation that has written more is not known in the stretch. startLine is more than
// "START RequestId: " and the id behind it take.
const (
	lookBack  = 16 << 20
	backStep  = 64 << 10
	startLine = 256
)

// invocationBefore returns the invocation that runs at offset.
func (c *chunkCutter) invocationBefore(offset int64) string {
	buf := make([]byte, backStep)
	for end := offset; end > c.start && offset-end < lookBack; {
		from := max(end-backStep, c.start)
		n, _ := c.file.ReadAt(buf[:end-from], from) // what cannot be read is told when its stretch is
		if id, ok := discover.LastStart(buf[:n]); ok {
			return string(id)
		}
		if from == c.start {
			break
		}
		end = from + startLine // a line that this step cut in two is whole in the next
	}
	return ""
}

// end returns where the text ends as far as is known.
func (c *chunkCutter) end() int64 {
	if seen := c.seen.Load(); seen > 0 {
		return min(seen, c.length)
	}
	return c.length
}

// atEnd reports whether buf, read at offset at, reaches to the end of the file.
func (c *chunkCutter) atEnd(at int64, buf []byte) bool { return at+int64(len(buf)) >= c.end() }

// lastEnd returns where in t.buf, which was read at offset at, the last event ends that starts before
// to; it reads on as far as that takes. Longer events than allowed keep one byte more than that.
func (c *chunkCutter) lastEnd(t *text, at int64, to, first int) (end int, long longEvent) {
	if to > len(t.buf) {
		return len(t.buf), long // the file has become shorter
	}
	start := first + c.border.last(t.buf[first:], to-first)
	from := to - 1 // the line end before an event that starts at to
	for step := lookahead; ; step = min(2*step, c.border.max+1) {
		if i := c.border.first(t.buf, from, c.atEnd(at, t.buf)); i >= 0 {
			return i, long
		}
		if c.atEnd(at, t.buf) {
			return len(t.buf), long
		}
		if len(t.buf)-start > c.border.max+1+c.border.slack() {
			return c.passLong(t, at, start)
		}
		from = max(from, c.border.undecided(t.buf))
		var more bool
		if t.buf, more = c.read(t.buf, at+int64(len(t.buf)), step); !more {
			return len(t.buf), long
		}
	}
}

// lookahead is how much is read first of the next share to find the end of an event: most end soon.
const lookahead = 16 << 10

// passLong reads to the end of the event at start of t.buf without keeping it.
func (c *chunkCutter) passLong(t *text, at int64, start int) (end int, long longEvent) {
	end = start + c.border.max + 1
	rest := bytes.Clone(t.buf[end:])
	at += int64(len(t.buf))
	for {
		final := at >= c.end()
		if i := c.border.first(rest, 0, final); i >= 0 {
			long.drop(rest[:i])
			return end, long
		}
		i := c.border.undecided(rest)
		if final {
			i = len(rest)
		}
		long.drop(rest[:i])
		n := copy(rest, rest[i:])
		more := false
		if rest, more = c.read(rest[:n], at, int(c.size)+c.border.slack()); !more {
			long.drop(rest)
			return end, long
		}
		at += int64(len(rest) - n)
	}
}

// read appends n bytes of the file from offset at, or fewer where it ends. more is false if there was
// nothing left.
func (c *chunkCutter) read(buf []byte, at int64, n int) (out []byte, more bool) {
	n = int(min(int64(n), c.length-at))
	if n <= 0 {
		return buf, false
	}
	old := len(buf)
	if cap(buf)-old < n {
		buf = append(make([]byte, 0, max(old+n, min(2*cap(buf), 2*c.border.max))), buf...)
	}
	buf = buf[:old+n]
	got, err := c.file.ReadAt(buf[old:], at)
	if got < n {
		c.stopAt(at+int64(got), err)
	}
	return buf[:old+got], got > 0
}

// stopAt notes that the file cannot be read from offset at on. The least such offset stays.
func (c *chunkCutter) stopAt(at int64, err error) {
	at = max(at, 1)
	for {
		seen := c.seen.Load()
		if seen != 0 && seen <= at || c.seen.CompareAndSwap(seen, at) {
			break
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.err.CompareAndSwap(nil, &err)
	}
}
