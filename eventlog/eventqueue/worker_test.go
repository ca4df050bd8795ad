package eventqueue_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
)

var errNoInk = errors.New("printer has no ink")

// A recorder keeps the events of a logger.
type recorder struct {
	log  *eventlog.Logger
	text bytes.Buffer
}

func newRecorder() *recorder {
	r := &recorder{}
	r.log = eventlog.New(eventlog.Options{Writer: &r.text, Level: slog.LevelInfo, NoCaller: true, Getenv: func(string) string { return "" }})
	return r
}

// events returns what was written since the last call.
func (r *recorder) events(t *testing.T) []map[string]any {
	t.Helper()
	var events []map[string]any
	for line := range strings.Lines(r.text.String()) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("event %q: %v", line, err)
		}
		events = append(events, e)
	}
	r.text.Reset()
	return events
}

// has fails if e lacks what want has; a nil value means that the key is absent.
func has(t *testing.T, e, want map[string]any) {
	t.Helper()
	for k, w := range want {
		if got := e[k]; got != w {
			t.Errorf("event's %s = %v, want %v (event %v)", k, got, w, e)
		}
	}
}

func TestWrap(t *testing.T) {
	message := eventqueue.Message{ID: "m-1", Queue: "arn:aws:sqs:eu-west-1:123456789012:labels", Body: "hello", ReceiveCount: 3}
	fails := func(context.Context, eventqueue.Message) error { return errNoInk }
	panics := func(context.Context, eventqueue.Message) error { panic(errNoInk) }
	for _, tt := range []struct {
		name   string
		handle func(context.Context, eventqueue.Message) error
		opts   eventqueue.Options
		want   map[string]any
		err    string
	}{
		{"processed", func(context.Context, eventqueue.Message) error { return nil }, eventqueue.Options{MaxReceives: 3},
			map[string]any{"tag": "message_processed", "level": "info", "queue": "labels", "message_id": "m-1", "attempt": 3.0, "bytes_in": 5.0, "outcome": "ok",
				"queued_ms": nil, "last_attempt": nil, "correlation_id": "m-1", "request_id": nil}, ""},
		{"failed", fails, eventqueue.Options{}, map[string]any{"tag": "message_failed", "level": "error", "outcome": "failed", "error": "printer has no ink", "last_attempt": nil}, "printer has no ink"},
		{"failed before the last time", fails, eventqueue.Options{MaxReceives: 4}, map[string]any{"last_attempt": nil}, "printer has no ink"},
		{"failed for the last time", fails, eventqueue.Options{MaxReceives: 3}, map[string]any{"last_attempt": true}, "printer has no ink"},
		{"panicked for the last time", panics, eventqueue.Options{MaxReceives: 3},
			map[string]any{"tag": "message_failed", "outcome": "panicked", "error": "printer has no ink", "last_attempt": true}, "handler panicked: printer has no ink"},
		{"own tags", fails, eventqueue.Options{Failed: "label_print_failed"}, map[string]any{"tag": "label_print_failed"}, "printer has no ink"},
		{"own tag of success", func(context.Context, eventqueue.Message) error { return nil }, eventqueue.Options{Processed: "label_printed"}, map[string]any{"tag": "label_printed"}, ""},
		{"fields of the handler", func(ctx context.Context, m eventqueue.Message) error {
			eventlog.Set(ctx, slog.String("label", m.Body))
			return nil
		}, eventqueue.Options{}, map[string]any{"label": "hello"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder()
			tt.opts.Logger = rec.log
			err := eventqueue.Wrap(tt.handle, tt.opts)(t.Context(), message)
			if got := text(err); got != tt.err {
				t.Errorf("handler returned %q, want %q", got, tt.err)
			}
			if err != nil && !errors.Is(err, errNoInk) {
				t.Errorf("error %v is not what the handler failed with", err)
			}
			events := rec.events(t)
			if len(events) != 1 {
				t.Fatalf("%d events, want 1: %v", len(events), events)
			}
			has(t, events[0], tt.want)
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestWrapRepanics(t *testing.T) {
	rec := newRecorder()
	defer func() {
		if v := recover(); v != any(errNoInk) {
			t.Errorf("handler panics with %v, want %v", v, errNoInk)
		}
		has(t, rec.events(t)[0], map[string]any{"tag": "message_failed", "outcome": "panicked"})
	}()
	handle := eventqueue.Wrap(func(context.Context, eventqueue.Message) error { panic(errNoInk) }, eventqueue.Options{Logger: rec.log, Repanic: true})
	t.Errorf("handler returned %v, want a panic", handle(t.Context(), eventqueue.Message{}))
}

func TestWrapTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			name string
			sent time.Duration
			want float64
		}{{"a minute ago", -time.Minute, 60_000}, {"by a clock ahead of ours", time.Minute, 0}} {
			rec := newRecorder()
			handle := eventqueue.Wrap(func(context.Context, eventqueue.Message) error { time.Sleep(250 * time.Millisecond); return nil }, eventqueue.Options{Logger: rec.log})
			if err := handle(t.Context(), eventqueue.Message{SentAt: time.Now().Add(tt.sent)}); err != nil {
				t.Errorf("sent %s: %v", tt.name, err)
			}
			has(t, rec.events(t)[0], map[string]any{"queued_ms": tt.want, "duration_ms": 250.0})
		}
	})
}

func TestMessageIDs(t *testing.T) {
	const trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	const header = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"
	const envelope = `{"Type":"Notification","MessageId":"n","TopicArn":"t","Message":"x","MessageAttributes":{"x-correlation-id":{"Type":"String","Value":"c-2"}}}`
	const event = `{"id":"e-1","detail-type":"LabelCreated","detail":{"_correlation":{"x-correlation-id":"c-3","x-request-id":"r-3"}}}`
	for _, tt := range []struct {
		name    string
		outer   correlation.IDs
		message eventqueue.Message
		want    map[string]any
	}{
		{"packed, with a trace", correlation.IDs{}, eventqueue.Message{ID: "m", Attributes: map[string]string{"correlation": `{"x-correlation-id":"c-1","x-request-id":"r-1"}`, "AWSTraceHeader": header}},
			map[string]any{"correlation_id": "c-1", "request_id": "r-1", "trace_id": trace, "span_id": span}},
		{"from a topic", correlation.IDs{}, eventqueue.Message{ID: "m", Body: envelope}, map[string]any{"correlation_id": "c-2"}},
		{"from a topic, with a trace", correlation.IDs{}, eventqueue.Message{ID: "m", Body: envelope, Attributes: map[string]string{"AWSTraceHeader": header}},
			map[string]any{"correlation_id": "c-2", "trace_id": trace}},
		{"from a bus", correlation.IDs{}, eventqueue.Message{ID: "m", Body: event}, map[string]any{"correlation_id": "c-3", "request_id": "r-3"}},
		{"none: the message is the cause", correlation.IDs{}, eventqueue.Message{ID: "m"}, map[string]any{"correlation_id": "m", "trace_id": nil}},
		{"the request under way keeps its id", correlation.IDs{RequestID: "r-9", CorrelationID: "c-9"},
			eventqueue.Message{ID: "m", Body: event}, map[string]any{"correlation_id": "c-3", "request_id": "r-9"}},
		{"a trace under way goes on", correlation.IDs{RequestID: "r-9", CorrelationID: "c-9", TraceID: trace, SpanID: span},
			eventqueue.Message{ID: "m"}, map[string]any{"correlation_id": "m", "request_id": "r-9", "trace_id": trace}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder()
			var inside correlation.IDs
			handle := eventqueue.Wrap(func(ctx context.Context, _ eventqueue.Message) error { inside = correlation.From(ctx); return nil }, eventqueue.Options{Logger: rec.log})
			if err := handle(tt.outer.Into(t.Context()), tt.message); err != nil {
				t.Fatal(err)
			}
			has(t, rec.events(t)[0], tt.want)
			if inside.CorrelationID != tt.want["correlation_id"] {
				t.Errorf("handler passes on %q, want %q", inside.CorrelationID, tt.want["correlation_id"])
			}
		})
	}
}

func TestMessageWithoutAnyID(t *testing.T) {
	rec := newRecorder()
	eventqueue.Wrap(func(context.Context, eventqueue.Message) error { return nil }, eventqueue.Options{Logger: rec.log})(t.Context(), eventqueue.Message{ID: "not clean"})
	if id, _ := rec.events(t)[0]["correlation_id"].(string); !correlation.Valid(id) {
		t.Errorf("correlation_id %q, want a new one", id)
	}
}

func TestDebugIsObeyed(t *testing.T) {
	rec := newRecorder()
	handle := eventqueue.Wrap(func(ctx context.Context, _ eventqueue.Message) error {
		eventlog.Debug(ctx, "label_measured")
		return nil
	}, eventqueue.Options{Logger: rec.log})
	for _, tt := range []struct {
		value string
		want  int
	}{{"true", 2}, {"", 1}} {
		handle(t.Context(), eventqueue.Message{ID: "m", Attributes: map[string]string{"debug-log-enabled": tt.value}})
		if got := rec.events(t); len(got) != tt.want {
			t.Errorf("with debug-log-enabled %q: %d events, want %d: %v", tt.value, len(got), tt.want, got)
		}
	}
}

func TestBatch(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fifo    bool
		groups  string // of each message
		failing string // ids
		panics  string
		want    []string
		handled string
		counts  map[string]any
	}{
		{"all well", false, "    ", "", "", nil, "0123", map[string]any{"failed": 0.0, "skipped": 0.0}},
		{"one fails", false, "    ", "1", "", []string{"1"}, "0123", map[string]any{"failed": 1.0, "skipped": 0.0}},
		{"all fail", false, "    ", "0123", "", []string{"0", "1", "2", "3"}, "0123", map[string]any{"failed": 4.0, "skipped": 0.0}},
		{"one panics", false, "    ", "", "2", []string{"2"}, "0123", map[string]any{"failed": 1.0, "skipped": 0.0}},
		{"in order, one group", true, "    ", "1", "", []string{"1", "2", "3"}, "01", map[string]any{"failed": 1.0, "skipped": 2.0}},
		{"in order, the last fails", true, "    ", "3", "", []string{"3"}, "0123", map[string]any{"failed": 1.0, "skipped": 0.0}},
		{"in order, the other group goes on", true, "abab", "0", "", []string{"0", "2"}, "013", map[string]any{"failed": 1.0, "skipped": 1.0}},
		{"empty", false, "", "", "", nil, "", map[string]any{"failed": 0.0, "skipped": 0.0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := newRecorder()
			handled := ""
			handle := func(_ context.Context, m eventqueue.Message) error {
				handled += m.ID
				if strings.Contains(tt.panics, m.ID) && tt.panics != "" {
					panic("no ink")
				}
				if strings.Contains(tt.failing, m.ID) && tt.failing != "" {
					return errNoInk
				}
				return nil
			}
			var messages []eventqueue.Message
			for i, g := range tt.groups {
				messages = append(messages, eventqueue.Message{ID: string(rune('0' + i)), Group: strings.TrimSpace(string(g)), Queue: "https://sqs.eu-west-1.amazonaws.com/1/labels"})
			}
			r := eventqueue.Batch(handle, eventqueue.Options{Logger: rec.log, FIFO: tt.fifo})(t.Context(), messages)
			var got []string
			for _, f := range r.BatchItemFailures {
				got = append(got, f.ItemIdentifier)
			}
			if !reflect.DeepEqual(got, tt.want) || handled != tt.handled {
				t.Errorf("failures %q, handled %q, want %q and %q", got, handled, tt.want, tt.handled)
			}
			events := rec.events(t)
			if len(events) != len(tt.handled)+1 {
				t.Fatalf("%d events, want one for each of %q and the batch's: %v", len(events), tt.handled, events)
			}
			tt.counts["tag"], tt.counts["level"], tt.counts["batch_size"] = "batch_processed", "info", float64(len(messages))
			has(t, events[len(events)-1], tt.counts)
			if len(messages) > 0 {
				has(t, events[0], map[string]any{"message_id": "0", "correlation_id": "0", "queue": "labels"})
			}
		})
	}
}

func TestBatchEndsWithItsContext(t *testing.T) {
	rec := newRecorder()
	ctx, cancel := context.WithCancel(t.Context())
	handle := func(context.Context, eventqueue.Message) error { cancel(); return nil }
	r := eventqueue.Batch(handle, eventqueue.Options{Logger: rec.log})(ctx, []eventqueue.Message{{ID: "0"}, {ID: "1"}})
	if want := []eventqueue.ItemFailure{{ItemIdentifier: "1"}}; !reflect.DeepEqual(r.BatchItemFailures, want) {
		t.Errorf("failures %v, want %v", r.BatchItemFailures, want)
	}
}

func TestResponseJSON(t *testing.T) {
	none := eventqueue.Batch(func(context.Context, eventqueue.Message) error { return nil }, eventqueue.Options{Logger: newRecorder().log})(t.Context(), nil)
	for _, tt := range []struct {
		r    eventqueue.Response
		want string
	}{
		{none, `{"batchItemFailures":[]}`},
		{eventqueue.Response{BatchItemFailures: []eventqueue.ItemFailure{{ItemIdentifier: "m-1"}}}, `{"batchItemFailures":[{"itemIdentifier":"m-1"}]}`},
	} {
		if got, err := json.Marshal(tt.r); string(got) != tt.want || err != nil {
			t.Errorf("json.Marshal(%v) = %s, %v, want %s", tt.r, got, err, tt.want)
		}
	}
}

func TestWrapConcurrently(t *testing.T) {
	rec := newRecorder()
	handle := eventqueue.Wrap(func(ctx context.Context, m eventqueue.Message) error {
		eventlog.Set(ctx, slog.String("label", m.Body))
		return nil
	}, eventqueue.Options{Logger: rec.log})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			id := "m" + string(rune('A'+i%26))
			if err := handle(t.Context(), eventqueue.Message{ID: id, Body: id}); err != nil {
				t.Errorf("message %s: %v", id, err)
			}
		})
	}
	all.Wait()
	events := rec.events(t)
	if len(events) != 50 {
		t.Errorf("%d events, want 50", len(events))
	}
	for _, e := range events {
		has(t, e, map[string]any{"label": e["message_id"], "correlation_id": e["message_id"]})
	}
}
