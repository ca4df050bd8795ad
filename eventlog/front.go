package eventlog

import (
	"context"
	"log/slog"
)

// The functions of this file must not be inlined and call log themselves: that is how the place of the call is found.

// Debug writes an event of level debug: tag names what happened, in the past tense, and belongs to this call alone.
//
//go:noinline
func (l *Logger) Debug(ctx context.Context, tag string, attrs ...slog.Attr) {
	if !l.quiet(slog.LevelDebug) {
		l.log(ctx, slog.LevelDebug, framePC(), tag, attrs)
	}
}

// Info writes an event of level info.
//
//go:noinline
func (l *Logger) Info(ctx context.Context, tag string, attrs ...slog.Attr) {
	if !l.quiet(slog.LevelInfo) {
		l.log(ctx, slog.LevelInfo, framePC(), tag, attrs)
	}
}

// Warn writes an event of level warn.
//
//go:noinline
func (l *Logger) Warn(ctx context.Context, tag string, attrs ...slog.Attr) {
	if !l.quiet(slog.LevelWarn) {
		l.log(ctx, slog.LevelWarn, framePC(), tag, attrs)
	}
}

// Error writes an event of level error. Where there is an error value, [Logger.Fail] says more.
//
//go:noinline
func (l *Logger) Error(ctx context.Context, tag string, attrs ...slog.Attr) {
	if !l.quiet(slog.LevelError) {
		l.log(ctx, slog.LevelError, framePC(), tag, attrs)
	}
}

// Fail writes an event of level error with err as data: error, error_type, error_chain, error_stack. A nil err is
// written as what it is, a mistake of the caller.
//
//go:noinline
func (l *Logger) Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr) {
	if !l.quiet(slog.LevelError) {
		var room [failAttrs]slog.Attr
		l.log(ctx, slog.LevelError, framePC(), tag, append(append(room[:0], Err(err)), attrs...))
	}
}

// failAttrs is how many attributes Fail takes, the error among them, without an allocation.
const failAttrs = 12

// Log writes an event of the given level.
//
//go:noinline
func (l *Logger) Log(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	if !l.quiet(level) {
		l.log(ctx, level, framePC(), tag, attrs)
	}
}

// Emit writes an event whatever the logger's level, past any buffer: for metrics and audits.
//
//go:noinline
func (l *Logger) Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	l.force(ctx, level, framePC(), tag, attrs)
}

// Debug writes an event with ctx's logger: see [Logger.Debug].
//
//go:noinline
func Debug(ctx context.Context, tag string, attrs ...slog.Attr) {
	if l := From(ctx); !l.quiet(slog.LevelDebug) {
		l.log(ctx, slog.LevelDebug, framePC(), tag, attrs)
	}
}

// Info writes an event with ctx's logger: see [Logger.Info].
//
//go:noinline
func Info(ctx context.Context, tag string, attrs ...slog.Attr) {
	if l := From(ctx); !l.quiet(slog.LevelInfo) {
		l.log(ctx, slog.LevelInfo, framePC(), tag, attrs)
	}
}

// Warn writes an event with ctx's logger: see [Logger.Warn].
//
//go:noinline
func Warn(ctx context.Context, tag string, attrs ...slog.Attr) {
	if l := From(ctx); !l.quiet(slog.LevelWarn) {
		l.log(ctx, slog.LevelWarn, framePC(), tag, attrs)
	}
}

// Error writes an event with ctx's logger: see [Logger.Error].
//
//go:noinline
func Error(ctx context.Context, tag string, attrs ...slog.Attr) {
	if l := From(ctx); !l.quiet(slog.LevelError) {
		l.log(ctx, slog.LevelError, framePC(), tag, attrs)
	}
}

// Fail writes an event with ctx's logger: see [Logger.Fail].
//
//go:noinline
func Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr) {
	if l := From(ctx); !l.quiet(slog.LevelError) {
		var room [failAttrs]slog.Attr
		l.log(ctx, slog.LevelError, framePC(), tag, append(append(room[:0], Err(err)), attrs...))
	}
}

// Emit writes an event with ctx's logger, whatever its level: see [Logger.Emit].
//
//go:noinline
func Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	From(ctx).force(ctx, level, framePC(), tag, attrs)
}
