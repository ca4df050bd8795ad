package eventlog_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Errors as other packages make them.
type (
	frame      uintptr
	stackTrace []frame
	pkgError   struct{ pcs []uintptr } // github.com/pkg/errors
	traceError struct{ pcs []uintptr }
	goError    struct{ text string } // github.com/go-errors/errors
	textError  struct{ text string }
	wrongTrace struct{}
	badTrace   struct{}
)

func (e *pkgError) Error() string { return "pkg" }
func (e *pkgError) StackTrace() stackTrace {
	var s stackTrace
	for _, pc := range e.pcs {
		s = append(s, frame(pc))
	}
	return s
}
func (e *traceError) Error() string         { return "trace" }
func (e *traceError) StackTrace() []uintptr { return e.pcs }
func (e goError) Error() string             { return "go" }
func (e goError) Stack() []byte             { return []byte(e.text) }
func (e textError) Error() string           { return "text" }
func (e textError) Stack() string           { return e.text }
func (wrongTrace) Error() string            { return "wrong" }
func (wrongTrace) StackTrace() string       { return "not counters" }
func (badTrace) Error() string              { return "bad" }
func (badTrace) Callers() []uintptr         { panic("no callers") }

//go:noinline
func placesHere() []uintptr {
	pcs := make([]uintptr, 64)
	return pcs[:runtime.Callers(1, pcs)]
}

//go:noinline
func innerStack() error { return eventlog.WithStack(io.EOF) }

//go:noinline
func outerStack(err error) error { return eventlog.WithStack(fmt.Errorf("outer: %w", err)) }

// A doubleStack has a stack of its own and wraps an error that has one too.
type doubleStack struct {
	pkgError
	inner error
}

func (e *doubleStack) Unwrap() error { return e.inner }

func TestStacksOfErrors(t *testing.T) {
	const pkg = "github.com/groundwatch/groundwatch/eventlog_test."
	for _, tt := range []struct {
		name string
		err  error
		want string // how it begins
	}{
		{"none", io.EOF, ""},
		{"WithStack", innerStack(), pkg + "innerStack stack_test.go:52\n" + pkg + "TestStacksOfErrors stack_test.go:"},
		{"below wrappers", fmt.Errorf("a: %w", fmt.Errorf("b: %w", innerStack())), pkg + "innerStack "},
		{"in a join", errors.Join(io.EOF, innerStack()), pkg + "innerStack "},
		{"the innermost of two", outerStack(innerStack()), pkg + "innerStack "},
		{"the innermost of two kinds", &doubleStack{pkgError{placesHere()}, innerStack()}, pkg + "innerStack "},
		{"the outer one if there is no other", outerStack(io.EOF), pkg + "outerStack "},
		{"pkg/errors", &pkgError{placesHere()}, pkg + "placesHere "},
		{"counters", &traceError{placesHere()}, pkg + "placesHere "},
		{"no counters", &traceError{nil}, ""},
		{"bytes", goError{"main.go:1\nx.go:2\n"}, "main.go:1\nx.go:2"},
		{"no bytes", goError{""}, ""},
		{"text", textError{"at main"}, "at main"},
		{"long text", textError{strings.Repeat("é", 20_000)}, "éééé"},
		{"a method of another type", wrongTrace{}, ""},
		{"a method that panics", badTrace{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // the text of the second time is kept from the first
				ctx, r := record(eventlog.Options{})
				eventlog.Fail(ctx, "read_failed", tt.err)
				got, _ := r.only(t)["error_stack"].(string)
				if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
					t.Errorf("error_stack = %q, want %q at its beginning", got, tt.want)
				}
				if len(got) > 16<<10+3 || strings.Contains(got, "runtime.goexit") {
					t.Errorf("error_stack of %d bytes = %q, want at most 16 KiB and no runtime.goexit", len(got), got)
				}
			}
		})
	}
}

func TestStacksHaveAtMost32Frames(t *testing.T) {
	for _, tt := range []struct{ depth, want int }{{5, 8}, {200, 32}} {
		ctx, r := record(eventlog.Options{})
		eventlog.Fail(ctx, "read_failed", deepError(tt.depth, true))
		stack, _ := r.only(t)["error_stack"].(string)
		if got := strings.Count(stack, "\n") + 1; got != tt.want {
			t.Errorf("stack at depth %d has %d lines, want %d:\n%s", tt.depth, got, tt.want, stack)
		}
	}
}

func TestWithStackIsTransparent(t *testing.T) {
	if err := eventlog.WithStack(nil); err != nil {
		t.Errorf("WithStack(nil) = %v, want nil", err)
	}
	err := eventlog.WithStack(codeError{7})
	if err.Error() != "code 7" || !errors.Is(err, codeError{7}) {
		t.Errorf("WithStack(code 7) = %v, want it to be code 7", err)
	}
	if again := eventlog.WithStack(err); any(again) != any(err) {
		t.Errorf("WithStack of an error that has a stack = %#v, want the same", again)
	}
	with, ok := err.(interface{ Callers() []uintptr })
	if !ok || len(with.Callers()) == 0 {
		t.Errorf("%T has no Callers", err)
	}
	ctx, r := record(eventlog.Options{})
	eventlog.Fail(ctx, "read_failed", err)
	r.only(t).wantField(t, "error_type", "eventlog_test.codeError")
}
