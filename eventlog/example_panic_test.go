package eventlog_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog"
)

// An assertion that does not hold is an event of level error with a stack, never a crash.
func ExampleAssert() {
	r := &recorder{}
	ctx := eventlog.New(eventlog.Options{Writer: r, NoCaller: true}).Into(context.Background())
	cents := -5
	if !eventlog.Assert(ctx, cents >= 0, "balance_not_negative", slog.Int("cents", cents)) {
		fmt.Println("refused")
	}
	_, rest, _ := strings.Cut(r.lines[0], `"assertion"`)
	fmt.Println(`"assertion"` + rest[:strings.Index(rest, `,"error_stack"`)])
	// Output:
	// refused
	// "assertion":"balance_not_negative","cents":-5
}

// Recover writes the panic that ends a goroutine and lets it go on.
func ExampleRecover() {
	r := &recorder{}
	ctx := eventlog.New(eventlog.Options{Writer: r}).Into(context.Background())
	work := func() {
		defer eventlog.Recover(ctx, "worker_panicked", slog.Int("worker", 3))
		var orders map[string]int
		//lint:ignore SA5000 the panic is the example
		orders["7"]++
	}
	func() {
		defer func() { fmt.Println("still panics:", recover()) }()
		work()
	}()
	_, rest, _ := strings.Cut(r.lines[0], `"error":`)
	fmt.Println(`"error":` + rest[:strings.Index(rest, `,"error_stack"`)])
	// Output:
	// still panics: assignment to entry in nil map
	// "error":"assignment to entry in nil map","error_type":"runtime.plainError"
}
