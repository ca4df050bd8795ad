package eventlog

import "log/slog"

// A buffer keeps the low events of a unit of work until its end. A nil buffer keeps none.
type buffer struct{ level slog.Level }

func (b *buffer) keeps(level slog.Level) bool { return b != nil && level <= b.level }

func (b *buffer) add(l *Logger, line []byte) {}
