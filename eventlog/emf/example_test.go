package emf_test

import (
	"context"
	"os"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
)

func Example() {
	now := func() time.Time { return time.UnixMilli(1_795_000_000_000) }
	log := eventlog.New(eventlog.Options{Writer: os.Stdout, Service: "labels", Version: "1.4.0", NoCaller: true, Now: now})
	ctx := log.Into(context.Background())

	meter := emf.Must(emf.New(emf.Options{Namespace: "Labels", Now: now}))
	created := emf.Must(meter.Metric("labels_created", emf.Count, "carrier"))

	ctx, unit := eventlog.Begin(ctx, "batch_processed", "batch_failed")
	created.Put(ctx, 1, "dhl")
	created.Put(ctx, 1, "dhl")
	unit.End(nil)
	// Output:
	// {"time":"2026-11-18T11:06:40.000000Z","level":"info","tag":"metrics_recorded","service":"labels","version":"1.4.0","_aws":{"Timestamp":1795000000000,"CloudWatchMetrics":[{"Namespace":"Labels","Dimensions":[["carrier"]],"Metrics":[{"Name":"labels_created","Unit":"Count"}]}]},"carrier":"dhl","labels_created":[1,1]}
	// {"time":"2026-11-18T11:06:40.000000Z","level":"info","tag":"batch_processed","service":"labels","version":"1.4.0","duration_ms":0,"outcome":"ok"}
}
