package eventlambda

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A recorder keeps the events of a logger.
type recorder struct {
	log  *eventlog.Logger
	text bytes.Buffer
}

func newRecorder(o eventlog.Options) *recorder {
	r := &recorder{}
	o.Writer, o.NoCaller, o.Getenv = &r.text, true, environ(nil)
	if o.Level == nil {
		o.Level = slog.LevelInfo
	}
	r.log = eventlog.New(o)
	return r
}

// environ is an environment.
func environ(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

// options are those of a test: recorded, in an environment.
func (r *recorder) options(vars map[string]string) Options {
	return Options{Logger: r.log, Getenv: environ(vars)}
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

// one returns the only event.
func (r *recorder) one(t *testing.T) map[string]any {
	t.Helper()
	events := r.events(t)
	if len(events) != 1 {
		t.Fatalf("%d events, want 1: %v", len(events), events)
	}
	return events[0]
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

// tags lists the tags of events.
func tags(events []map[string]any) string {
	var all []string
	for _, e := range events {
		tag, _ := e["tag"].(string)
		all = append(all, tag)
	}
	return strings.Join(all, " ")
}

func nothing(context.Context, string) (string, error) { return "", nil }
