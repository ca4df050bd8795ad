package eventlog

import (
	"context"
	"io"
	"log/slog"
	"testing"
)

// countingWriter keeps nothing.
type countingWriter struct{ bytes int64 }

//go:noinline
func (w *countingWriter) Write(b []byte) (int, error) {
	w.bytes += int64(len(b))
	return len(b), nil
}

var _ io.Writer = (*countingWriter)(nil)

// Benchmark writes events of the kinds that the module eventlog/bench compares with other loggers'.
func Benchmark(b *testing.B) {
	bg := context.Background()
	text, other, n, yes, f := "o-20261121-000173", "eu-central-1", int64(1234567), true, 12.345
	ten := []slog.Attr{slog.String("tenant", "acme"), slog.String("stage", "green"), slog.String("request_id", "dd7f0356-4203-4103-8c94-38cbf99b2994"),
		slog.String("org_id", "org-0127"), slog.String("user_id", "u-008244"), slog.String("site", "labels-api"), slog.String("region", "eu-central-1"),
		slog.String("host", "ip-10-0-3-17"), slog.Int64("pid", 4711), slog.Int64("shard", 7)}
	five := func(l *Logger, ctx context.Context) {
		l.Info(ctx, "label_created", slog.String("order", text), slog.String("region_to", other), slog.Int64("bytes", n), slog.Bool("cached", yes),
			slog.Float64("took_ms", f))
	}
	for _, bb := range []struct {
		name   string
		caller bool
		call   func(l *Logger, ctx context.Context)
	}{
		{"disabled", false, func(l *Logger, _ context.Context) { l.Debug(bg, "label_created", slog.String("order", text)) }},
		{"message", false, func(l *Logger, _ context.Context) { l.Info(bg, "label_created") }},
		{"5 fields", false, func(l *Logger, _ context.Context) { five(l, bg) }},
		{"10 fields", false, func(l *Logger, _ context.Context) {
			l.Info(bg, "label_created", slog.String("order", text), slog.String("region_to", other), slog.Int64("bytes", n), slog.Bool("cached", yes),
				slog.Float64("took_ms", f), slog.String("route", text), slog.Int64("status", 201), slog.Float64("share", 0.75),
				slog.String("span", other), slog.Time("due", someTime))
		}},
		{"5 fields and caller", true, func(l *Logger, _ context.Context) { five(l, bg) }},
		{"context, 5 fields and caller", true, five},
		{"group", false, func(l *Logger, _ context.Context) {
			l.Info(bg, "label_created", slog.Group("http", slog.Int("status", 201)))
		}},
		{"struct", false, func(l *Logger, _ context.Context) { l.Info(bg, "label_created", slog.Any("order", order{ID: 7})) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			w := &countingWriter{}
			l := New(Options{Writer: w, NoCaller: !bb.caller, Version: "4.18.0", Getenv: func(string) string { return "" }})
			ctx := With(l.Into(bg), ten...)
			bb.call(l, ctx)
			b.SetBytes(w.bytes)
			b.ReportAllocs()
			for b.Loop() {
				bb.call(l, ctx)
			}
		})
	}
}

func BenchmarkSlog(b *testing.B) {
	l := New(Options{Writer: &countingWriter{}, NoCaller: true, Getenv: func(string) string { return "" }}).Slog()
	ctx := context.Background()
	text, n, yes, f := "o-20261121-000173", int64(1234567), true, 12.345
	b.ReportAllocs()
	for b.Loop() {
		l.LogAttrs(ctx, slog.LevelInfo, "label_created", slog.String("order", text), slog.String("region_to", text), slog.Int64("bytes", n),
			slog.Bool("cached", yes), slog.Float64("took_ms", f))
	}
}

func BenchmarkWith(b *testing.B) {
	ctx := New(Options{Writer: io.Discard}).Into(context.Background())
	b.ReportAllocs()
	for b.Loop() {
		With(ctx, RequestID("dd7f0356-4203-4103-8c94-38cbf99b2994"), UserID("u-008244"))
	}
}
