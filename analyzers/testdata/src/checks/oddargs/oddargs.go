package oddargs

import (
	"context"
	"log/slog"
)

type reason string

func faults(ctx context.Context, id int, r reason, log *slog.Logger) {
	slog.InfoContext(ctx, "order paid", "order_id", id, "amount") // want `oddargs: the key "amount" has no value`
	slog.InfoContext(ctx, "order paid", id)                       // want `oddargs: id stands where slog expects a key, and a int cannot be one`
	slog.InfoContext(ctx, "order paid", "a", 1, r, 2)             // want `oddargs: r stands where slog expects a key, and a reason cannot be one`
	slog.InfoContext(ctx, "order paid", slog.Group("g", "a"))     // want `oddargs: the key "a" has no value`
	_ = log.With("a")                                             // want `oddargs: the key "a" has no value`
	wrapper(ctx, "order sent", "a", 1, "b")                       // want `oddargs: the key "b" has no value`
}

func wrapper(ctx context.Context, msg string, args ...any) { slog.InfoContext(ctx, msg, args...) }

func nearMisses(ctx context.Context, id int, key string, v any, args []any) {
	slog.InfoContext(ctx, "order paid", "order_id", id, slog.Int("n", 1), key, id)
	slog.InfoContext(ctx, "order paid", args...)
	slog.InfoContext(ctx, "order paid", v)
	slog.InfoContext(ctx, "order paid", v, "x")
	slog.InfoContext(ctx, "order paid")
	slog.InfoContext(ctx, "order paid", slog.Group("g", "a", 1))
	wrapper(ctx, "order sent", "a", 1)
}
