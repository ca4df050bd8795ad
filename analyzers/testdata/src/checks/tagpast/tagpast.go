package tagpast

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, err error) {
	eventlog.Info(ctx, "sending_email")        // want `tagpast: the tag "sending_email" .* "sending" is still going on: .*perhaps "email_sent"`
	eventlog.Fail(ctx, "payment_error", err)   // want `tagpast: .* "error" is a thing, not what happened: .*perhaps "payment_failed"`
	eventlog.Info(ctx, "create_label")         // want `tagpast: .*perhaps "label_created"`
	eventlog.Info(ctx, "memory_usage")         // want `tagpast: .* "usage" is a measure`
	eventlog.Warn(ctx, "access_denied_error")  // want `tagpast: .*perhaps "access_denied"`
	slog.InfoContext(ctx, "user_login")        // want `tagpast: .*perhaps "user_logged_in"`
	eventlog.Try(ctx, "email_send", "no_luck") // want `tagpast: .*"email_send".*perhaps "email_sent"` `tagpast: .*"no_luck".*no word in it is a past form`
}

func nearMisses(ctx context.Context, n int) {
	eventlog.Info(ctx, "user_signed_up")
	eventlog.Info(ctx, "config_read")
	eventlog.Info(ctx, "message_dead_lettered")
	eventlog.Warn(ctx, "label_not_found")
	slog.InfoContext(ctx, "sending an email")
	slog.InfoContext(ctx, "email")
	eventlog.Assert(ctx, n > 0, "count_is_positive")
}
