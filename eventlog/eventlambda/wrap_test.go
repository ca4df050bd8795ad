package eventlambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

var errNoInk = errors.New("printer has no ink")

func TestWrapPassesThrough(t *testing.T) {
	rec := newRecorder(eventlog.Options{})
	double := Wrap(func(_ context.Context, n int) (int, error) { return 2 * n, errNoInk }, rec.options(nil))
	if got, err := double(t.Context(), 21); got != 42 || any(err) != any(errNoInk) {
		t.Errorf("wrapped handler returns %d, %v, want 42 and its own error", got, err)
	}
}

func TestWrapFields(t *testing.T) {
	rec := newRecorder(eventlog.Options{})
	o := rec.options(map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "labels", "AWS_LAMBDA_FUNCTION_VERSION": "7", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1"})
	o.Context = func(context.Context) (Invocation, bool) {
		return Invocation{RequestID: "r-1", FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:labels", TenantID: "pharmacy"}, true
	}
	var inside correlation.IDs
	handle := Wrap(func(ctx context.Context, _ string) (string, error) {
		inside = correlation.From(ctx)
		eventlog.Set(ctx, slog.Int("labels", 3))
		eventlog.Info(ctx, "label_created")
		return "", nil
	}, o)
	started.Store(false)
	want := map[string]any{"function_name": "labels", "function_version": "7", "function_memory_size": 512.0, "tenant_id": "pharmacy",
		"function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:labels", "request_id": "r-1", "correlation_id": "r-1", "cold_start": true,
		"trace_id": "5759e988bd862e3fe1be46a994272793", "span_id": "53995c3f42cd8ad8", "xray_trace_id": "1-5759e988-bd862e3fe1be46a994272793"}
	for range 2 {
		if _, err := handle(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		events := rec.events(t)
		if got := tags(events); got != "label_created invocation_finished" {
			t.Errorf("events %s, want label_created invocation_finished", got)
		}
		for _, e := range events {
			has(t, e, want)
		}
		has(t, events[1], map[string]any{"labels": 3.0, "outcome": "ok", "level": "info"})
		if got := inside.XRayHeader(); got != "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1" {
			t.Errorf("handler passes on %q, want Lambda's header", got)
		}
		want["cold_start"] = false
	}
}

func TestColdStart(t *testing.T) {
	for _, tt := range []struct {
		name, initialization string
		want                 bool
	}{
		{"on demand", "on-demand", true},
		{"unknown", "", true},
		{"provisioned: nobody waited", "provisioned-concurrency", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			started.Store(false)
			rec := newRecorder(eventlog.Options{})
			o := rec.options(map[string]string{"AWS_LAMBDA_INITIALIZATION_TYPE": tt.initialization})
			a, b := Wrap(nothing, o), Wrap(nothing, o)
			a(t.Context(), "")
			b(t.Context(), "")
			events := rec.events(t)
			has(t, events[0], map[string]any{"cold_start": tt.want})
			has(t, events[1], map[string]any{"cold_start": false})
		})
	}
}

func TestWrapFailures(t *testing.T) {
	for _, tt := range []struct {
		name   string
		handle func(context.Context, string) (string, error)
		opts   Options
		want   map[string]any
		panics bool
	}{
		{"an error", func(context.Context, string) (string, error) { return "", errNoInk }, Options{},
			map[string]any{"tag": "invocation_failed", "level": "error", "outcome": "failed", "error": "printer has no ink"}, false},
		{"a panic", func(context.Context, string) (string, error) { panic(errNoInk) }, Options{},
			map[string]any{"tag": "invocation_failed", "level": "error", "outcome": "panicked", "error": "printer has no ink"}, true},
		{"own tag", func(context.Context, string) (string, error) { return "", errNoInk }, Options{Failed: "label_print_failed"},
			map[string]any{"tag": "label_print_failed"}, false},
		{"own tag of success", nothing, Options{Finished: "label_printed"}, map[string]any{"tag": "label_printed"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder(eventlog.Options{})
			tt.opts.Logger, tt.opts.Getenv = rec.log, environ(nil)
			defer func() {
				if v := recover(); (v == any(errNoInk)) != tt.panics {
					t.Errorf("handler panics with %v, want a panic %t", v, tt.panics)
				}
				e := rec.one(t)
				has(t, e, tt.want)
				if stack, _ := e["error_stack"].(string); tt.panics && !strings.Contains(stack, "TestWrapFailures") {
					t.Errorf("error_stack %q, want the handler in it", stack)
				}
			}()
			Wrap(tt.handle, tt.opts)(t.Context(), "")
		})
	}
}

func TestMetricsAreFlushedFirst(t *testing.T) {
	rec := newRecorder(eventlog.Options{})
	handle := Wrap(func(ctx context.Context, _ string) (string, error) {
		eventlog.Current(ctx).AtEnd(func(ctx context.Context) { eventlog.Emit(ctx, slog.LevelInfo, "metrics_flushed") })
		panic(errNoInk)
	}, rec.options(nil))
	defer func() {
		if v := recover(); v != any(errNoInk) {
			t.Errorf("handler panics with %v, want %v", v, errNoInk)
		}
		if got := tags(rec.events(t)); got != "metrics_flushed invocation_failed" {
			t.Errorf("events %s, want metrics_flushed invocation_failed", got)
		}
	}()
	handle(t.Context(), "")
}

func TestDeadline(t *testing.T) {
	for _, tt := range []struct {
		name          string
		timeout, work time.Duration
		want          string
		left          float64
	}{
		{"in time", time.Second, 799 * time.Millisecond, "invocation_finished", 0},
		{"nearly late", time.Second, 900 * time.Millisecond, "ink_measured invocation_timing_out invocation_finished", 200},
		{"late", 10 * time.Second, 11 * time.Second, "ink_measured invocation_timing_out invocation_finished", 200},
		{"a very short time", 100 * time.Millisecond, 60 * time.Millisecond, "ink_measured invocation_timing_out invocation_finished", 50},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rec := newRecorder(eventlog.Options{Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
				ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
				defer cancel()
				o := rec.options(nil)
				o.Context = func(context.Context) (Invocation, bool) { return Invocation{RequestID: "r-1"}, true }
				handle := Wrap(func(ctx context.Context, _ string) (string, error) {
					eventlog.Debug(ctx, "ink_measured")
					time.Sleep(tt.work)
					return "", nil
				}, o)
				if _, err := handle(ctx, ""); err != nil {
					t.Fatal(err)
				}
				events := rec.events(t)
				if got := tags(events); got != tt.want {
					t.Errorf("events %s, want %s", got, tt.want)
				}
				for _, e := range events {
					if e["tag"] == "invocation_timing_out" {
						has(t, e, map[string]any{"left_ms": tt.left, "level": "error", "request_id": "r-1"})
					}
				}
			})
		})
	}
}

func TestDebugIsObeyedOnlyWhereAllowed(t *testing.T) {
	for _, tt := range []struct {
		obey bool
		want string
	}{{true, "ink_measured invocation_finished"}, {false, "invocation_finished"}} {
		rec := newRecorder(eventlog.Options{})
		o := rec.options(nil)
		o.Correlation, o.ObeyDebug = HTTP, tt.obey
		Wrap(func(ctx context.Context, _ json.RawMessage) (string, error) {
			eventlog.Debug(ctx, "ink_measured")
			if got := correlation.From(ctx).Debug == correlation.Yes; got != tt.obey {
				t.Errorf("with ObeyDebug %t debug is passed on: %t", tt.obey, got)
			}
			return "", nil
		}, o)(t.Context(), json.RawMessage(`{"headers":{"debug-log-enabled":"true"}}`))
		if got := tags(rec.events(t)); got != tt.want {
			t.Errorf("with ObeyDebug %t: events %s, want %s", tt.obey, got, tt.want)
		}
	}
}

// Every invocation is sampled by itself, also the one of the cold start.
func TestSamplingPerInvocation(t *testing.T) {
	rec := newRecorder(eventlog.Options{DebugSampleRate: 1})
	handle := Wrap(func(ctx context.Context, _ string) (string, error) {
		eventlog.Debug(ctx, "ink_measured")
		if correlation.From(ctx).Debug != correlation.Yes {
			t.Error("the decision is not passed on")
		}
		return "", nil
	}, rec.options(nil))
	for range 2 {
		handle(t.Context(), "")
		if got := tags(rec.events(t)); got != "ink_measured invocation_finished" {
			t.Errorf("events %s, want ink_measured invocation_finished", got)
		}
	}
}

// Eight invocations at once, as with AWS_LAMBDA_MAX_CONCURRENCY=8: nobody sees another's ids, fields or buffer.
func TestConcurrentInvocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 8
		rec := newRecorder(eventlog.Options{Buffer: eventlog.Buffer{Level: slog.LevelDebug}})
		o := rec.options(map[string]string{"AWS_LAMBDA_MAX_CONCURRENCY": "8", "_X_AMZN_TRACE_ID": "Root=1-ffffffff-ffffffffffffffffffffffff"})
		type key struct{}
		o.Context = func(ctx context.Context) (Invocation, bool) {
			id, ok := ctx.Value(key{}).(string)
			return Invocation{RequestID: id}, ok
		}
		handle := Wrap(func(ctx context.Context, i int) (int, error) {
			eventlog.Debug(ctx, "ink_measured", slog.Int("i", i))
			eventlog.Set(ctx, slog.Int("i", i))
			time.Sleep(time.Second) // all are under way
			if i%2 == 0 {
				return i, errNoInk
			}
			return i, nil
		}, o)
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				root := fmt.Sprintf("Root=1-5759e988-%024x", i+1)
				//lint:ignore SA1029 the SDK's own key
				ctx := context.WithValue(context.WithValue(t.Context(), key{}, fmt.Sprint("r-", i)), "x-amzn-trace-id", root)
				if got, _ := handle(ctx, i); got != i {
					t.Errorf("invocation %d returned %d", i, got)
				}
			})
		}
		all.Wait()
		events := rec.events(t)
		if len(events) != n+n/2 {
			t.Errorf("%d events, want one for each and the kept ones of those that failed: %s", len(events), tags(events))
		}
		for _, e := range events {
			i := int(e["i"].(float64))
			has(t, e, map[string]any{"request_id": fmt.Sprint("r-", i), "correlation_id": fmt.Sprint("r-", i), "trace_id": fmt.Sprintf("5759e988%024x", i+1)})
			if e["tag"] == "ink_measured" && i%2 == 1 {
				t.Errorf("invocation %d went well, but what it kept was written: %v", i, e)
			}
		}
	})
}

func TestTraceOfEnvironmentIsForOneAtATime(t *testing.T) {
	for _, tt := range []struct {
		concurrency string
		want        any
	}{{"", "5759e988bd862e3fe1be46a994272793"}, {"1", "5759e988bd862e3fe1be46a994272793"}, {"2", nil}} {
		rec := newRecorder(eventlog.Options{})
		o := rec.options(map[string]string{"AWS_LAMBDA_MAX_CONCURRENCY": tt.concurrency, "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793"})
		Wrap(nothing, o)(t.Context(), "")
		has(t, rec.one(t), map[string]any{"trace_id": tt.want})
	}
}
