package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// onStdout returns a context whose events go to standard output, without an environment and at a time that stands
// still, so that examples always print the same.
func onStdout(o eventlog.Options) context.Context {
	o.Writer, o.Version = os.Stdout, "1.2"
	o.Getenv = func(string) string { return "" }
	o.Now = func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }
	return eventlog.New(o).Into(context.Background())
}

// create is what a service does for one request.
func create(ctx context.Context, weight int) (err error) {
	ctx, unit := eventlog.Begin(ctx, "label_created", "label_creation_failed", slog.Int("weight_g", weight))
	defer unit.Done(&err)
	if err := price(ctx, weight); err != nil {
		return fmt.Errorf("price label: %w", err)
	}
	return nil
}

var errTooHeavy = errors.New("too heavy")

// price works somewhere below, and knows nothing of its caller's unit.
func price(ctx context.Context, weight int) error {
	eventlog.Add(ctx, "db_queries", 1)
	eventlog.AddMs(ctx, "db_ms", 1500*time.Microsecond)
	if weight > 30_000 {
		return errTooHeavy
	}
	eventlog.Set(ctx, slog.Int("price_cents", 499))
	return nil
}

// A unit of work is one wide event: everything below it adds to it, and Done writes it.
func ExampleBegin() {
	ctx := onStdout(eventlog.Options{})
	_ = create(ctx, 800)
	_ = create(ctx, 45_000)
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","version":"1.2","fn":"create","pkg":"eventlog_test","duration_ms":0,"outcome":"ok","weight_g":800,"db_queries":1,"db_ms":1.5,"price_cents":499}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"error","tag":"label_creation_failed","version":"1.2","fn":"create","pkg":"eventlog_test","duration_ms":0,"outcome":"failed","error":"price label: too heavy","error_type":"*errors.errorString","error_chain":"price label (*fmt.wrapError) <- too heavy (*errors.errorString)","weight_g":45000,"db_queries":1,"db_ms":1.5}
}

// AtEnd runs before the event is written, for what is only known then.
func ExampleUnit_AtEnd() {
	ctx, unit := eventlog.Begin(onStdout(eventlog.Options{}), "batch_processed", "batch_failed")
	sizes := []int{3, 4}
	unit.AtEnd(func(ctx context.Context) {
		eventlog.Set(ctx, slog.Int("batches", len(sizes)))
	})
	sizes = append(sizes, 5)
	unit.End(nil)
	_ = ctx
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"batch_processed","version":"1.2","fn":"ExampleUnit_AtEnd","pkg":"eventlog_test","duration_ms":0,"outcome":"ok","batches":3}
}
