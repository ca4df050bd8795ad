package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog"
)

// An error becomes its message, its type and what each link of its chain adds.
func ExampleErr() {
	ctx := onStdout(eventlog.Options{NoCaller: true})
	err := fmt.Errorf("read order: %w", &fs.PathError{Op: "open", Path: "7.json", Err: fs.ErrNotExist})
	eventlog.Warn(ctx, "order_skipped", eventlog.Err(err))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"warn","tag":"order_skipped","version":"1.2","error":"read order: open 7.json: file does not exist","error_type":"*fs.PathError","error_chain":"read order (*fmt.wrapError) <- open 7.json (*fs.PathError) <- file does not exist (fs.ErrNotExist)"}
}

// WithStack, called where an error is made, brings the stack into the event that is written far above.
func ExampleWithStack() {
	r := &recorder{}
	ctx := eventlog.New(eventlog.Options{Writer: r}).Into(context.Background())
	err := eventlog.WithStack(errors.New("no such plan"))
	eventlog.Fail(ctx, "plan_loading_failed", fmt.Errorf("load plan: %w", err))
	_, stack, _ := strings.Cut(r.lines[0], `"error_stack":"`)
	fmt.Println(stack[:strings.IndexByte(stack, ':')])
	// Output:
	// github.com/groundwatch/groundwatch/eventlog_test.ExampleWithStack example_errors_test.go
}
