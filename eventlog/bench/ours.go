package bench

import (
	"io"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// ours is eventlog's own front end. Caller fields (fn, pkg) are on only where the case asks for the place.
var ours = Logger{Name: "eventlog", Front: "native", Build: func(w io.Writer, c Case) func() {
	l := eventlog.New(oursOptions(w, c))
	ctx := background
	switch c {
	case Context, ContextFive, ContextPlace:
		ctx = eventlog.With(l.Into(ctx), contextAttrs...)
	}
	switch c {
	case Disabled:
		return func() {
			l.Debug(ctx, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1))
		}
	case Message, Context:
		return func() { l.Info(ctx, "label_created") }
	case Five, ContextFive, CallerFive, ContextPlace:
		return func() {
			l.Info(ctx, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1))
		}
	case Ten, ParallelTen:
		return func() {
			l.Info(ctx, "label_created", slog.String("order", text1), slog.String("region_to", text2),
				slog.Int64("bytes", int1), slog.Bool("cached", bool1), slog.Float64("took_ms", float1),
				slog.String("route", text3), slog.Int64("status", int2), slog.Float64("share", float2),
				slog.String("span", text4), slog.Time("due", moment))
		}
	case Error:
		return func() { l.Error(ctx, "label_created", slog.Any("error", errCarrier)) }
	case ErrorStack:
		return func() { deep(frames, func() { l.Fail(ctx, "label_created", eventlog.WithStack(errCarrier)) }) }
	}
	return nil
}}

func oursOptions(w io.Writer, c Case) eventlog.Options {
	return eventlog.Options{
		Writer: w, Version: "4.18.0", Env: "prod", Getenv: func(string) string { return "" },
		NoCaller: c != CallerFive && c != ContextPlace,
	}
}
