package eventlog_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
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

func Example() {
	log := eventlog.New(exampleOptions())
	ctx := eventlog.With(log.Into(context.Background()), eventlog.RequestID("r-1"))
	eventlog.Info(ctx, "label_created", slog.Int("order_id", 7), eventlog.Ms("took_ms", 12500*time.Microsecond))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","request_id":"r-1","fn":"Example","pkg":"eventlog_test","order_id":7,"took_ms":12.5}
}

func ExampleLogger_Fail() {
	log := eventlog.New(exampleOptions())
	log.Fail(context.Background(), "label_creation_failed", errors.New("no paper"), slog.Int("order_id", 7))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"error","tag":"label_creation_failed","service":"labels","version":"1.2","fn":"ExampleLogger_Fail","pkg":"eventlog_test","error":"no paper","error_type":"*errors.errorString","order_id":7}
}

func ExampleLogger_With() {
	log := eventlog.New(exampleOptions())
	child := log.With(slog.String("carrier", "dhl"))
	child.Info(context.Background(), "label_created")
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"label_created","service":"labels","version":"1.2","carrier":"dhl","fn":"ExampleLogger_With","pkg":"eventlog_test"}
}

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

// Keys as Powertools for AWS Lambda has them, in its order.
func ExampleKeys() {
	o := exampleOptions()
	o.Keys, o.NoCaller = eventlog.PowertoolsKeys, true
	o.Order = []string{"level", "message", "timestamp", "service"}
	eventlog.New(o).Info(context.Background(), "label_created", eventlog.Msg("the label is there"))
	// Output:
	// {"level":"INFO","message":"the label is there","timestamp":"2026-11-21T10:00:00.000000Z","service":"labels","tag":"label_created","version":"1.2"}
}

func ExampleOptions_redact() {
	o := exampleOptions()
	o.Writer, o.NoCaller = os.Stdout, true
	o.Redact = []string{"password", "card"}
	eventlog.New(o).Info(context.Background(), "user_registered",
		slog.String("Password", "hunter2"),
		slog.Group("card", slog.String("number", "4242424242424242")),
		slog.Any("form", map[string]string{"name": "Ada", "password": "hunter2"}),
		eventlog.Secret("token", "t-1"))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"user_registered","service":"labels","version":"1.2","Password":"[redacted]","card":"[redacted]","form":{"name":"Ada","password":"[redacted]"},"token":"[redacted]"}
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
