package files

import (
	"bytes"
	"io"
	"sync"

	"github.com/groundwatch/groundwatch/internal/discover"
)

// A streamCutter cuts text that can only be read from front to back. Whoever calls next reads, or
// decompresses, the next stretch; meanwhile the others scan theirs.
type streamCutter struct {
	border border
	size   int              // of a stretch, about
	whole  func(error) bool // whether the text before such an error is complete to its last byte
	lambda bool             // follow the invocations of a Lambda function

	mu struct {
		sync.Mutex
		r      io.Reader
		carry  []byte // read, and not yet part of a stretch
		start  string // the invocation that carry starts in
		offset int64  // of carry
		index  int
		end    bool
		err    error
	}
}

func (c *streamCutter) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.err
}

func (c *streamCutter) next(t *text) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	buf := append(t.buf[:0], c.mu.carry...)
	c.mu.carry = c.mu.carry[:0]
	if len(buf) == 0 && c.mu.end {
		return false
	}
	var long longEvent
	cut, tooLong := 0, c.border.max+1+c.border.slack()
	searched := 0 // no event but the first starts before there
	for want := max(c.size, len(buf)); cut == 0 && !c.mu.end; want = min(2*len(buf), tooLong+1) {
		buf = c.fill(buf, want)
		if i := c.border.last(buf[searched:], len(buf)+1); i > 0 {
			cut = searched + i
		} else if len(buf) > tooLong {
			buf = c.cutLong(buf, &long)
			cut = c.border.max + 1
		}
		searched = c.border.undecided(buf)
	}
	if c.mu.end && long.size == 0 {
		buf = c.complete(buf)
		cut = len(buf)
	}
	c.mu.carry = append(c.mu.carry, buf[cut:]...)
	*t = text{roomy: t.roomy, buf: buf, data: buf[:cut], offset: c.mu.offset, index: c.mu.index, over: long.more, beyond: long.ends}
	if c.lambda {
		t.invocation = c.mu.start
		if id, ok := discover.LastStart(t.data); ok {
			c.mu.start = string(id)
		}
	}
	c.mu.offset += int64(cut) + long.size
	c.mu.index++
	return true
}

// complete leaves an incomplete last line out when the text could not be read to its end.
func (c *streamCutter) complete(buf []byte) []byte {
	if c.mu.err == nil || c.whole(c.mu.err) {
		return buf
	}
	return buf[:bytes.LastIndexByte(buf, '\n')+1]
}

// fill reads until buf has want bytes, or the text ends.
func (c *streamCutter) fill(buf []byte, want int) []byte {
	if cap(buf) < want {
		buf = append(make([]byte, 0, want), buf...)
	}
	empty := 0
	for len(buf) < want && !c.mu.end {
		n, err := c.mu.r.Read(buf[len(buf):want])
		buf = buf[:len(buf)+n]
		if empty++; n > 0 {
			empty = 0
		}
		if err == nil && empty == maxEmptyReads {
			err = io.ErrNoProgress
		}
		if err != nil {
			c.mu.end = true
			if err != io.EOF {
				c.mu.err = err
			}
		}
	}
	return buf
}

// maxEmptyReads is how often a reader may give nothing in a row, as in bufio.
const maxEmptyReads = 100

// cutLong handles buf, the start of one event longer than the border allows: it keeps one byte more
// than allowed, for the scanner to cut, reads past the rest, and appends what follows the event.
func (c *streamCutter) cutLong(buf []byte, long *longEvent) []byte {
	keep := c.border.max + 1
	rest := bytes.Clone(buf[keep:])
	for {
		if i := c.border.first(rest, 0, c.mu.end); i >= 0 {
			long.drop(rest[:i])
			return append(buf[:keep], rest[i:]...)
		}
		if c.mu.end {
			long.drop(rest)
			return buf[:keep]
		}
		i := c.border.undecided(rest)
		long.drop(rest[:i])
		n := copy(rest, rest[i:])
		rest = c.fill(rest[:n], n+c.size)
	}
}
