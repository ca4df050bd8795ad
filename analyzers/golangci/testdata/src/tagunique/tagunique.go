package tagunique

import (
	"context"
	"log/slog"
)

func one(ctx context.Context) { slog.InfoContext(ctx, "order_paid") }
func two(ctx context.Context) { slog.InfoContext(ctx, "order_paid") } // want `the tag "order_paid" is written here and at tagunique/tagunique.go:8 in one`
