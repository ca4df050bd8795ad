// Package queue writes an event that shop writes too.
package queue

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func Take(ctx context.Context) {
	eventlog.Warn(ctx, "price_read", slog.String("price", "1.50"), slog.Int("page", 1))
}
