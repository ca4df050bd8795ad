package eventtest_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/eventtest"
)

// createLabel stands for the code under test.
func createLabel(ctx context.Context, order int) {
	eventlog.Info(ctx, "label_created", slog.Int("order_id", order))
}

func Example() {
	test := func(t *testing.T) {
		rec := eventtest.New(t)
		createLabel(rec.Context(), 7)
		rec.One("label_created").Has("order_id", 7).Has("level", "info")
		rec.None("label_creation_failed")
	}
	_ = test // go test runs it
	// Output:
}
