package eventlog

import (
	"context"
	"log/slog"
)

// A handler is the logger behind log/slog.
type handler struct {
	log    *Logger
	prefix string // of open groups, dotted, with a dot at the end
}

// Handler returns a slog.Handler that writes to l: the record's message becomes msg, groups become dotted keys.
func (l *Logger) Handler() slog.Handler { return &handler{log: l} }

// Slog returns a slog.Logger over l. slog.SetDefault(l.Slog()) brings libraries and log.Printf into the same lines.
func (l *Logger) Slog() *slog.Logger { return slog.New(l.Handler()) }

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.log.Enabled(ctx, level)
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	attrs := []slog.Attr{Msg(r.Message)}
	r.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
	h.log.emit(scopeOf(ctx), r.Level, r.PC, "", attrs)
	return nil
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{log: h.log.With(attrs...), prefix: h.prefix}
}

func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{log: h.log, prefix: h.prefix + name + "."}
}
