package keytype

import (
	"context"
	"log/slog"
)

func one(ctx context.Context) { slog.InfoContext(ctx, "order_paid", "order_id", 7) }
func two(ctx context.Context) { slog.InfoContext(ctx, "order_kept", "order_id", "7") } // want `the key "order_id" is a string here and a number at keytype/keytype.go:8`
