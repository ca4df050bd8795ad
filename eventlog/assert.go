package eventlog

import (
	"context"
	"log/slog"
)

// Assert reports whether ok. If not, it writes an event assertion_failed of level error, with tag as the field
// assertion, attrs, and the stack of the call as error_stack; it never panics. It is for what cannot be:
//
//	if !eventlog.Assert(ctx, cents >= 0, "balance_not_negative", slog.Int("cents", cents)) {
//		return errBalance
//	}
//
// No sampling leaves the event out.
func Assert(ctx context.Context, ok bool, tag string, attrs ...slog.Attr) bool {
	if !ok {
		assertionFailed(ctx, tag, attrs)
	}
	return ok
}

// assertKeys are the fields of assertion_failed that a context's or logger's cannot stand for.
var assertKeys = append([]string{"assertion"}, errorKeys...)

func assertionFailed(ctx context.Context, tag string, attrs []slog.Attr) {
	s := scopeOf(ctx)
	l := loggerOf(s)
	if !l.enabled(s, slog.LevelError) {
		return
	}
	var at stack
	at.callers(2)
	all := make([]slog.Attr, 0, len(attrs)+2)
	all = append(all, slog.String("assertion", tag))
	all = append(all, attrs...)
	if t := textOf(at.places()); t != nil {
		all = append(all, slog.Attr{Key: "error_stack", Value: t.value})
	}
	l.emitOwn(s, at.innermost(), "assertion_failed", assertKeys, all)
}
