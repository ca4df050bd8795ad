package eventlog_test

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// One request is to be written with all its debug events, whatever the logger's level: a header said so, or a user who
// complains.
func ExampleWithSampling() {
	o := exampleOptions()
	o.NoCaller = true
	log := eventlog.New(o)
	serve := func(ctx context.Context, id int) {
		ctx, unit := eventlog.Begin(ctx, "order_packed", "order_packing_failed", slog.Int("order_id", id))
		eventlog.Debug(ctx, "box_chosen", slog.String("box", "M"))
		unit.End(nil)
	}
	ctx := log.Into(context.Background())
	serve(ctx, 7)
	serve(eventlog.WithSampling(ctx, true), 8)
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_packed","service":"labels","version":"1.2","duration_ms":0,"outcome":"ok","order_id":7}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"debug","tag":"box_chosen","service":"labels","version":"1.2","box":"M"}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_packed","service":"labels","version":"1.2","duration_ms":0,"outcome":"ok","order_id":8}
}
