package eventlog

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
)

// defaultBufferBytes is what Powertools for AWS Lambda keeps of an invocation.
const defaultBufferBytes = 20480

// A buffer keeps the low events of a unit of work, as the lines they were when they happened, until the unit fails or
// ends. A nil buffer keeps none.
type buffer struct {
	log    *Logger
	scope  scope // of the buffer's own warnings
	level  slog.Level
	max    int
	closed atomic.Bool

	mu struct {
		sync.Mutex
		room    *bufferRoom // nil while nothing waits
		evicted int
		warned  bool // of a line that is larger than the buffer
	}
}

// A bufferRoom is the storage of a buffer: lines one after the other, the oldest first.
type bufferRoom struct {
	data  []byte
	start int // of the oldest line in data
	lines []waitingLine
	first int // the oldest line in lines
}

type waitingLine struct {
	sink *sink
	size int
}

var bufferRooms = sync.Pool{New: func() any { return new(bufferRoom) }}

// wait opens a buffer for s and returns it, if the logger's options ask for one, the unit is not sampled and none is
// open already. Otherwise it returns nil.
func (s *scope) wait(l *Logger) *buffer {
	o := l.sink.opts.Buffer
	if o.Level == nil || s.sampling == sampled || s.buffer.isOpen() {
		return nil
	}
	b := &buffer{log: l, scope: *s, level: min(o.Level.Level(), slog.LevelError-1), max: o.MaxBytes}
	if b.max <= 0 {
		b.max = defaultBufferBytes
	}
	s.buffer = b
	return b
}

// unbuffered returns s without its buffer: for events that never wait.
func (s *scope) unbuffered() *scope {
	if s == nil || !s.buffer.isOpen() {
		return s
	}
	direct := *s
	direct.buffer = nil
	return &direct
}

func (b *buffer) isOpen() bool { return b != nil && !b.closed.Load() }

// keeps reports whether an event of this level waits.
func (b *buffer) keeps(level slog.Level) bool { return b.isOpen() && level <= b.level }

// take takes a finished line of l's and reports whether it did: then it need not be written. A line of level error
// has everything that waits written before it.
func (b *buffer) take(l *Logger, level slog.Level, line []byte) bool {
	if b == nil {
		return false
	}
	if level >= slog.LevelError {
		b.flush()
		return false
	}
	if level > b.level {
		return false
	}
	b.mu.Lock()
	if b.closed.Load() {
		b.mu.Unlock()
		return level < l.sink.level.Level() // it was let in only to wait
	}
	if len(line) > b.max {
		warned := b.mu.warned
		b.mu.warned = true
		b.mu.Unlock()
		if !warned {
			b.warnOfBypassed(len(line))
		}
		return false
	}
	b.add(l.sink, line)
	b.mu.Unlock()
	return true
}

// add keeps a line of at most max bytes. The oldest lines make room for it.
func (b *buffer) add(to *sink, line []byte) {
	if b.mu.room == nil {
		b.mu.room = bufferRooms.Get().(*bufferRoom)
	}
	r := b.mu.room
	for len(r.data)-r.start+len(line) > b.max {
		r.start += r.lines[r.first].size
		r.first++
		b.mu.evicted++
		to.stats.evicted.Add(1)
	}
	if r.start > b.max {
		r.compact()
	}
	r.data = append(r.data, line...)
	r.lines = append(r.lines, waitingLine{sink: to, size: len(line)})
}

// compact moves what waits to the start of the storage.
func (r *bufferRoom) compact() {
	r.data = r.data[:copy(r.data, r.data[r.start:])]
	r.lines = r.lines[:copy(r.lines, r.lines[r.first:])]
	r.start, r.first = 0, 0
}

// Warnings and lines are written without the lock: a writer's problem is told to Options.OnProblem, which may write
// into the same unit.

// warnOfBypassed warns, once in a unit, of a line that goes straight out because no buffer of this size can keep it.
func (b *buffer) warnOfBypassed(size int) {
	b.log.emit(&b.scope, slog.LevelWarn, 0, "buffer_bypassed", []slog.Attr{
		Msg("an event larger than the buffer was written at once"),
		slog.Int("event_bytes", size), slog.Int("buffer_bytes", b.max),
	})
}

// flush writes what waits, with the times it happened at, and before it a warning if older events are lost.
func (b *buffer) flush() {
	if !b.isOpen() {
		return
	}
	b.mu.Lock()
	r, evicted := b.mu.room, b.mu.evicted
	b.mu.room, b.mu.evicted = nil, 0
	b.mu.Unlock()
	if r == nil {
		return
	}
	defer r.release()
	if evicted > 0 {
		b.warnOfEvicted(evicted)
	}
	at := r.start
	for _, w := range r.lines[r.first:] {
		w.sink.write(r.data[at : at+w.size])
		at += w.size
	}
}

func (b *buffer) warnOfEvicted(n int) {
	b.log.sink.problem(Problem{Kind: BufferEvicted, Err: fmt.Errorf("buffer of %d bytes: %d older events are lost", b.max, n)})
	b.log.emit(&b.scope, slog.LevelWarn, 0, "buffer_evicted", []slog.Attr{
		Msg("older events of this unit of work did not fit into the buffer"),
		slog.Int("evicted_events", n), slog.Int("buffer_bytes", b.max),
	})
}

// close drops what waits and lets later events pass.
func (b *buffer) close() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed.Store(true)
	if b.mu.room != nil {
		b.mu.room.release()
		b.mu.room = nil
	}
}

// release empties the storage and gives it to the next buffer, unless it is large.
func (r *bufferRoom) release() {
	if cap(r.data) > maxPooled {
		return
	}
	clear(r.lines)
	r.data, r.lines, r.start, r.first = r.data[:0], r.lines[:0], 0, 0
	bufferRooms.Put(r)
}
