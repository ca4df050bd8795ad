package eventlog

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A Unit is a unit of work: a request, a message, a run. It becomes one wide event at its end.
type Unit struct {
	mu           sync.Mutex
	ctx          context.Context
	done, failed string
	start        time.Time
	attrs        []slog.Attr
	ended        bool
	atEnd        []func(context.Context)
}

// Begin opens a unit of work: its one event is written by [Unit.End] or [Unit.Done].
func Begin(ctx context.Context, done, failed string, attrs ...slog.Attr) (context.Context, *Unit) {
	u := &Unit{done: done, failed: failed, start: From(ctx).sink.now(), attrs: attrs}
	ctx = withScope(ctx, func(s *scope) { s.unit = u })
	u.ctx = ctx
	return ctx, u
}

// Current returns ctx's unit of work, or nil.
func Current(ctx context.Context) *Unit {
	if s := scopeOf(ctx); s != nil {
		return s.unit
	}
	return nil
}

// Set adds fields to ctx's unit of work.
func Set(ctx context.Context, attrs ...slog.Attr) {
	if u := Current(ctx); u != nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.attrs = append(u.attrs, attrs...)
	}
}

// AtEnd has f run when the unit ends, before its event is written.
func (u *Unit) AtEnd(f func(context.Context)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.atEnd = append(u.atEnd, f)
}

// End writes the unit's event.
func (u *Unit) End(err error) {
	for _, f := range u.atEnd {
		f(u.ctx)
	}
	l := From(u.ctx)
	attrs := append(u.attrs, Ms("duration_ms", l.sink.now().Sub(u.start)))
	if err != nil {
		l.Fail(u.ctx, u.failed, err, append(attrs, slog.String("outcome", "failed"))...)
		return
	}
	l.Info(u.ctx, u.done, append(attrs, slog.String("outcome", "ok"))...)
}

// Done is for defer: it ends the unit with *err, or with the panic that is under way.
func (u *Unit) Done(err *error) { u.End(*err) }

// A Call is a call to another service: one event after it.
type Call struct{ unit *Unit }

// Try starts to time a call to another service.
func Try(ctx context.Context, sent, failed string, attrs ...slog.Attr) *Call {
	return &Call{unit: &Unit{ctx: ctx, done: sent, failed: failed, start: From(ctx).sink.now(), attrs: attrs}}
}

// End writes the call's event.
func (c *Call) End(err error) { c.unit.End(err) }
