package eventlog

import (
	"context"
	"log/slog"
)

// Debug writes an event of level debug: tag names what happened, in the past tense, and belongs to this call alone.
func (l *Logger) Debug(ctx context.Context, tag string, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, slog.LevelDebug) {
		l.emit(s, slog.LevelDebug, callerPC(1), tag, attrs)
	}
}

// Info writes an event of level info.
func (l *Logger) Info(ctx context.Context, tag string, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, slog.LevelInfo) {
		l.emit(s, slog.LevelInfo, callerPC(1), tag, attrs)
	}
}

// Warn writes an event of level warn.
func (l *Logger) Warn(ctx context.Context, tag string, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, slog.LevelWarn) {
		l.emit(s, slog.LevelWarn, callerPC(1), tag, attrs)
	}
}

// Error writes an event of level error. Where there is an error value, [Logger.Fail] says more.
func (l *Logger) Error(ctx context.Context, tag string, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, slog.LevelError) {
		l.emit(s, slog.LevelError, callerPC(1), tag, attrs)
	}
}

// Fail writes an event of level error with err as data: error, error_type, error_chain, error_stack. A nil err is
// written as what it is, a mistake of the caller.
func (l *Logger) Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, slog.LevelError) {
		l.emit(s, slog.LevelError, callerPC(1), tag, append([]slog.Attr{Err(err)}, attrs...))
	}
}

// Log writes an event of the given level.
func (l *Logger) Log(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	if s := scopeOf(ctx); l.enabled(s, level) {
		l.emit(s, level, callerPC(1), tag, attrs)
	}
}

// Emit writes an event whatever the logger's level: for metrics and audits.
func (l *Logger) Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	l.emit(scopeOf(ctx).unbuffered(), level, callerPC(1), tag, attrs)
}

// Debug writes an event with ctx's logger: see [Logger.Debug].
func Debug(ctx context.Context, tag string, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	if l := loggerOf(s); l.enabled(s, slog.LevelDebug) {
		l.emit(s, slog.LevelDebug, callerPC(1), tag, attrs)
	}
}

// Info writes an event with ctx's logger: see [Logger.Info].
func Info(ctx context.Context, tag string, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	if l := loggerOf(s); l.enabled(s, slog.LevelInfo) {
		l.emit(s, slog.LevelInfo, callerPC(1), tag, attrs)
	}
}

// Warn writes an event with ctx's logger: see [Logger.Warn].
func Warn(ctx context.Context, tag string, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	if l := loggerOf(s); l.enabled(s, slog.LevelWarn) {
		l.emit(s, slog.LevelWarn, callerPC(1), tag, attrs)
	}
}

// Error writes an event with ctx's logger: see [Logger.Error].
func Error(ctx context.Context, tag string, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	if l := loggerOf(s); l.enabled(s, slog.LevelError) {
		l.emit(s, slog.LevelError, callerPC(1), tag, attrs)
	}
}

// Fail writes an event with ctx's logger: see [Logger.Fail].
func Fail(ctx context.Context, tag string, err error, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	if l := loggerOf(s); l.enabled(s, slog.LevelError) {
		l.emit(s, slog.LevelError, callerPC(1), tag, append([]slog.Attr{Err(err)}, attrs...))
	}
}

// Emit writes an event with ctx's logger, whatever its level: see [Logger.Emit].
func Emit(ctx context.Context, level slog.Level, tag string, attrs ...slog.Attr) {
	s := scopeOf(ctx)
	loggerOf(s).emit(s.unbuffered(), level, callerPC(1), tag, attrs)
}
