package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/groundwatch/groundwatch/eventlog"
)

// With a buffer, debug events cost nothing to keep: they are written only for work that fails.
func ExampleBuffer() {
	ctx := onStdout(eventlog.Options{NoCaller: true, Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
	work := func(id int, result error) {
		ctx, unit := eventlog.Begin(ctx, "order_packed", "order_packing_failed", slog.Int("order_id", id))
		eventlog.Debug(ctx, "box_chosen", slog.String("box", "M"))
		unit.End(result)
	}
	work(7, nil)
	work(8, errors.New("no box left"))
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_packed","version":"1.2","duration_ms":0,"outcome":"ok","order_id":7}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"debug","tag":"box_chosen","version":"1.2","box":"M"}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"error","tag":"order_packing_failed","version":"1.2","duration_ms":0,"outcome":"failed","error":"no box left","error_type":"*errors.errorString","order_id":8}
}

// A share of the units of work is written at level debug. Whoever is called for one of them takes the decision over.
func ExampleSampled() {
	numbers := []float64{0.50, 0.05}
	ctx := onStdout(eventlog.Options{
		NoCaller: true, DebugSampleRate: 0.1,
		Random: func() float64 { n := numbers[0]; numbers = numbers[1:]; return n },
	})
	for range 2 {
		ctx, unit := eventlog.Begin(ctx, "order_packed", "order_packing_failed")
		header := fmt.Sprint(eventlog.Sampled(ctx)) // goes out with a request

		called := eventlog.WithSampling(onStdout(eventlog.Options{NoCaller: true}), header == "true")
		weigh(called)
		unit.End(nil)
	}
	// Output:
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_packed","version":"1.2","duration_ms":0,"outcome":"ok"}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"debug","tag":"order_weighed","version":"1.2","grams":800}
	// {"time":"2026-11-21T10:00:00.000000Z","level":"info","tag":"order_packed","version":"1.2","sampling_rate":0.1,"duration_ms":0,"outcome":"ok"}
}

func weigh(ctx context.Context) { eventlog.Debug(ctx, "order_weighed", slog.Int("grams", 800)) }
