// Package wrapped has functions that other packages write events with.
package wrapped

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func Event(ctx context.Context, tag string, attrs ...slog.Attr) {
	attrs = append(attrs, slog.String("zone", "a"))
	eventlog.Info(ctx, tag, append(attrs, slog.String("zone", "a"))...)
}

func Failed(ctx context.Context, what string, err error) { eventlog.Fail(ctx, what+"_failed", err) }

func Pairs(msg string, args ...any) { slog.Info(msg, args...) }

func User(id, mail string) []slog.Attr {
	return []slog.Attr{eventlog.UserID(id), slog.String("email", mail)}
}

func Cents(key string, euros float64) slog.Attr { return slog.Int(key, int(euros*100)) }

func Generic[T any](ctx context.Context, tag string, v T) { eventlog.Info(ctx, tag, slog.Any("v", v)) }

type Logger interface {
	Info(ctx context.Context, tag string, attrs ...slog.Attr)
}

type PairLogger interface {
	Info(msg string, args ...any)
}

// Near misses: no loggers.
type Other interface {
	Info(name string) string
}
