package eventlog

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// A scope is what a context carries: the logger, the fields already encoded, the unit of work. It is replaced, never
// edited.
type scope struct {
	log    *Logger      // nil means Default()
	fields *fields      // of the context
	unit   *Unit        // nil outside of units of work
	level  slog.Leveler // nil means the logger's level
	buffer *buffer      // nil when nothing waits

	sampling sampling // whether level is debug by choice
}

type scopeKey struct{}

// A scopeContext is a context with a scope. It is a type of our own so that the scope is found at once where the
// context is passed on as it is.
type scopeContext struct {
	context.Context
	scope scope
}

func (c *scopeContext) Value(key any) any {
	if key == (scopeKey{}) {
		return &c.scope
	}
	return c.Context.Value(key)
}

// String names the context without reading what it carries.
func (c *scopeContext) String() string { return "eventlog.With" }

// scopesDiffer is set once a context may write other levels than its logger: see [Logger.quiet].
var scopesDiffer atomic.Bool

// scopeOf returns ctx's scope, or nil.
func scopeOf(ctx context.Context) *scope {
	if c, ok := ctx.(*scopeContext); ok {
		return &c.scope
	}
	return searchScope(ctx)
}

func searchScope(ctx context.Context) *scope {
	switch c := ctx.(type) {
	case nil:
		return nil
	case *unitContext:
		return &c.unit.own
	}
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// withScope returns ctx with a changed copy of its scope.
func withScope(ctx context.Context, change func(*scope)) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	c := &scopeContext{Context: ctx}
	if old := scopeOf(ctx); old != nil {
		c.scope = *old
	}
	change(&c.scope)
	c.scope.tell()
	return c
}

// tell notes that s may write other levels than its logger.
func (s *scope) tell() {
	if (s.level != nil || s.buffer != nil) && !scopesDiffer.Load() {
		scopesDiffer.Store(true)
	}
}

// With returns a context whose fields are on every event that is written with it or a context below it. They are
// encoded once, here; an attribute replaces an older one of the same key.
func With(ctx context.Context, attrs ...slog.Attr) context.Context {
	return withScope(ctx, func(s *scope) {
		s.fields = s.fields.with(loggerOf(s), attrs)
	})
}

// Into returns a context whose events go to l.
func (l *Logger) Into(ctx context.Context) context.Context {
	return withScope(ctx, func(s *scope) { s.log = l })
}

// From returns ctx's logger, or [Default].
func From(ctx context.Context) *Logger { return loggerOf(scopeOf(ctx)) }

func loggerOf(s *scope) *Logger {
	if s != nil && s.log != nil {
		return s.log
	}
	return Default()
}
