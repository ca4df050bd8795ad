package bench

import (
	"context"
	"io"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/phuslu/log"
	"github.com/rs/zerolog"
	"go.uber.org/zap/exp/zapslog"
)

// slogs are the handlers behind log/slog's front end.
var slogs = []Logger{
	slogOver("eventlog", func(w io.Writer, c Case) slog.Handler {
		return eventlog.New(oursOptions(w, c)).Handler()
	}),
	slogOver("slog.JSONHandler", func(w io.Writer, c Case) slog.Handler {
		return slog.NewJSONHandler(w, &slog.HandlerOptions{AddSource: c == CallerFive})
	}),
	slogOver("phuslu SlogNewJSONHandler", func(w io.Writer, c Case) slog.Handler {
		return log.SlogNewJSONHandler(w, &slog.HandlerOptions{AddSource: c == CallerFive})
	}),
	slogOver("phuslu Slog()", func(w io.Writer, c Case) slog.Handler {
		if c == CallerFive {
			return nil
		}
		return phusluLogger(w).Slog().Handler()
	}),
	slogOver("zerolog.NewSlogHandler", func(w io.Writer, c Case) slog.Handler {
		if c == CallerFive {
			return nil
		}
		return zerolog.NewSlogHandler(zerolog.New(w).Level(zerolog.InfoLevel))
	}),
	slogOver("zapslog", func(w io.Writer, c Case) slog.Handler {
		return zapslog.NewHandler(zapCore(w), zapslog.WithCaller(c == CallerFive), zapslog.AddStacktraceAt(slog.LevelError+1))
	}),
	slogOver("no handler", func(io.Writer, Case) slog.Handler { return nop{} }),
}

func slogOver(name string, handler func(io.Writer, Case) slog.Handler) Logger {
	return Logger{Name: name, Front: "slog", Build: func(w io.Writer, c Case) func() {
		h := handler(w, c)
		if h == nil {
			return nil
		}
		ctx := background
		switch c {
		case Context, ContextFive:
			h = h.WithAttrs(contextAttrs)
		case ContextPlace:
			if name != "eventlog" {
				return nil
			}
			ctx = eventlog.With(ctx, contextAttrs...)
		}
		return slogCall(ctx, slog.New(h), c)
	}}
}

func slogCall(ctx context.Context, l *slog.Logger, c Case) func() {
	switch c {
	case Disabled:
		return func() {
			l.LogAttrs(ctx, slog.LevelDebug, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1))
		}
	case Message, Context:
		return func() { l.LogAttrs(ctx, slog.LevelInfo, "label_created") }
	case Five, ContextFive, CallerFive, ContextPlace:
		return func() {
			l.LogAttrs(ctx, slog.LevelInfo, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1))
		}
	case Ten, ParallelTen:
		return func() {
			l.LogAttrs(ctx, slog.LevelInfo, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1),
				slog.String("route", text3), slog.Int64("status", int2), slog.Float64("share", float2),
				slog.String("span", text4), slog.Time("due", moment))
		}
	case Error:
		return func() { l.LogAttrs(ctx, slog.LevelError, "label_created", slog.Any("error", errCarrier)) }
	}
	return nil
}

// nop is a handler that does nothing: what is left is the price of slog.Logger.
type nop struct{}

func (nop) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }
func (nop) Handle(context.Context, slog.Record) error        { return nil }
func (n nop) WithAttrs([]slog.Attr) slog.Handler             { return n }
func (n nop) WithGroup(string) slog.Handler                  { return n }
