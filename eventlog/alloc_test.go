package eventlog

import (
	"context"
	"io"
	"log/slog"
	"testing"
)

func TestNothingIsAllocated(t *testing.T) {
	l := New(Options{Writer: io.Discard, Getenv: func(string) string { return "" }})
	bg := context.Background()
	ctx := With(l.Into(bg), RequestID("dd7f0356-4203-4103-8c94-38cbf99b2994"), UserID("u-008244"), slog.Int("shard", 7))
	below, cancel := context.WithCancel(ctx)
	defer cancel()
	sl := l.Slog()
	text := "o-20261121-000173"
	for _, tt := range []struct {
		name string
		call func()
	}{
		{"disabled", func() { l.Debug(bg, "x", slog.String("order", text), slog.Int("n", 1)) }},
		{"message", func() { l.Info(bg, "x") }},
		{"ten fields", func() {
			l.Info(bg, "x", slog.String("order", text), slog.String("region", text), slog.Int("bytes", 1234567),
				slog.Bool("cached", true), slog.Float64("took_ms", 12.345), slog.String("route", text), slog.Int("status", 201),
				slog.Float64("share", 0.75), slog.String("span", text), slog.Time("due", someTime))
		}},
		{"durations, groups and head keys", func() {
			l.Info(bg, "x", slog.Duration("took_ms", 1), slog.String("level", text), slog.String("a key that is a long one", text), Ms("a_ms", 1))
		}},
		{"message beside the tag", func() { l.Info(bg, "x", slog.Int("n", 1), Msg("text")) }},
		{"context", func() { l.Info(ctx, "x", slog.Int("n", 1)) }},
		{"context below", func() { Info(below, "x", slog.Int("n", 1)) }},
		{"duplicate", func() { l.Info(ctx, "x", slog.Int("n", 1), slog.Int("n", 1), slog.Int("shard", 2)) }},
		{"escapes", func() { l.Info(bg, "x", slog.String("n", "a\n\"b\"\xff")) }},
		{"metrics", func() { l.Emit(ctx, slog.LevelDebug, "x", slog.Int("n", 1)) }},
		{"through slog", func() { sl.LogAttrs(ctx, slog.LevelInfo, "x") }},
		{"five attributes through slog", func() {
			sl.LogAttrs(ctx, slog.LevelInfo, "x", slog.String("order", text), slog.String("tag", text), slog.Int("bytes", 1234567),
				slog.Bool("cached", true), slog.Float64("took_ms", 12.345))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n := testing.AllocsPerRun(200, tt.call); n != 0 {
				t.Errorf("%v allocations, want none", n)
			}
		})
	}
}
