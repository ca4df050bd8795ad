package eventlog_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestAssert(t *testing.T) {
	ctx, r := record(eventlog.Options{})
	if !eventlog.Assert(ctx, true, "balance_not_negative", slog.Int("cents", 5)) {
		t.Error("Assert(true) = false, want true")
	}
	if got := r.tags(t); got != "" {
		t.Fatalf("Assert(true) wrote %s, want nothing", got)
	}
	if eventlog.Assert(ctx, false, "balance_not_negative", slog.Int("cents", -5)) {
		t.Error("Assert(false) = true, want false")
	}
	o := r.only(t)
	o.wantField(t, "tag", "assertion_failed")
	o.wantField(t, "level", "error")
	o.wantField(t, "assertion", "balance_not_negative")
	o.wantField(t, "cents", -5)
	o.wantField(t, "fn", "TestAssert")
	o.wantField(t, "pkg", "eventlog_test")
	stack, _ := o["error_stack"].(string)
	if want := "github.com/groundwatch/groundwatch/eventlog_test.TestAssert assert_test.go:"; !strings.HasPrefix(stack, want) {
		t.Errorf("error_stack = %q, want it to begin with %q", stack, want)
	}
}

func TestAssertThatHoldsAllocatesNothing(t *testing.T) {
	ctx, _ := record(eventlog.Options{})
	got := testing.AllocsPerRun(100, func() {
		eventlog.Assert(ctx, true, "balance_not_negative", slog.Int("cents", 5), slog.String("order_id", "7"))
	})
	if got > 0 {
		t.Errorf("Assert(true) allocates %v times, want 0", got)
	}
}
