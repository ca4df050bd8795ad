package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// gone is what a goroutine leaves behind that did not panic.
const gone = "goexit"

// outcomeOf runs f in a goroutine of its own and returns the value it panicked with, gone after runtime.Goexit, or nil.
func outcomeOf(f func()) (v any) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if v = recover(); v == nil && !returned {
				v = gone
			}
		}()
		f()
		returned = true
	}()
	<-done
	return v
}

// A failure is a way for work to end.
type failure struct {
	name                         string
	work                         func() error
	value                        any // that goes on, nil for none
	level, outcome, message, typ any
	stack                        string // where the stack begins, "" for none
}

//go:noinline
func dereference(p *int) int { return *p }

var errBoom = errors.New("boom")

// failures are all ways for work to end.
func failures() []failure {
	const pkg = "github.com/groundwatch/groundwatch/eventlog_test."
	return []failure{
		{"returns", func() error { return nil }, nil, "info", "ok", nil, nil, ""},
		{"returns an error", func() error { return io.EOF }, nil, "error", "failed", "EOF", "io.EOF", ""},
		{"panics with a text", func() error { panic("boom") }, "boom", "error", "panicked", "boom", "string", pkg + "failures."},
		{"panics with an error", func() error { panic(errBoom) }, errBoom, "error", "panicked", "boom", "*errors.errorString", pkg + "failures."},
		{"panics with a value", func() error { panic(codeError{7}) }, codeError{7}, "error", "panicked", "code 7", "eventlog_test.codeError", pkg},
		{"panics with a number", func() error { panic(7) }, 7, "error", "panicked", "7", "int", pkg},
		{"follows nil", func() error { dereference(nil); return nil }, nil, "error", "panicked",
			"runtime error: invalid memory address or nil pointer dereference", "runtime.errorString", pkg + "dereference panic_test.go:"},
		{"leaves by Goexit", func() error { runtime.Goexit(); return nil }, gone, "error", "failed",
			"goroutine left by runtime.Goexit", "runtime.Goexit", ""},
		{"aborts its response", func() error { panic(http.ErrAbortHandler) }, http.ErrAbortHandler, "warn", "failed",
			"net/http: abort Handler", "*errors.errorString", ""},
	}
}

// check checks the only event, and what went on.
func (f failure) check(t *testing.T, o object, v any) {
	t.Helper()
	if err, ok := v.(runtime.Error); ok && f.value == nil && f.outcome == "panicked" {
		v = nil
		if err.Error() != f.message {
			t.Errorf("panic went on with %v, want %v", err, f.message)
		}
	}
	if v != f.value {
		t.Errorf("what went on is %v, want %v", v, f.value)
	}
	o.wantField(t, "level", f.level)
	o.wantField(t, "outcome", f.outcome)
	o.wantField(t, "error", f.message)
	o.wantField(t, "error_type", f.typ)
	if stack, _ := o["error_stack"].(string); !strings.HasPrefix(stack, f.stack) || (stack == "") != (f.stack == "") {
		t.Errorf("error_stack = %q, want it to begin with %q", stack, f.stack)
	}
}

func TestDoneSeesHowWorkEnds(t *testing.T) {
	for _, f := range failures() {
		t.Run("unit "+f.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			v := outcomeOf(func() {
				_ = func() (err error) {
					_, u := eventlog.Begin(ctx, "a_done", "a_failed")
					defer u.Done(&err)
					return f.work()
				}()
			})
			f.check(t, r.only(t), v)
		})
		t.Run("call "+f.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			v := outcomeOf(func() {
				_ = func() (err error) {
					c := eventlog.Try(ctx, "a_sent", "a_failed")
					defer c.Done(&err)
					return f.work()
				}()
			})
			f.check(t, r.only(t), v)
		})
	}
}

func TestNothingThatAPanicEndsIsASuccess(t *testing.T) {
	hidden := "panic under way, its value is unknown: defer Done itself"
	for _, tt := range []struct {
		name           string
		work           func(ctx context.Context)
		outcome, error any
	}{
		{"End deferred", func(ctx context.Context) {
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer u.End(nil)
			panic("boom")
		}, "panicked", hidden},
		{"End in a deferred function", func(ctx context.Context) {
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer func() { u.End(nil) }()
			panic("boom")
		}, "panicked", hidden},
		{"Done in a deferred function", func(ctx context.Context) {
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer func() { u.Done(nil) }()
			panic("boom")
		}, "panicked", hidden},
		{"a call's End in a deferred function", func(ctx context.Context) {
			c := eventlog.Try(ctx, "a_sent", "a_failed")
			defer func() { c.End(nil) }()
			panic("boom")
		}, "panicked", hidden},
		{"End in a deferred function after Goexit", func(ctx context.Context) {
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer func() { u.End(nil) }()
			runtime.Goexit()
		}, "failed", "goroutine left by runtime.Goexit"},
		{"work of its own that is well while something else panics", func(ctx context.Context) {
			defer func() {
				_, u := eventlog.Begin(ctx, "a_done", "a_failed")
				defer u.Done(nil)
			}()
			panic("boom")
		}, "ok", nil},
		{"the same with End", func(ctx context.Context) {
			defer func() {
				_, u := eventlog.Begin(ctx, "a_done", "a_failed")
				u.End(nil)
			}()
			panic("boom")
		}, "ok", nil},
		{"End in a deferred function of work that returned", func(ctx context.Context) {
			_, u := eventlog.Begin(ctx, "a_done", "a_failed")
			defer func() { u.End(nil) }()
		}, "ok", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			outcomeOf(func() { tt.work(ctx) })
			o := r.only(t)
			o.wantField(t, "outcome", tt.outcome)
			o.wantField(t, "error", tt.error)
		})
	}
}

func TestRecoverWritesThePanicAndLetsItGoOn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		work  func()
		value any
		tags  string
	}{
		{"a panic", func() { panic("boom") }, "boom", "worker_panicked"},
		{"none", func() {}, nil, ""},
		{"Goexit", func() { runtime.Goexit() }, gone, ""},
		{"an aborted response", func() { panic(http.ErrAbortHandler) }, http.ErrAbortHandler, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			v := outcomeOf(func() {
				defer eventlog.Recover(ctx, "worker_panicked", slog.Int("worker", 3))
				tt.work()
			})
			if v != tt.value {
				t.Errorf("what went on is %v, want %v", v, tt.value)
			}
			if got := r.tags(t); got != tt.tags {
				t.Fatalf("got %q, want %q", got, tt.tags)
			}
			if tt.tags == "" {
				return
			}
			o := r.only(t)
			o.wantField(t, "level", "error")
			o.wantField(t, "fn", "TestRecoverWritesThePanicAndLetsItGoOn")
			o.wantField(t, "error", "boom")
			o.wantField(t, "error_type", "string")
			o.wantField(t, "outcome", "panicked")
			o.wantField(t, "worker", 3)
		})
	}
}

func TestPanicsOfErrorsHaveTheirChainAndThePanicsStack(t *testing.T) {
	ctx, r := record(eventlog.Options{})
	outcomeOf(func() {
		defer eventlog.Recover(ctx, "worker_panicked")
		panic(fmt.Errorf("read: %w", innerStack()))
	})
	o := r.only(t)
	o.wantField(t, "error", "read: EOF")
	o.wantField(t, "error_type", "io.EOF")
	o.wantField(t, "error_chain", "read (*fmt.wrapError) <- EOF (io.EOF)")
	if stack, _ := o["error_stack"].(string); strings.Contains(stack, "innerStack") || !strings.Contains(stack, "PanicsOfErrors") {
		t.Errorf("error_stack = %q, want that of the panic", stack)
	}
}
