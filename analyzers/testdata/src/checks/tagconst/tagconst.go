package tagconst

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

const paid = "order_" + "paid"

func faults(ctx context.Context, order struct{ status string }, err error) {
	status := order.status
	eventlog.Info(ctx, "order_"+status)                       // want `tagconst: the tag "order_" \+ status is put together`
	eventlog.Fail(ctx, fmt.Sprintf("%s_failed", status), err) // want `tagconst: the tag fmt.Sprintf\(.*\) is put together`
	slog.InfoContext(ctx, err.Error())                        // want `tagconst: the message err.Error\(\) is put together`
	_, unit := eventlog.Begin(ctx, status, "order_refused")   // want `tagconst: the tag status is put together`
	unit.End(nil)
	record(ctx, status+fmt.Sprint(1)) // want `tagconst: the tag status \+ fmt.Sprint\(1\) is put together`
	send := func(tag string) {}
	send(status)
}

func record(ctx context.Context, tag string) { eventlog.Info(ctx, tag) }

func nearMisses(ctx context.Context) {
	eventlog.Info(ctx, paid)
	eventlog.Info(ctx, "order"+"_shipped")
	slog.InfoContext(ctx, "an order was paid")
	record(ctx, "order_counted")
}

// A value in a tag makes no wrapper, nor does one in a message.
func update(ctx context.Context, id int, status string) {
	eventlog.Info(ctx, "order_"+status, slog.Int("order_id", id)) // want `tagconst: the tag "order_" \+ status is put together`
	slog.InfoContext(ctx, "order is now "+status)                 // want `tagconst: the message "order is now " \+ status is put together`
}

func callers(ctx context.Context, status string) {
	update(ctx, 7, status)
	update(ctx, 7, "paid")
}
