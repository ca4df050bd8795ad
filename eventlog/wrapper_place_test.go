package eventlog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/emf"
	"github.com/groundwatch/groundwatch/eventlog/eventhttp"
	"github.com/groundwatch/groundwatch/eventlog/eventlambda"
	"github.com/groundwatch/groundwatch/eventlog/eventqueue"
	"github.com/groundwatch/groundwatch/eventlog/eventsql"
)

func noEnv(string) string { return "" }

// announce writes the one event of the wrapped code itself.
func announce(ctx context.Context) { eventlog.Info(ctx, "announced") }

func underHTTP(ctx context.Context) {
	h := eventhttp.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { announce(r.Context()) }), eventhttp.Options{})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
}

// A cannedTransport answers every request with its status.
type cannedTransport int

func (c cannedTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: int(c), Body: http.NoBody}, nil
}

func throughTransport(ctx context.Context) {
	r := httptest.NewRequestWithContext(ctx, "GET", "http://example.com/", nil)
	_, _ = eventhttp.Transport(cannedTransport(500), eventhttp.TransportOptions{}).RoundTrip(r)
}

// underLambda runs until after the event that comes before the deadline.
func underLambda(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	handler := func(ctx context.Context, _ int) (int, error) {
		announce(ctx)
		<-ctx.Done()
		return 0, nil
	}
	_, _ = eventlambda.Wrap(handler, eventlambda.Options{Getenv: noEnv, LogEvent: true, LogResponse: true, Correlation: eventlambda.Path("[")})(ctx, 1)
}

func underQueue(ctx context.Context) {
	handle := func(ctx context.Context, _ eventqueue.Message) error { announce(ctx); return nil }
	_ = eventqueue.Wrap(handle, eventqueue.Options{})(ctx, eventqueue.Message{ID: "1"})
	eventqueue.Batch(handle, eventqueue.Options{})(ctx, []eventqueue.Message{{ID: "1"}, {ID: "2"}})
}

func slowQuery(ctx context.Context) {
	ctx = eventsql.WithSlow(ctx, time.Millisecond)
	run := func(context.Context, string, ...any) (int, error) { time.Sleep(time.Second); return 0, nil }
	_, _ = eventsql.Query(ctx, run, "select 1")
	_, _ = eventsql.Exec(ctx, run, "delete")
	_ = eventsql.Time(ctx, "user", func(context.Context) error { time.Sleep(time.Second); return errors.New("gone") })
}

func metrics(ctx context.Context) {
	m := emf.Must(emf.Must(emf.New(emf.Options{Namespace: "Labels", Getenv: noEnv})).Metric("created", emf.Count))
	m.Put(ctx, 1)
	m.Put(ctx, math.NaN())
	ctx, unit := eventlog.Begin(ctx, "announced", "announced")
	m.Put(ctx, 1)
	unit.End(nil)
}

func TestPlaceOfWhatWrappersWrite(t *testing.T) {
	for _, tt := range []struct {
		name   string
		run    func(context.Context)
		events map[string]int // by tag, those of the wrapped code left out
		fn     string         // of the others
	}{
		{"HTTP server", underHTTP, map[string]int{"request_served": 1}, "announce"},
		{"HTTP client", throughTransport, map[string]int{"http_request_failed": 1}, ""},
		{"Lambda", underLambda, map[string]int{"invocation_finished": 1, "invocation_received": 1, "invocation_answered": 1,
			"invocation_timing_out": 1, "correlation_path_refused": 1}, "announce"},
		{"queue", underQueue, map[string]int{"message_processed": 3, "batch_processed": 1}, "announce"},
		{"SQL", slowQuery, map[string]int{"slow_query_finished": 3}, ""},
		{"metrics", metrics, map[string]int{"metrics_recorded": 3}, "metrics"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var text bytes.Buffer
			synctest.Test(t, func(t *testing.T) {
				log := eventlog.New(eventlog.Options{Writer: &text, Level: slog.LevelDebug, Getenv: noEnv})
				tt.run(log.Into(t.Context()))
			})
			for line := range strings.Lines(text.String()) {
				var e struct{ Tag, Fn, Pkg *string }
				if err := json.Unmarshal([]byte(line), &e); err != nil {
					t.Fatal(err)
				}
				switch {
				case *e.Tag != "announced":
					tt.events[*e.Tag]--
					if e.Fn != nil || e.Pkg != nil {
						t.Errorf("event of the wrapper has fn or pkg, want none: %s", line)
					}
				case e.Fn == nil || *e.Fn != tt.fn || *e.Pkg != "eventlog_test":
					t.Errorf("event of the wrapped code, want fn %s and pkg eventlog_test: %s", tt.fn, line)
				}
			}
			for tag, n := range tt.events {
				if n != 0 {
					t.Errorf("%d events %s too few", n, tag)
				}
			}
		})
	}
}
