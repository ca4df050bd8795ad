package eventlog

import (
	"context"
	"log/slog"
)

// A scope is what a context carries: the logger, the fields already encoded, the unit of work. It is replaced, never
// edited.
type scope struct {
	log    *Logger      // nil means Default()
	fields fields       // of the context
	unit   *Unit        // nil outside of units of work
	level  slog.Leveler // nil means the logger's level
	buffer *buffer      // nil when nothing waits

	sampling sampling // whether level is debug by choice
}

type scopeKey struct{}

// scopeOf returns ctx's scope, or nil.
func scopeOf(ctx context.Context) *scope {
	if ctx == nil {
		return nil
	}
	s, _ := ctx.Value(scopeKey{}).(*scope)
	return s
}

// withScope returns ctx with a changed copy of its scope.
func withScope(ctx context.Context, change func(*scope)) context.Context {
	var s scope
	if old := scopeOf(ctx); old != nil {
		s = *old
	}
	change(&s)
	return context.WithValue(ctx, scopeKey{}, &s)
}

// With returns a context whose fields are on every event that is written with it or a context below it. They are
// encoded once, here. A key that the context has already keeps its first value.
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
