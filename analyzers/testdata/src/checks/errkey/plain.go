package errkey

import (
	"context"
	"log/slog"
)

func plain(ctx context.Context, err error) {
	slog.LogAttrs(ctx, slog.LevelWarn, "order delayed", slog.Any("err", err))              // want `errkey: .* write slog.Any\("error", err\)`
	slog.LogAttrs(ctx, slog.LevelWarn, "order delayed", slog.String("error", err.Error())) // want `errkey: .* write slog.Any\("error", err\)`
	slog.LogAttrs(ctx, slog.LevelWarn, "order delayed", slog.Any("error", err))
}
