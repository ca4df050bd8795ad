package eventlog_test

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// exampleOptions are those of a logger whose lines are always the same.
func exampleOptions() eventlog.Options {
	return eventlog.Options{
		Service: "labels", Version: "1.2",
		Now:    func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) },
		Getenv: func(string) string { return "" },
	}
}

// One logger for the program, what a request has in common on its context, and one event for each thing that happened.
func Example() {
	log := eventlog.New(exampleOptions())
	ctx := eventlog.With(log.Into(context.Background()), eventlog.RequestID("r-1"))
	eventlog.Info(ctx, "label_created", slog.Int("order_id", 7), eventlog.Ms("took_ms", 12500*time.Microsecond))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","request_id":"r-1","fn":"Example","pkg":"eventlog_test","order_id":7,"took_ms":12.5}
}

// New makes the program's logger; SetDefault would give it to every context without one.
func ExampleNew() {
	log := eventlog.New(eventlog.Options{
		Service: "labels", Env: "prod", Version: "1.2",
		Now:    func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }, // for this page
		Getenv: func(string) string { return "" },
	})
	log.Info(context.Background(), "service_started", slog.Int("port", 8080), eventlog.Msg("ready to print"))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"service_started","msg":"ready to print","service":"labels","env":"prod","version":"1.2","fn":"ExampleNew","pkg":"eventlog_test","port":8080}
}

// An error is data: its text and its type, and the chain of what it wraps.
func ExampleLogger_Fail() {
	log := eventlog.New(exampleOptions())
	log.Fail(context.Background(), "label_creation_failed", errors.New("no paper"), slog.Int("order_id", 7))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"error","tag":"label_creation_failed","service":"labels","version":"1.2","fn":"ExampleLogger_Fail","pkg":"eventlog_test","error":"no paper","error_type":"*errors.errorString","order_id":7}
}

// What cannot be encoded says so.
func Example_awkwardValues() {
	o := exampleOptions()
	o.NoCaller = true
	eventlog.New(o).Info(context.Background(), "label_created",
		slog.Any("channel", make(chan int)), slog.Float64("ratio", 0/zero), slog.Int("level", 3), slog.Int("a", 1), slog.Int("a", 2))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","channel":"!ERROR json: unsupported type: chan int","ratio":"NaN","field_level":3,"a":1}
}

var zero float64
