// Package mail does not know package users.
package mail

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func Send(ctx context.Context, to, order string, address string) {
	eventlog.Info(ctx, "mail_sent", slog.String("email_to", to))
	eventlog.Info(ctx, "user_created", slog.String("share", "half"))
	eventlog.Info(ctx, "order_read", slog.String("order", order))
	eventlog.Info(ctx, "order_kept", slog.String("order_id", order)) // want `keyalias: the keys "order_id" here and "order" at program/mail/mail.go:14 seem to mean the same, .*write "order" in both, or tell them apart in the dictionary`
	eventlog.Info(ctx, "address_read", slog.String("address", address))
	eventlog.Info(ctx, "address_kept", slog.String("adress", address)) // want `keyalias: the keys "adress" here and "address" at .* differ by a slip of the hand.*write the one that is spelt right`

	// Side by side they mean two things.
	eventlog.Info(ctx, "batch_begun", slog.String("batch", ""), slog.String("batch_id", ""))
	eventlog.Info(ctx, "batch_done", slog.String("batch_id", ""))

	// Not wanted, and so nobody's other place.
	eventlog.Info(ctx, "mail_lost") //eventlint:ignore both ways lose it
	eventlog.Info(ctx, "mail_lost")
	//eventlint:ignore keytype: an old name
	eventlog.Info(ctx, "mail_sized", slog.Bool("share", true))
}
