package keycase

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, id int) {
	eventlog.Info(ctx, "order_paid", slog.Int("orderID", id))                               // want `keycase: the key "orderID" .* write "order_id"`
	eventlog.Info(ctx, "order_sent", slog.Group("http", slog.Int("StatusCode", id)))        // want `keycase: the key "StatusCode" .* write "status_code"`
	slog.InfoContext(ctx, "order paid", "order id", id)                                     // want `keycase: the key "order id" .* write "order_id"`
	eventlog.Info(ctx, "order_lost", slog.String("level", "gold"), slog.String("msg", "x")) // want `keycase: the logger writes "level" itself` `keycase: the logger writes "msg" itself`
	slog.InfoContext(ctx, "order lost", "msg", id)                                          // want `keycase: the logger writes "msg" itself`
	eventlog.Info(ctx, "order_kept", slog.Int("größe", id))                                 // want `keycase: the key "größe" `
	ctx = eventlog.With(ctx, slog.Int("Shop", id))                                          // want `keycase: the key "Shop" .* write "shop"`
}

func attrs(id int) []slog.Attr {
	return []slog.Attr{slog.Int("userNo", id)} // want `keycase: the key "userNo" .* write "user_no"`
}

func nearMisses(ctx context.Context, key string, id int) {
	eventlog.Info(ctx, "order_found", slog.Int("order_id", id), slog.Int("http.status", id), slog.Int(key, id))
	eventlog.Info(ctx, "order_seen", eventlog.Msg("a text"), slog.Group("order", slog.Int("version", id)))
	eventlog.Info(ctx, "order_hidden", attrs(id)...)
	slog.InfoContext(ctx, "order paid", "version", id)
}

// No fix may make a second fault: the better name is taken, or the logger's.
func taken(ctx context.Context, id int) {
	eventlog.Info(ctx, "order_moved", slog.Int("userId", id), slog.Int("user_id", id)) // want `keycase: the key "userId" .* write "user_id"`
	eventlog.Info(ctx, "order_split", slog.Int("itemId", id), slog.Int("ItemID", id))  // want `keycase: the key "itemId" .* write "item_id"` `keycase: the key "ItemID" .* write "item_id"`
	eventlog.Info(ctx, "order_rated", slog.String("Level", "gold"))                    // want `keycase: the key "Level" .* write "order_level"`
	slog.With("shopId", id).InfoContext(ctx, "order shipped", "shop_id", id)           // want `keycase: the key "shopId" .* write "shop_id"`
	slog.InfoContext(ctx, "order filed", "Tag", "order_filed")                         // want `keycase: the key "Tag" .* write "order_tag"`
}
