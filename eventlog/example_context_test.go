package eventlog_test

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// What is true of a whole request is put on its context, once, and is on every event below.
func ExampleWith() {
	o := exampleOptions()
	o.NoCaller = true
	ctx := eventlog.New(o).Into(context.Background())
	ctx = eventlog.With(ctx, eventlog.RequestID("r-1"), eventlog.UserID("u-3"))
	eventlog.Info(ctx, "label_created", slog.Int("order_id", 7))
	eventlog.Warn(eventlog.With(ctx, eventlog.UserID("u-4")), "label_delayed", slog.Int("order_id", 7))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","request_id":"r-1","user_id":"u-3","order_id":7}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"warn","tag":"label_delayed","service":"labels","version":"1.2","request_id":"r-1","user_id":"u-4","order_id":7}
}
