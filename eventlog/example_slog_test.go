package eventlog_test

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Libraries that log through log/slog write to the same lines: the message is msg, an attribute tag the event's tag, and
// groups become dotted keys.
func ExampleLogger_Handler() {
	log := eventlog.New(exampleOptions())
	// slog takes its time from the clock: leave it out, to have the same line each time.
	logger := slog.New(timeless{log.Handler()})
	logger.Info("connected", "peer", "10.0.0.1", slog.Group("tls", "version", "1.3"))
	logger.Info("label is there", "tag", "label_created")
	// Output:
	// {"level":"info","msg":"connected","service":"labels","version":"1.2","fn":"ExampleLogger_Handler","pkg":"eventlog_test","peer":"10.0.0.1","tls.version":"1.3"}
	// {"level":"info","tag":"label_created","msg":"label is there","service":"labels","version":"1.2","fn":"ExampleLogger_Handler","pkg":"eventlog_test"}
}

// timeless takes the time out of records.
type timeless struct{ slog.Handler }

func (h timeless) Handle(ctx context.Context, r slog.Record) error {
	r.Time = time.Time{}
	return h.Handler.Handle(ctx, r)
}

// What the context carries is on slog's events too.
func ExampleLogger_Slog() {
	o := exampleOptions()
	o.NoCaller = true
	logger := slog.New(timeless{eventlog.New(o).Handler()}) // else: eventlog.New(o).Slog()
	ctx := eventlog.With(context.Background(), eventlog.RequestID("r-1"))
	logger.WarnContext(ctx, "printer is slow", "tag", "label_delayed", "seconds", 4)
	// Output:
	// {"level":"warn","tag":"label_delayed","msg":"printer is slow","service":"labels","version":"1.2","request_id":"r-1","seconds":4}
}
