package keyunit

import (
	"context"
	"log/slog"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, d time.Duration, n int) {
	eventlog.Info(ctx, "report_sent", slog.Duration("took", d)) // want `keyunit: each logger writes a time.Duration in another unit: write eventlog.Ms\("took_ms", …\)`
	eventlog.Info(ctx, "report_kept", slog.Any("wait_ms", d))   // want `keyunit: .* write eventlog.Ms\("wait_ms", …\)`
	slog.InfoContext(ctx, "report sent", "took", d)             // want `keyunit: .* write "took_ms" and its Milliseconds\(\)`
	eventlog.Info(ctx, "report_lost", eventlog.Ms("took", d))   // want `keyunit: the value is in milliseconds .* write "took_ms"`
	eventlog.Info(ctx, "report_read", slog.Int("timeout", n))   // want `keyunit: nobody can tell which unit of time "timeout" is in.*"timeout_ms"`
	eventlog.Info(ctx, "report_cut", slog.Int("body_size", n))  // want `keyunit: nobody can tell whether "body_size" is in bytes.*"body_bytes"`
	eventlog.Current(ctx).AddMs("waited", d)                    // want `keyunit: the value is in milliseconds .* write "waited_ms"`
	eventlog.AddMs(ctx, "waited", d)                            // want `keyunit: the value is in milliseconds .* write "waited_ms"`
}

func nearMisses(ctx context.Context, d time.Duration, n int) {
	eventlog.Info(ctx, "report_seen", eventlog.Ms("took_ms", d), slog.Int("body_bytes", n), slog.Int("timeout_s", n))
	eventlog.Info(ctx, "report_split", slog.Int("page_size", n), slog.Int("items", n), slog.Float64("amount", 3))
	eventlog.Info(ctx, "report_timed", slog.String("timeout", "30s"), slog.Time("sent_at", time.Now()))
	eventlog.Add(ctx, "items", 2)
}
