package eventtest

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// A fake is a testing.TB that notes what it is told.
type fake struct {
	testing.TB
	said    []string
	stopped bool
	cleanup []func()
}

func (f *fake) Helper()                      {}
func (f *fake) Cleanup(c func())             { f.cleanup = append(f.cleanup, c) }
func (f *fake) Error(args ...any)            { f.said = append(f.said, fmt.Sprint(args...)) }
func (f *fake) Errorf(s string, args ...any) { f.said = append(f.said, fmt.Sprintf(s, args...)) }
func (f *fake) Fatalf(s string, args ...any) {
	f.Errorf(s, args...)
	f.stopped = true
	panic(f)
}

// run runs a test's body with a fake and returns what it was told.
func run(t *testing.T, body func(tb testing.TB)) *fake {
	f := &fake{TB: t}
	func() {
		defer func() {
			if r := recover(); r != nil && r != any(f) {
				panic(r)
			}
		}()
		body(f)
	}()
	for _, c := range f.cleanup {
		c()
	}
	return f
}

func TestAskingForEvents(t *testing.T) {
	for _, tt := range []struct {
		name string
		ask  func(r *Recorder)
		want string // a part of what the test is told, "" for nothing
	}{
		{"the one event with its fields", func(r *Recorder) {
			r.One("label_created").Has("order_id", 7).Has("carrier", "dhl").Has("paid", true).Lacks("error")
		}, ""},
		{"another value", func(r *Recorder) { r.One("label_created").Has("order_id", 8) }, "order_id = 7, want 8"},
		{"a number is no text", func(r *Recorder) { r.One("label_created").Has("order_id", "7") }, "order_id = 7"},
		{"a field that is not there", func(r *Recorder) { r.One("label_created").Has("user_id", "u") }, `no field "user_id"`},
		{"a field that should not be there", func(r *Recorder) { r.One("label_created").Lacks("paid") }, "want no such field"},
		{"a tag that is not there", func(r *Recorder) { r.One("label_sent") }, `0 events "label_sent", want 1`},
		{"a tag that is there twice", func(r *Recorder) { r.One("label_read") }, `2 events "label_read", want 1`},
		{"none of a tag that is there", func(r *Recorder) { r.None("label_read") }, `2 events "label_read", want none`},
		{"none of a tag that is not there", func(r *Recorder) { r.None("label_sent") }, ""},
		{"none after a reset", func(r *Recorder) { r.Reset(); r.None("label_read") }, ""},
		{"all events in order", func(r *Recorder) {
			if n := len(r.Events()); n != 3 {
				r.t.Errorf("Events: %d, want 3", n)
			}
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := run(t, func(tb testing.TB) {
				r := New(tb)
				ctx := r.Into(t.Context())
				eventlog.Info(ctx, "label_created", slog.Int("order_id", 7), slog.String("carrier", "dhl"), slog.Bool("paid", true))
				eventlog.Debug(ctx, "label_read")
				eventlog.Debug(ctx, "label_read")
				tt.ask(r)
			})
			said := strings.Join(f.said, "\n")
			if tt.want == "" && said != "" || !strings.Contains(said, tt.want) {
				t.Errorf("the test was told %q, want %q", said, tt.want)
			}
		})
	}
}

func TestLinesThatAreNoEventsFailTheTest(t *testing.T) {
	for line, want := range map[string]string{
		"{\"a\":1}":                   "not one line",
		"{\"a\":1}\n{\"b\":2}\n":      "not one line",
		"{\"a\":1,\"a\":2}\n":         `key "a" is there twice`,
		"{\"o\":{\"a\":1,\"a\":2}}\n": `key "a" is there twice`,
		"[{\"a\":1,\"a\":2}]\n":       `key "a" is there twice`,
		"[]\n":                        "want an object",
		"{\"a\":1} 2\n":               "text behind",
		"{\"a\":\n":                   "EOF",
		"plain\n":                     "invalid character",
	} {
		f := run(t, func(tb testing.TB) {
			r := New(tb)
			if _, err := (*writer)(r).Write([]byte(line)); err != nil {
				t.Error(err)
			}
		})
		if said := strings.Join(f.said, "\n"); !strings.Contains(said, want) {
			t.Errorf("line %q: the test was told %q, want %q", line, said, want)
		}
	}
}

func TestManyGoroutinesRecord(t *testing.T) {
	r := New(t)
	ctx := r.Context()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				eventlog.Info(ctx, "label_created")
			}
		})
	}
	wg.Wait()
	if n := len(r.All("label_created")); n != 800 {
		t.Errorf("All: %d events, want 800", n)
	}
}
