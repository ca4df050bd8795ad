package eventlog_test

import (
	"errors"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A call to another service is one event, written when it is known how the call went.
func ExampleTry() {
	ctx := onStdout(eventlog.Options{NoCaller: true})
	send := func(attempts int, result error) {
		call := eventlog.Try(ctx, "order_sent", "order_sending_failed", slog.String("host", "orders.example.com"))
		call.Set(slog.Int("attempts", attempts))
		call.End(result)
	}
	send(1, nil)
	send(3, errors.New("connection refused"))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_sent","version":"1.2","duration_ms":0,"outcome":"ok","host":"orders.example.com","attempts":1}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"error","tag":"order_sending_failed","version":"1.2","duration_ms":0,"outcome":"failed","error":"connection refused","error_type":"*errors.errorString","host":"orders.example.com","attempts":3}
}
