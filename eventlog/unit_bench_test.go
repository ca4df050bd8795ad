package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// countingWriter is where benchmarks write to.
type countingWriter struct{ bytes int64 }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.bytes += int64(len(p))
	return len(p), nil
}

func benchLogger(o eventlog.Options) (context.Context, *countingWriter) {
	w := &countingWriter{}
	o.Writer, o.Service, o.Env = w, "labels", "prod"
	return eventlog.New(o).Into(context.Background()), w
}

// BenchmarkWideEvent is a unit of work whose event has 40 fields that were set five at a time.
func BenchmarkWideEvent(b *testing.B) {
	ctx, w := benchLogger(eventlog.Options{})
	var sets [8][5]slog.Attr
	for i := range sets {
		key := func(name string) string { return name + "_" + strconv.Itoa(i) }
		sets[i] = [5]slog.Attr{
			slog.String(key("route"), "/labels/{id}"), slog.String(key("plan"), "business"),
			slog.Int64(key("count"), int64(i)), slog.Bool(key("cached"), true), slog.Float64(key("share"), 12.345),
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		ctx, u := eventlog.Begin(ctx, "label_created", "label_creation_failed")
		for i := range sets {
			eventlog.Set(ctx, sets[i][:]...)
		}
		u.End(nil)
	}
	b.SetBytes(w.bytes / int64(max(b.N, 1)))
}

// BenchmarkUnit is the least a unit of work can do.
func BenchmarkUnit(b *testing.B) {
	for _, bm := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"End", func(ctx context.Context) error {
			_, u := eventlog.Begin(ctx, "label_created", "label_creation_failed")
			u.End(nil)
			return nil
		}},
		{"Done", func(ctx context.Context) (err error) {
			_, u := eventlog.Begin(ctx, "label_created", "label_creation_failed")
			defer u.Done(&err)
			return nil
		}},
		{"Add", func(ctx context.Context) error {
			ctx, u := eventlog.Begin(ctx, "label_created", "label_creation_failed")
			for range 10 {
				eventlog.Add(ctx, "db_queries", 1)
				eventlog.AddMs(ctx, "db_ms", time.Millisecond)
			}
			u.End(nil)
			return nil
		}},
		{"Try", func(ctx context.Context) error {
			c := eventlog.Try(ctx, "order_sent", "order_failed", slog.String("host", "orders"))
			c.Set(slog.Int("status", 200), slog.Int("attempts", 1))
			c.End(nil)
			return nil
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			ctx, w := benchLogger(eventlog.Options{})
			b.ReportAllocs()
			for b.Loop() {
				_ = bm.run(ctx)
			}
			b.SetBytes(w.bytes / int64(max(b.N, 1)))
		})
	}
}

// BenchmarkBuffer is a unit with ten low events that wait and are dropped.
func BenchmarkBuffer(b *testing.B) {
	ctx, _ := benchLogger(eventlog.Options{Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
	b.ReportAllocs()
	for b.Loop() {
		ctx, u := eventlog.Begin(ctx, "label_created", "label_creation_failed")
		for i := range 10 {
			eventlog.Debug(ctx, "step_taken", slog.Int("step", i))
		}
		u.End(nil)
	}
}

// deepError returns an error with a stack of at least depth frames.
//
//go:noinline
func deepError(depth int, stack bool) error {
	if depth > 0 {
		return deepError(depth-1, stack)
	}
	if stack {
		return eventlog.WithStack(io.ErrUnexpectedEOF)
	}
	return io.ErrUnexpectedEOF
}

// BenchmarkFail writes an error: plain, wrapped, and with a stack of 17 frames whose text is known.
func BenchmarkFail(b *testing.B) {
	for _, bm := range []struct {
		name string
		err  error
	}{
		{"plain", errors.New("connection reset")},
		{"wrapped", fmt.Errorf("read order: %w", deepError(13, false))},
		{"stack", deepError(13, true)},
		{"wrapped stack", fmt.Errorf("read order: %w", deepError(13, true))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			ctx, w := benchLogger(eventlog.Options{})
			b.ReportAllocs()
			for b.Loop() {
				eventlog.Fail(ctx, "order_read_failed", bm.err, slog.String("order_id", "7"))
			}
			b.SetBytes(w.bytes / int64(max(b.N, 1)))
		})
	}
}

// BenchmarkWithStack takes a stack of 17 frames.
func BenchmarkWithStack(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = deepError(13, true)
	}
}

// BenchmarkAssert is an assertion that holds, and one that does not.
func BenchmarkAssert(b *testing.B) {
	for _, ok := range []bool{true, false} {
		b.Run(strconv.FormatBool(ok), func(b *testing.B) {
			ctx, _ := benchLogger(eventlog.Options{})
			b.ReportAllocs()
			for b.Loop() {
				eventlog.Assert(ctx, ok, "balance_not_negative", slog.Int("cents", 5))
			}
		})
	}
}
