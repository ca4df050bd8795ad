package eventlog

import (
	"context"
	"log/slog"
	"os"
	"sync/atomic"
)

// A Logger writes events. Its methods are safe for concurrent use.
type Logger struct {
	sink   *sink      // shared by a logger and its children
	fields *fields    // service, env, version and what With added
	keys   filter     // of the reserved keys and of fields
	plan   []headPart // how an event starts, if not in the usual order
}

// New returns a logger. It reads the environment where o leaves something open, and touches nothing else.
func New(o Options) *Logger {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	l := newLogger(newSink(o), nil)
	l = l.With(fixedFields(o)...)
	l.sink.startLevel()
	for _, key := range l.sink.takenKeys {
		l.sink.problem(Problem{Kind: KeyTaken, Key: key})
	}
	return l
}

// newLogger returns a logger that writes f to s.
func newLogger(s *sink, f *fields) *Logger {
	l := &Logger{sink: s, fields: f, keys: s.reservedKeys}
	if f != nil {
		l.keys.join(&f.keys)
	}
	if s.planned {
		l.plan = newPlan(s, f)
	}
	return l
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

// With returns a logger whose events carry attrs too. They are encoded once, here; an attribute replaces an older one of
// the same key.
func (l *Logger) With(attrs ...slog.Attr) *Logger {
	return newLogger(l.sink, l.fields.with(l, attrs))
}

// Stats returns what l, its parent and its children counted until now.
func (l *Logger) Stats() Stats {
	c := &l.sink.stats
	return Stats{
		Written: l.sink.writtenEvents(), WriteErrors: c.writeErrors.Load(), SlowWrites: c.slowWrites.Load(),
		Truncated: c.truncated.Load(), DuplicateKeys: c.duplicateKeys.Load(), Evicted: c.evicted.Load(),
		LateFields: c.lateFields.Load(), DroppedFields: c.droppedFields.Load(), EndedTwice: c.endedTwice.Load(),
	}
}

// Enabled reports whether an event of this level would be written, or kept in the unit's buffer.
func (l *Logger) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= l.sink.level.Level() || scopesDiffer.Load() && l.enabled(scopeOf(ctx), level)
}

// quiet reports, without a look at the context, that an event of this level is not written. False says nothing.
func (l *Logger) quiet(level slog.Level) bool {
	return level < l.sink.level.Level() && !scopesDiffer.Load()
}

func (l *Logger) enabled(s *scope, level slog.Level) bool {
	if level >= l.sink.level.Level() {
		return true
	}
	return s != nil && (s.level != nil && level >= s.level.Level() || s.buffer.keeps(level))
}
