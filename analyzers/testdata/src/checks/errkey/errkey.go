package errkey

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

type problem struct{}

func (*problem) Error() string { return "" }

func faults(ctx context.Context, err error, p *problem, all []error) {
	eventlog.Warn(ctx, "order_delayed", slog.String("error", err.Error())) // want `errkey: err.Error\(\) keeps the error's text .* write eventlog.Err\(err\)`
	eventlog.Warn(ctx, "order_parked", slog.Any("err", err))               // want `errkey: the error is written under "err".* write eventlog.Err\(err\)`
	eventlog.Warn(ctx, "order_moved", slog.Any("err", p))                  // want `errkey: .* write eventlog.Err\(p\)`
	slog.WarnContext(ctx, "order delayed", "err", err)                     // want `errkey: the error is written under "err", .* write "error", err$`
	slog.WarnContext(ctx, "order delayed", "error", err.Error())           // want `errkey: err.Error\(\) keeps`
	eventlog.Warn(ctx, "order_retried", slog.String("first", err.Error())) // want `errkey: err.Error\(\) keeps`
	eventlog.Warn(ctx, "orders_lost", slog.Any("errors", all))             // want `errkey: encoding/json writes the errors of a list as empty objects`
}

func nearMisses(ctx context.Context, err error) {
	eventlog.Fail(ctx, "order_refused", err)
	eventlog.Warn(ctx, "order_slowed", eventlog.Err(err))
	slog.WarnContext(ctx, "order late", "error", err)
	eventlog.Warn(ctx, "order_lost", slog.Any("close_error", err), slog.String("err", "a text"))
}
