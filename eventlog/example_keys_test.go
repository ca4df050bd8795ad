package eventlog_test

import (
	"context"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Keys as Powertools for AWS Lambda has them, in its order.
func ExampleKeys() {
	o := exampleOptions()
	o.Keys, o.NoCaller = eventlog.PowertoolsKeys, true
	o.Order = []string{"level", "message", "timestamp", "service"}
	eventlog.New(o).Info(context.Background(), "label_created", eventlog.Msg("the label is there"))
	// Output:
	// {"level":"INFO","message":"the label is there","timestamp":"2026-11-21T10:00:00.000000Z","service":"labels","tag":"label_created","version":"1.2"}
}

// Order puts the keys first that people look for, of the head's and of the logger's own.
func ExampleOptions_order() {
	o := exampleOptions()
	o.Order = []string{"service", "tag", "level"}
	eventlog.New(o).Info(context.Background(), "label_created")
	// Output:
	// {"service":"labels","tag":"label_created","level":"info","time":"2026-11-21T10:00:00.000000Z","version":"1.2","fn":"ExampleOptions_order","pkg":"eventlog_test"}
}
