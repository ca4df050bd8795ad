package eventqueue_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
)

// times finds what differs from run to run.
var times = regexp.MustCompile(`"(time|duration_ms)":("[^"]*"|[0-9.e+-]+)`)

// stable writes events without what differs from run to run.
type stable struct{ io.Writer }

func (s stable) Write(p []byte) (int, error) {
	_, err := s.Writer.Write(times.ReplaceAll(p, []byte(`"$1":"…"`)))
	return len(p), err
}

func exampleLogger() *eventlog.Logger {
	return eventlog.New(eventlog.Options{Writer: stable{os.Stdout}, Service: "printer", NoCaller: true, Version: "1.2", Getenv: func(string) string { return "" }})
}

// One event for each message. What goes wrong is written with its reason, and returned.
func ExampleWrap() {
	handle := eventqueue.Wrap(func(ctx context.Context, m eventqueue.Message) error {
		return errors.New("printer has no ink")
	}, eventqueue.Options{Logger: exampleLogger(), MaxReceives: 3})

	err := handle(context.Background(), eventqueue.Message{ID: "m-1", Queue: "labels", Body: "hello", ReceiveCount: 3})
	fmt.Println(err)
	// Output:
	// {"time":"…","level":"error","tag":"message_failed","service":"printer","version":"1.2","correlation_id":"m-1","duration_ms":"…","outcome":"failed","error":"printer has no ink","error_type":"*errors.errorString","queue":"labels","message_id":"m-1","attempt":3,"bytes_in":5,"last_attempt":true}
	// printer has no ink
}

// A Lambda function behind SQS answers with the messages to try again.
func ExampleBatch() {
	batch := eventqueue.Batch(func(ctx context.Context, m eventqueue.Message) error {
		if m.Body == "" {
			return errors.New("label is empty")
		}
		return nil
	}, eventqueue.Options{Logger: exampleLogger()})

	response := batch(context.Background(), []eventqueue.Message{{ID: "m-1", Body: "hello"}, {ID: "m-2"}})
	fmt.Println(response.BatchItemFailures)
	// Output:
	// {"time":"…","level":"info","tag":"message_processed","service":"printer","version":"1.2","correlation_id":"m-1","duration_ms":"…","outcome":"ok","message_id":"m-1","bytes_in":5}
	// {"time":"…","level":"error","tag":"message_failed","service":"printer","version":"1.2","correlation_id":"m-2","duration_ms":"…","outcome":"failed","error":"label is empty","error_type":"*errors.errorString","message_id":"m-2","bytes_in":0}
	// {"time":"…","level":"info","tag":"batch_processed","service":"printer","version":"1.2","duration_ms":"…","outcome":"ok","batch_size":2,"failed":1,"skipped":0}
	// [{m-2}]
}
