package ctxmissing

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/groundwatch/groundwatch/eventlog"
)

func faults(ctx context.Context, log *slog.Logger) {
	slog.Info("order paid", "n", 1)                    // want `ctxmissing: the event gets no context although ctx is at hand.*write slog.InfoContext\(ctx, …\)`
	log.Error("order lost")                            // want `ctxmissing: .*write log.ErrorContext\(ctx, …\)`
	eventlog.Info(context.Background(), "order_paid")  // want `ctxmissing: the event gets context.Background\(\) although ctx is at hand.*write ctx`
	slog.DebugContext(context.TODO(), "order counted") // want `ctxmissing: the event gets context.TODO\(\)`
	go func() {
		eventlog.Info(context.Background(), "order_sent") // want `ctxmissing: .*write ctx`
	}()
}

func handle(w http.ResponseWriter, r *http.Request) {
	slog.Info("order seen") // want `ctxmissing: .* r.Context\(\) is at hand.*write slog.InfoContext\(r.Context\(\), …\)`
	ctx := r.Context()
	slog.Info("order read") // want `ctxmissing: .*write slog.InfoContext\(ctx, …\)`
	_ = ctx
}

func literal() {
	f := func(c context.Context) {
		slog.Warn("order late") // want `ctxmissing: .*write slog.WarnContext\(c, …\)`
	}
	f(context.Background())
}

func nearMisses(log *slog.Logger, _ context.Context) {
	slog.Info("service ready")
	eventlog.Info(context.Background(), "service_started")
	_ = slog.With("n", 1)
	ctx := context.Background()
	eventlog.Info(ctx, "service_stopped")
}

func withValue(ctx context.Context) {
	eventlog.Info(context.WithoutCancel(ctx), "order_kept")
	_ = slog.With("n", 1)
	eventlog.Default().With(slog.Int("n", 1))
}
