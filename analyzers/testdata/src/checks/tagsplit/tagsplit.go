package tagsplit

import (
	"context"

	"github.com/groundwatch/groundwatch/eventlog"
)

func load() error { return nil }

func faults(ctx context.Context) {
	eventlog.Info(ctx, "import_started") // want `tagsplit: "import_started" and "import_finished" \(line 16\) are halves`
	if err := load(); err != nil {
		return
	}
	eventlog.Info(ctx, "import_finished")
}

func handle(ctx context.Context) {
	eventlog.Info(ctx, "request_received") // want `tagsplit: "request_received" and "response_returned"`
	defer func() { eventlog.Info(ctx, "response_returned") }()
}

func failing(ctx context.Context) {
	eventlog.Info(ctx, "export_started") // want `tagsplit: "export_started" and "export_failed"`
	if err := load(); err != nil {
		eventlog.Fail(ctx, "export_failed", err)
	}
}

func nearMisses(ctx context.Context) {
	eventlog.Info(ctx, "server_started")
	eventlog.Info(ctx, "order_received")
	eventlog.Info(ctx, "label_finished")
	eventlog.Info(ctx, "message_sent")
	eventlog.Info(ctx, "message_received")
	eventlog.Info(ctx, "backup_finished")
	eventlog.Info(ctx, "backup_started")
}

func serve(ctx context.Context, err error) {
	eventlog.Info(ctx, "worker_started")
	eventlog.Fail(ctx, "worker_failed", err)
}

func stop(ctx context.Context) {
	eventlog.Info(ctx, "server_stopped")
}
