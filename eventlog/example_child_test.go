package eventlog_test

import (
	"context"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A child logger is for a part of the program: its fields are on every event that it writes, encoded once.
func ExampleLogger_With() {
	log := eventlog.New(exampleOptions())
	child := log.With(slog.String("carrier", "dhl"))
	child.Info(context.Background(), "label_created")
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","carrier":"dhl","fn":"ExampleLogger_With","pkg":"eventlog_test"}
}
