package eventlambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventlambda"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
)

// times finds what differs from run to run.
var times = regexp.MustCompile(`"(time|duration_ms|cold_start)":("[^"]*"|[a-z0-9.+-]+)`)

// stable writes events without what differs from run to run.
type stable struct{ io.Writer }

func (s stable) Write(p []byte) (int, error) {
	_, err := s.Writer.Write(times.ReplaceAll(p, []byte(`"$1":"…"`)))
	return len(p), err
}

func getenv(name string) string {
	return map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "labels", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512"}[name]
}

type order struct {
	ID    int    `json:"id"`
	Cause string `json:"cause"`
}

// In main the wrapped handler goes to lambda.Start, and Context asks lambdacontext.
func ExampleWrap() {
	handle := eventlambda.Wrap(func(ctx context.Context, o order) (string, error) {
		eventlog.Set(ctx, slog.Int("order_id", o.ID))
		return "printed", nil
	}, eventlambda.Options{
		Logger: eventlog.New(eventlog.Options{Writer: stable{os.Stdout}, NoCaller: true, Version: "1.2", Getenv: getenv}),
		Context: func(context.Context) (eventlambda.Invocation, bool) {
			return eventlambda.Invocation{RequestID: "r-1"}, true
		},
		Correlation: eventlambda.Path("cause"),
		Getenv:      getenv,
	})

	answer, err := handle(context.Background(), order{ID: 7, Cause: "cart-1"})
	fmt.Println(answer, err)
	// Output:
	// {"time":"…","level":"info","tag":"invocation_finished","service":"labels","version":"1.2","cold_start":"…","function_name":"labels","function_memory_size":512,"request_id":"r-1","correlation_id":"cart-1","duration_ms":"…","outcome":"ok","order_id":7}
	// printed <nil>
}

// sqsEvent is the part of events.SQSEvent that the example needs.
type sqsEvent struct {
	Records []struct {
		MessageID  string            `json:"messageId"`
		Body       string            `json:"body"`
		Attributes map[string]string `json:"attributes"`
	}
}

// A function behind a queue writes one event for each message, one for the batch and one for the invocation. Each
// message has the ids of its sender.
func ExampleWrap_queue() {
	log := eventlog.New(eventlog.Options{Writer: stable{os.Stdout}, NoCaller: true, Version: "1.2", Getenv: func(string) string { return "" }})
	batch := eventqueue.Batch(func(ctx context.Context, m eventqueue.Message) error {
		eventlog.Set(ctx, slog.String("label", m.Body))
		return nil
	}, eventqueue.Options{})
	handle := eventlambda.Wrap(func(ctx context.Context, e sqsEvent) (eventqueue.Response, error) {
		var messages []eventqueue.Message
		for _, r := range e.Records {
			messages = append(messages, eventqueue.Message{ID: r.MessageID, Body: r.Body, Attributes: r.Attributes})
		}
		return batch(ctx, messages), nil
	}, eventlambda.Options{
		Logger: log,
		Context: func(context.Context) (eventlambda.Invocation, bool) {
			return eventlambda.Invocation{RequestID: "r-1"}, true
		},
		Getenv: func(string) string { return "" },
	})

	var e sqsEvent
	if err := json.Unmarshal([]byte(`{"Records":[{"messageId":"m-1","body":"hello"}]}`), &e); err != nil {
		fmt.Println(err)
	}
	fmt.Println(handle(context.Background(), e))
	// Output:
	// {"time":"…","level":"info","tag":"message_processed","version":"1.2","cold_start":"…","request_id":"r-1","correlation_id":"m-1","duration_ms":"…","outcome":"ok","message_id":"m-1","bytes_in":5,"label":"hello"}
	// {"time":"…","level":"info","tag":"batch_processed","version":"1.2","cold_start":"…","request_id":"r-1","correlation_id":"r-1","duration_ms":"…","outcome":"ok","batch_size":1,"failed":0,"skipped":0}
	// {"time":"…","level":"info","tag":"invocation_finished","version":"1.2","cold_start":"…","request_id":"r-1","correlation_id":"r-1","duration_ms":"…","outcome":"ok"}
	// {[]} <nil>
}
