package emf_test

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
)

// A request's own event is its metrics' document: nothing is written twice, and a point of the graph leads to the events
// behind it.
func ExampleMeter_FromUnit() {
	now := func() time.Time { return time.UnixMilli(1_795_000_000_000) }
	log := eventlog.New(eventlog.Options{Writer: os.Stdout, Version: "1.4.0", NoCaller: true, Now: now, Getenv: noEnv})
	meter := emf.Must(emf.New(emf.Options{Namespace: "Labels", Now: now, Getenv: noEnv}))
	duration := emf.Must(meter.Metric("duration_ms", emf.Milliseconds, "route"))
	size := emf.Must(meter.Metric("label_bytes", emf.Bytes, "route"))

	ctx, unit := eventlog.Begin(log.Into(context.Background()), "label_created", "label_creation_failed", slog.String("route", "/labels"))
	if err := meter.FromUnit(ctx, duration, size); err != nil {
		panic(err)
	}
	eventlog.Set(ctx, slog.Int("label_bytes", 5120), slog.String("order_id", "o-7"))
	unit.End(nil)
	// Output:
	// {"time":"2026-11-18T11:06:40.000000Z","level":"info","tag":"label_created","version":"1.4.0","duration_ms":0,"outcome":"ok","route":"/labels","_aws":{"Timestamp":1795000000000,"CloudWatchMetrics":[{"Namespace":"Labels","Dimensions":[["route"]],"Metrics":[{"Name":"duration_ms","Unit":"Milliseconds"},{"Name":"label_bytes","Unit":"Bytes"}]}]},"label_bytes":5120,"order_id":"o-7"}
}
