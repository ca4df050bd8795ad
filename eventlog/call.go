package eventlog

import (
	"context"
	"log/slog"
)

// A Call is a call to somebody else: another service, a database, a process. It becomes one event after it came back.
// Its methods are safe for many goroutines at once.
type Call struct{ span }

// Try starts to time a call. Its one event is written by [Call.End] or [Call.Done]: sent names it if the call went
// well (label_order_sent), failed if not (label_order_failed). fn and pkg are those of Try's caller.
//
//go:noinline
func Try(ctx context.Context, sent, failed string, attrs ...slog.Attr) *Call {
	s := scopeOf(ctx)
	l := loggerOf(s)
	c := &Call{}
	c.span.begin(l, s, l.beganAt(framePC()), sent, failed, attrs)
	return c
}

// Set adds fields to the call's event, such as the number of attempts or the status; one of a key that it has already
// is replaced. See [Unit.Set] for the limits.
func (c *Call) Set(attrs ...slog.Attr) { c.span.set(attrs) }

// End writes the call's event: if err is nil under the name sent, level info, outcome ok; else under the name failed,
// level error, outcome failed, with err as data (see [Err]). Both have duration_ms. A call ends once, as a unit does.
//
//go:noinline
func (c *Call) End(err error) {
	c.end(c.resultOfReturn(err, framePC()))
}

func (c *Call) end(r result) {
	if c.startEnd() {
		c.span.write(r, false)
	}
}

// Done is for defer and must be deferred itself: it ends the call with *err, or with the panic that is under way,
// which goes on. See [Unit.Done].
//
//go:noinline
func (c *Call) Done(err *error) {
	if v := recover(); v != nil {
		c.end(resultOfPanic(v))
		panic(v)
	}
	var failure error
	if err != nil {
		failure = *err
	}
	c.end(c.resultOfReturn(failure, framePC()))
}
