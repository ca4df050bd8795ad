// Package configured is checked by a team's own dictionary: see TestConfigured.
package configured

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, id int, text string) {
	eventlog.Info(ctx, "order-paid", slog.Int("order_id", id))  // want `keycase: the key "order_id" .* write "orderId"`
	eventlog.Info(ctx, "order_sent")                            // want `tagcase: the tag "order_sent" .* write "order-sent"`
	slog.InfoContext(ctx, "Order paid")                         // want `tagcase: the message "Order paid" is a sentence.*such as "order-paid"`
	eventlog.Info(ctx, "one-two-three-four-paid")               // want `tagcase: .* has 5 words, more than 4`
	eventlog.Info(ctx, "user-seen", slog.String("email", text)) // want `secret: the key "email" says that the value is personal data \(email\)`
	eventlog.Info(ctx, "user-kept", slog.String("plate", text)) // want `secret: the key "plate" says that the value is a secret \(plate\)`
	eventlog.Info(ctx, "user-lost", slog.Int("shard", id))      // want `keycase: the logger writes "shard" itself`
	eventlog.Info(ctx, "sending-email")                         // want `tagpast: .* perhaps "email-sent"`
	eventlog.Info(ctx, "mail-sent", slog.Duration("took", time.Second))
}

func nearMisses(ctx context.Context, id int, text string) {
	eventlog.Info(ctx, "message-dlq", slog.Int("orderId", id), slog.Int("X-Legacy", id), slog.Int("timeoutTicks", id))
	eventlog.Info(ctx, "order-read", slog.String("publicToken", text))
}
