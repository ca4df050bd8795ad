package eventlog

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
)

// A handler is the logger behind log/slog.
type handler struct {
	log    *Logger
	prefix string // of open groups, encoded, with a dot at the end
	tag    string // of records that have none
}

// Handler returns a slog.Handler that writes to l. The record's message becomes msg, its attribute tag, else that of
// slog.Logger.With, the event's tag, and groups become dotted keys. It ignores what slog says a handler should ignore: empty attributes and
// groups, and a time of zero.
func (l *Logger) Handler() slog.Handler { return &handler{log: l} }

// Slog returns a slog.Logger over l. slog.SetDefault(l.Slog()) brings libraries and log.Printf into the same lines.
func (l *Logger) Slog() *slog.Logger { return slog.New(l.Handler()) }

func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.log.Enabled(ctx, level)
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	s := scopeOf(ctx)
	if first, more := recordAttrs(&r); len(first) > 0 {
		h.handle(s, &r, first, more)
		return nil
	}
	e := h.log.nextEvent(s, true)
	whole := false
	defer func() {
		if !whole {
			e.abandon()
		}
	}()
	e.openRecord(s, &r, h.tag)
	whole = true
	e.close(s, r.Level)
	return nil
}

// handle writes a record with its attributes. Its attribute tag, if that is a text outside of groups, is the event's
// tag.
func (h *handler) handle(s *scope, r *slog.Record, first, more []slog.Attr) {
	i, plain1 := look(first, "tag")
	j, plain2 := look(more, "tag")
	e := h.log.nextEvent(s, plain1 && plain2)
	whole := false
	defer func() {
		if !whole {
			e.abandon()
		}
	}()
	switch {
	case i >= 0 && h.prefix == "" && first[i].Value.Kind() == slog.KindString:
		e.openRecord(s, r, first[i].Value.String())
		e.addAttrs(first[:i])
		first = first[i+1:]
	case j >= 0 && h.prefix == "" && more[j].Value.Kind() == slog.KindString:
		e.openRecord(s, r, more[j].Value.String())
		e.addAttrs(first)
		first, more = more[:j], more[j+1:]
	default:
		e.openRecord(s, r, h.tag)
	}
	e.prefix = append(e.prefix, h.prefix...)
	e.addAttrs(first)
	if len(more) > 0 {
		e.addAttrs(more)
	}
	whole = true
	e.close(s, r.Level)
}

// openRecord writes what comes before a record's attributes.
func (e *event) openRecord(s *scope, r *slog.Record, tag string) {
	var msg *slog.Value
	if r.Message != "" {
		v := slog.StringValue(r.Message)
		msg = &v
	}
	e.open(r.Time, r.Level, tag, msg)
	e.addContext(s, e.log.siteOf(r.PC))
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	if h.prefix == "" {
		with.tag, attrs = cutTag(h.tag, attrs)
	}
	if len(attrs) > 0 {
		with.log = newLogger(h.log.sink, h.log.fields.withGroup(h.log, h.prefix, attrs))
	}
	return &with
}

// cutTag returns the last tag of attrs, else the one given, and the other attributes.
func cutTag(tag string, attrs []slog.Attr) (string, []slog.Attr) {
	others := make([]slog.Attr, 0, len(attrs))
	for _, a := range attrs {
		if a.Key == "tag" && a.Value.Kind() == slog.KindString {
			tag = a.Value.String()
		} else {
			others = append(others, a)
		}
	}
	return tag, others
}

func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.prefix = string(append(jsontext.AppendInner([]byte(h.prefix), name), '.'))
	return &with
}
