package eventlog

import (
	"context"
	"log/slog"
)

// Assert reports whether ok. If not, it writes an event assertion_failed of level error, with tag as the field
// assertion, attrs, and the stack as error_stack; it never panics. It is for what cannot be:
//
//	if !eventlog.Assert(ctx, cents >= 0, "balance_not_negative", slog.Int("cents", cents)) {
//		return errBalance
//	}
//
// The event is written whatever the sampling.
func Assert(ctx context.Context, ok bool, tag string, attrs ...slog.Attr) bool {
	if !ok {
		assertionFailed(ctx, tag, attrs)
	}
	return ok
}

func assertionFailed(ctx context.Context, tag string, attrs []slog.Attr) {
	var st stack
	st.callers(2)
	s := scopeOf(ctx)
	l := loggerOf(s)
	if !l.enabled(s, slog.LevelError) {
		return
	}
	all := make([]slog.Attr, 0, len(attrs)+2)
	all = append(all, slog.String("assertion", tag))
	all = append(all, attrs...)
	all = append(all, slog.String("error_stack", textOf(st.places()).text))
	l.emit(s, slog.LevelError, st.site(), "assertion_failed", all)
}
