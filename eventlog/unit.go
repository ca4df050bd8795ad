package eventlog

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// A Unit is a unit of work: a request, a message, a run. It becomes one wide event at its end. Its methods are safe
// for many goroutines at once, and do nothing on a nil Unit.
type Unit struct {
	span
	own    scope // of ctx
	ctx    unitContext
	waited *buffer     // own.buffer, if this unit opened it
	always atomic.Bool // see Always
}

// Begin opens a unit of work. Its one event is written by [Unit.End] or [Unit.Done]: done names it if the work went
// well, failed if not. attrs are its first fields; [Set], [Add] and [AddMs] give it more from anywhere below the
// returned context. fn and pkg are those of Begin's caller.
//
// Begin decides whether the unit is sampled (see [Sampled]) and opens the buffer of [Options.Buffer]. A unit inside
// another is an event of its own: fields go to the innermost one, while sampling and buffer are those of the
// outermost.
//
//go:noinline
func Begin(ctx context.Context, done, failed string, attrs ...slog.Attr) (context.Context, *Unit) {
	if ctx == nil {
		ctx = context.Background()
	}
	u := &Unit{}
	if s := scopeOf(ctx); s != nil {
		u.own = *s
	}
	u.own.unit = u
	u.ctx = unitContext{Context: ctx, unit: u}
	l := loggerOf(&u.own)
	u.own.sample(l)
	u.waited = u.own.wait(l)
	u.own.tell()
	u.span.begin(l, &u.own, l.beganAt(framePC()), done, failed, attrs)
	return &u.ctx, u
}

// A unitContext is a context whose scope is its unit's.
type unitContext struct {
	context.Context
	unit *Unit
}

func (c *unitContext) Value(key any) any {
	if key == (scopeKey{}) {
		return &c.unit.own
	}
	return c.Context.Value(key)
}

// String names the context without reading what changes under it.
func (c *unitContext) String() string { return "eventlog.Begin(" + c.unit.done + ")" }

// Current returns ctx's innermost unit of work, or nil.
func Current(ctx context.Context) *Unit {
	if s := scopeOf(ctx); s != nil {
		return s.unit
	}
	return nil
}

// Set adds fields to ctx's unit of work; one of a key that the unit has already is replaced. Outside of a unit it
// does nothing. See [Unit.Set].
func Set(ctx context.Context, attrs ...slog.Attr) { Current(ctx).Set(attrs...) }

// Add sums n onto a field of ctx's unit of work. Outside of a unit it does nothing. See [Unit.Add].
func Add(ctx context.Context, key string, n int64) { Current(ctx).Add(key, n) }

// AddMs sums d onto a field of ctx's unit of work, in milliseconds. Outside of a unit it does nothing. See
// [Unit.AddMs].
func AddMs(ctx context.Context, key string, d time.Duration) { Current(ctx).AddMs(key, d) }

// Set adds fields to the unit's event; one of a key that it has already is replaced. Groups become fields with dotted
// keys, a time.Duration becomes milliseconds. A unit takes 160 fields; the event counts what is over in
// dropped_fields and names the first ten in dropped_keys. Fields set after the end are counted ([Stats.LateFields])
// and reported ([FieldLate]). Values are
// encoded now: later changes behind pointers do not show.
func (u *Unit) Set(attrs ...slog.Attr) {
	if u != nil {
		u.span.set(attrs)
	}
}

// Add sums n onto the unit's field of this key, which starts at 0. A sum that no int64 holds stays at the nearest
// one. A field that is no number is replaced.
func (u *Unit) Add(key string, n int64) {
	if u != nil {
		u.span.add(key, n)
	}
}

// AddMs sums d onto the unit's field of this key, which is written as a number of milliseconds; the key should end in
// _ms. A field that is no number is replaced.
func (u *Unit) AddMs(key string, d time.Duration) {
	if u != nil {
		u.span.addMs(key, d)
	}
}

// AtEnd has f run when the unit ends, before its event is written: f may still set fields. Functions run in the order
// they came in, in the goroutine that ends the unit, with the unit's context. One that comes after the end runs at
// once. A panic in f is written as an event of its own, at_end_panicked, and goes no further.
func (u *Unit) AtEnd(f func(ctx context.Context)) {
	if u == nil {
		return
	}
	u.mu.Lock()
	over := u.mu.stage == ended
	if !over {
		u.mu.atEnd = append(u.mu.atEnd, f)
	}
	u.mu.Unlock()
	if over {
		u.runAtEnd(f)
	}
}

func (u *Unit) runAtEnd(f func(ctx context.Context)) {
	defer func() {
		if v := recover(); v != nil {
			p := panicked(v)
			u.log.emit(&u.own, slog.LevelError, p.stack.innermost(), "at_end_panicked", []slog.Attr{slog.Any("error", p)})
		}
	}()
	f(&u.ctx)
}

// nextAtEnd removes the first function that AtEnd took, or returns nil.
func (u *Unit) nextAtEnd() func(context.Context) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.mu.atEnd) == 0 {
		return nil
	}
	f := u.mu.atEnd[0]
	u.mu.atEnd = u.mu.atEnd[1:]
	return f
}

// Flush writes what waits in the unit's buffer (see [Options.Buffer]) now, before it is known how the unit ends: for
// a deadline that nobody may live to see.
func (u *Unit) Flush() {
	if u != nil {
		u.own.buffer.flush()
	}
}

// Always has the unit's event written whatever the logger's level, as [Logger.Emit] does: for one that carries metrics,
// or that an audit needs.
func (u *Unit) Always() {
	if u != nil {
		u.always.Store(true)
	}
}

// End writes the unit's event: if err is nil under the name done, level info, outcome ok; else under the name failed,
// level error, outcome failed, with err as data (see [Err]). Both have duration_ms, from Begin until now. These
// fields win over others of the same key. What waited in the buffer is written before a failure and dropped
// otherwise. An End(nil) that a deferred function calls while a panic is under way, even one it has just recovered, is
// no success but outcome panicked: give End what was recovered as an error, or defer [Unit.Done].
//
// A unit ends once: later calls are counted ([Stats.EndedTwice]) and reported ([EndedTwice]).
//
//go:noinline
func (u *Unit) End(err error) {
	if u == nil {
		return
	}
	u.end(u.resultOfReturn(err, framePC()))
}

func (u *Unit) end(r result) {
	if !u.startEnd() {
		return
	}
	for f := u.nextAtEnd(); f != nil; f = u.nextAtEnd() {
		u.runAtEnd(f)
	}
	if r.err != nil {
		u.own.buffer.flush()
	}
	u.waited.close()
	if u.always.Load() {
		f := u.take()
		defer f.release()
		u.emit(u.own.unbuffered(), f, r)
		return
	}
	u.span.write(r, true)
}

// Done is for defer and must be deferred itself, not called by a deferred function:
//
//	ctx, unit := eventlog.Begin(ctx, "label_created", "label_creation_failed")
//	defer unit.Done(&err)
//
// It ends the unit as [Unit.End] does with *err. If a panic is under way, the event has outcome panicked, the panic's
// value as the error and the place of the panic as error_stack, and the panic goes on with the same value. A
// goroutine that leaves by runtime.Goexit is a failure of error_type runtime.Goexit. http.ErrAbortHandler, with which
// a handler breaks off its response on purpose, is a failure of level warn. A nil pointer stands for a nil error.
//
// Called by a deferred function in a panic, Done cannot see the panic's value and writes that instead.
//
//go:noinline
func (u *Unit) Done(err *error) {
	if v := recover(); v != nil {
		if u != nil {
			u.end(resultOfPanic(v))
		}
		panic(v)
	}
	if u == nil {
		return
	}
	var failure error
	if err != nil {
		failure = *err
	}
	u.end(u.resultOfReturn(failure, framePC()))
}
