package eventlog

import (
	"context"
	"log/slog"
)

// A handler is the logger behind log/slog.
type handler struct {
	log    *Logger
	prefix string // of open groups, encoded, with a dot at the end
}

// Handler returns a slog.Handler that writes to l. The record's message becomes msg, an attribute tag of the record the
// event's tag, groups become dotted keys. It ignores what slog says a handler should ignore: empty attributes and
// groups, and a time of zero.
func (l *Logger) Handler() slog.Handler { return &handler{log: l} }

// Slog returns a slog.Logger over l. slog.SetDefault(l.Slog()) brings libraries and log.Printf into the same lines.
func (l *Logger) Slog() *slog.Logger { return slog.New(l.Handler()) }

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.log.Enabled(ctx, level)
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	s := scopeOf(ctx)
	e := newEvent(h.log)
	var msg *slog.Value
	if r.Message != "" {
		v := slog.StringValue(r.Message)
		msg = &v
	}
	e.open(r.Time, r.Level, "", msg)
	e.addContext(s, h.log.siteOf(r.PC))
	if r.NumAttrs() > 0 {
		h.addAttrs(e, &r)
	}
	e.close(s, r.Level)
	return nil
}

// addAttrs writes a record's attributes. The tag's place is far before them.
func (h *handler) addAttrs(e *event, r *slog.Record) {
	e.prefix = append(e.prefix, h.prefix...)
	tag := ""
	r.Attrs(func(a slog.Attr) bool {
		if len(a.Key) == 3 && a.Key == "tag" && tag == "" && a.Value.Kind() == slog.KindString {
			tag = a.Value.String()
		} else {
			e.addAttr(a)
		}
		return true
	})
	if tag != "" {
		e.insertTag(tag)
	}
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	return &handler{newLogger(h.log.sink, h.log.fields.withGroup(h.log, h.prefix, attrs)), h.prefix}
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &handler{h.log, string(append(appendInner([]byte(h.prefix), name), '.'))}
}
