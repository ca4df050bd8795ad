package keydup

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, id int, err error) {
	eventlog.Info(ctx, "order_paid", slog.Int("order_id", id), slog.Int("order_id", id))         // want `keydup: the event has the key "order_id" twice`
	slog.InfoContext(ctx, "order paid", "n", id, slog.Int("n", id))                              // want `keydup: the event has the key "n" twice`
	eventlog.Fail(ctx, "order_refused", err, slog.Any("error", err))                             // want `keydup: the event has the key "error" twice`
	eventlog.Warn(ctx, "order_delayed", eventlog.Err(err), eventlog.Err(err))                    // want `keydup: the event has the key "error" twice`
	eventlog.Info(ctx, "order_sent", slog.Group("a", slog.Int("b", id)), slog.Int("a.b", id))    // want `keydup: the event has the key "a.b" twice`
	_, unit := eventlog.Begin(ctx, "order_packed", "order_dropped", slog.Int("duration_ms", id)) // want `keydup: the event has the key "duration_ms" twice`
	unit.End(err)
}

func nearMisses(ctx context.Context, key string, id int, err error) {
	eventlog.Info(ctx, "order_seen", slog.Int("id", id), slog.Group("user", slog.Int("id", id)))
	eventlog.Info(ctx, "order_found", slog.Int(key, id), slog.Int(key, id))
	eventlog.Fail(ctx, "order_lost", err, slog.Int("id", id))
}
