package eventlog

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Logger writes events. Its methods are safe for concurrent use.
type Logger struct {
	sink   *sink  // shared by a logger and its children
	fields fields // service, env, version and what With added
}

// New returns a logger. It reads the environment where o leaves something open, and touches nothing else.
func New(o Options) *Logger {
	return newLogger(o)
}

var defaultLogger atomic.Pointer[Logger]

// Default returns the logger of the package's functions: what [SetDefault] set, else one with the zero [Options].
func Default() *Logger {
	if l := defaultLogger.Load(); l != nil {
		return l
	}
	defaultLogger.CompareAndSwap(nil, New(Options{}))
	return defaultLogger.Load()
}

// SetDefault makes l the logger of contexts that carry none. It leaves slog's default alone: see [Logger.Slog].
func SetDefault(l *Logger) { defaultLogger.Store(l) }

// A sink is where a logger and its children write to, and what they count.
type sink struct {
	w     io.Writer
	level slog.LevelVar
	opts  Options
	now   func() time.Time
	stats counters

	sampleRate float64        // of units of work, 0 to 1
	random     func() float64 // decides which

	mu     sync.Mutex // held over w.Write unless w is an *os.File
	serial bool       // w needs mu
}

type counters struct {
	written, writeErrors, slowWrites, truncated, duplicateKeys, evicted, lateFields, droppedFields, endedTwice atomic.Uint64
}

func newLogger(o Options) *Logger {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Writer == nil {
		o.Writer = os.Stdout
	}
	s := &sink{w: o.Writer, opts: o, now: o.Now}
	_, file := o.Writer.(*os.File)
	s.serial = !file
	s.sampleRate, s.random = sampleRate(o), randomOf(o)
	s.level.Set(startLevel(o))
	l := &Logger{sink: s}
	return l.With(fixedFields(o)...)
}

// With returns a logger whose events carry attrs too. They are encoded once, here; a key that l has already keeps its
// first value.
func (l *Logger) With(attrs ...slog.Attr) *Logger {
	return &Logger{sink: l.sink, fields: l.fields.with(l, attrs)}
}

// SetLevel sets the lowest level that l, its parent and its children write.
func (l *Logger) SetLevel(level slog.Level) { l.sink.level.Set(level) }

// Stats returns what l, its parent and its children counted until now.
func (l *Logger) Stats() Stats {
	c := &l.sink.stats
	return Stats{
		Written: c.written.Load(), WriteErrors: c.writeErrors.Load(), SlowWrites: c.slowWrites.Load(),
		Truncated: c.truncated.Load(), DuplicateKeys: c.duplicateKeys.Load(), Evicted: c.evicted.Load(),
		LateFields: c.lateFields.Load(), DroppedFields: c.droppedFields.Load(), EndedTwice: c.endedTwice.Load(),
	}
}

// Enabled reports whether an event of this level would be written, or kept in the unit's buffer.
func (l *Logger) Enabled(ctx context.Context, level slog.Level) bool {
	return l.enabled(scopeOf(ctx), level)
}

func (l *Logger) enabled(s *scope, level slog.Level) bool {
	if s == nil {
		return level >= l.sink.level.Level()
	}
	if s.level != nil && level >= s.level.Level() {
		return true
	}
	return level >= l.sink.level.Level() || s.buffer.keeps(level)
}
