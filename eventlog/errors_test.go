package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/eventlog"
)

// Errors that misbehave.
type (
	codeError    struct{ code int }
	nilSafe      struct{}
	nilUnsafe    struct{ text string }
	panicking    struct{}
	unwrapPanics struct{}
	masked       struct{ secret string }
	ring         struct {
		name string
		next error
	}
	uncomparable   []string
	anError[T any] struct{ v T }
)

func (e codeError) Error() string     { return fmt.Sprint("code ", e.code) }
func (e *nilSafe) Error() string      { return "safe" }
func (e *nilUnsafe) Error() string    { return e.text }
func (panicking) Error() string       { panic("no text") }
func (unwrapPanics) Error() string    { return "broken" }
func (unwrapPanics) Unwrap() error    { panic("no cause") }
func (e masked) Error() string        { return e.secret }
func (e masked) LogValue() slog.Value { return slog.StringValue("masked") }
func (e *ring) Error() string         { return e.name }
func (e *ring) Unwrap() error         { return e.next }
func (e uncomparable) Error() string  { return strings.Join(e, ",") }
func (e anError[T]) Error() string    { return fmt.Sprint(e.v) }

func someRing() error {
	a, b := &ring{name: "a"}, &ring{name: "b"}
	a.next, b.next = b, a
	return a
}

func TestErrorsAreData(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "7.json", Err: fs.ErrNotExist}
	for _, tt := range []struct {
		name, message, typ, chain string
		err                       error
	}{
		{"a plain error", "boom", "*errors.errorString", "", errors.New("boom")},
		{"a type of one's own", "code 7", "eventlog_test.codeError", "", codeError{7}},
		{"a generic type", "7", "eventlog_test.anError[int]", "", anError[int]{7}},
		{"a well-known value goes by its name", "EOF", "io.EOF", "", io.EOF},
		{"the type behind fmt.Errorf", "read: code 7", "eventlog_test.codeError",
			"read (*fmt.wrapError) <- code 7 (eventlog_test.codeError)", fmt.Errorf("read: %w", codeError{7})},
		{"the outermost type", "read order: open 7.json: file does not exist", "*fs.PathError",
			"read order (*fmt.wrapError) <- open 7.json (*fs.PathError) <- file does not exist (fs.ErrNotExist)",
			fmt.Errorf("read order: %w", missing)},
		{"a wrapper of a plain error is plain", "a: b: c", "*errors.errorString",
			"a (*fmt.wrapError) <- b (*fmt.wrapError) <- c (*errors.errorString)",
			fmt.Errorf("a: %w", fmt.Errorf("b: %w", errors.New("c")))},
		{"the message in the middle stays whole", "before code 7 after", "eventlog_test.codeError",
			"before code 7 after (*fmt.wrapError) <- code 7 (eventlog_test.codeError)", fmt.Errorf("before %w after", codeError{7})},
		{"who gave up goes before types", "open x: context deadline exceeded", "context.DeadlineExceeded",
			"open x (*fs.PathError) <- context deadline exceeded (context.DeadlineExceeded)",
			&fs.PathError{Op: "open", Path: "x", Err: context.DeadlineExceeded}},
		{"a join has its members in brackets and the first type", "a\ncode 7\ncode 8", "eventlog_test.codeError",
			"[a (*errors.errorString) | code 7 (eventlog_test.codeError) | code 8 (eventlog_test.codeError)]",
			errors.Join(errors.New("a"), codeError{7}, codeError{8})},
		{"a join inside a wrapper", "save: a\nread: code 7", "eventlog_test.codeError",
			"save (*fmt.wrapError) <- [a (*errors.errorString) | read (*fmt.wrapError) <- code 7 (eventlog_test.codeError)]",
			fmt.Errorf("save: %w", errors.Join(errors.New("a"), fmt.Errorf("read: %w", codeError{7})))},
		{"several %w", "a b", "*errors.errorString",
			"a b (*fmt.wrapErrors) <- [a (*errors.errorString) | b (*errors.errorString)]",
			fmt.Errorf("%w %w", errors.New("a"), errors.New("b"))},
		{"an errno", "no such file or directory", "syscall.Errno", "", syscall.ENOENT},
		{"nil is a mistake", "no error: nil was given where an error belongs", "nil", "", nil},
		{"a nil pointer that has a message", "safe", "*eventlog_test.nilSafe", "", (*nilSafe)(nil)},
		{"a nil pointer that has none", "nil *eventlog_test.nilUnsafe", "*eventlog_test.nilUnsafe", "", (*nilUnsafe)(nil)},
		{"a nil pointer of the standard library", "nil *fs.PathError", "*fs.PathError", "", (*os.PathError)(nil)},
		{"a panic in Error", "!ERROR eventlog_test.panicking.Error panicked: no text", "eventlog_test.panicking", "", panicking{}},
		{"a panic in Unwrap", "broken", "eventlog_test.unwrapPanics", "", unwrapPanics{}},
		{"a masked message", "masked", "eventlog_test.masked", "", masked{"hunter2"}},
		{"an error that cannot be compared", "a,b", "eventlog_test.uncomparable", "", uncomparable{"a", "b"}},
		{"text that needs escapes", "a \"b\"\n\x01", "*errors.errorString", "", errors.New("a \"b\"\n\x01")},
		{"escapes in a chain", "a\t\"b\": c", "*errors.errorString",
			"a\t\"b\" (*fmt.wrapError) <- c (*errors.errorString)", fmt.Errorf("a\t\"b\": %w", errors.New("c"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			eventlog.Fail(ctx, "read_failed", tt.err, slog.Int("n", 1))
			o := r.only(t)
			o.wantField(t, "error", tt.message)
			o.wantField(t, "error_type", tt.typ)
			if tt.chain != "" {
				o.wantField(t, "error_chain", tt.chain)
			} else {
				o.wantField(t, "error_chain", nil)
			}
			o.wantField(t, "error_stack", nil)
			o.wantField(t, "n", 1)
		})
	}
}

func TestChainsAreBounded(t *testing.T) {
	deep := errors.New("deep")
	for range 1000 {
		deep = fmt.Errorf("x: %w", deep)
	}
	var many []error
	for i := range 100 {
		many = append(many, codeError{i})
	}
	long := strings.Repeat("é", 3000)
	for _, tt := range []struct {
		name string
		err  error
		from string // how the chain begins
		to   string // and ends
	}{
		{"a ring", someRing(), "a (*eventlog_test.ring) <- b (*eventlog_test.ring) <- a ", "<- …"},
		{"a thousand links", deep, "x (*fmt.wrapError) <- x (*fmt.wrapError)", "<- …"},
		{"a hundred members", errors.Join(many...), "[code 0 (eventlog_test.codeError) | code 1 ", " | …]"},
		{"a long message", fmt.Errorf("%s: %w", long, io.EOF), "éé", "é… (*fmt.wrapError) <- …"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{})
			eventlog.Fail(ctx, "read_failed", tt.err)
			got, _ := r.only(t)["error_chain"].(string)
			if len(got) > 4096+64 || !strings.HasPrefix(got, tt.from) || !strings.HasSuffix(got, tt.to) {
				t.Errorf("error_chain of %d bytes = %s, want %s ... %s", len(got), got, tt.from, tt.to)
			}
		})
	}
}

func TestErrorsThroughSlogAreData(t *testing.T) {
	l, r := recordingLogger(eventlog.Options{})
	l.Slog().Error("read", "error", fmt.Errorf("read: %w", io.EOF), "cause", io.ErrClosedPipe)
	o := r.only(t)
	o.wantField(t, "error_type", "io.EOF")
	o.wantField(t, "error_chain", "read (*fmt.wrapError) <- EOF (io.EOF)")
	o.wantField(t, "cause", "io: read/write on closed pipe")
	o.wantField(t, "cause_type", nil)
}

func TestErrorFieldsCanBeRedacted(t *testing.T) {
	err := fmt.Errorf("card 4111: %w", eventlog.WithStack(io.EOF))
	for _, tt := range []struct {
		name   string
		redact string
		want   object
	}{
		{"all of it", "error", object{"error": "[redacted]", "error_type": nil, "error_chain": nil, "error_stack": nil}},
		{"the chain", "error_chain", object{"error": "card 4111: EOF", "error_type": "io.EOF", "error_chain": "[redacted]"}},
		{"the stack", "error_stack", object{"error": "card 4111: EOF", "error_stack": "[redacted]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, r := record(eventlog.Options{Redact: []string{tt.redact}})
			eventlog.Fail(ctx, "read_failed", err)
			o := r.only(t)
			for key, want := range tt.want {
				o.wantField(t, key, want)
			}
		})
	}
}

func TestErrorsInGroupsKeepThePrefix(t *testing.T) {
	ctx, r := record(withoutCaller)
	eventlog.Info(ctx, "retried", slog.Group("last", eventlog.Err(io.EOF)))
	if got, want := r.behind(t, `"version":"v1"`), `,"last.error":"EOF","last.error_type":"io.EOF"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestErrorsAllocateNothing(t *testing.T) {
	ctx, _ := benchLogger(eventlog.Options{Now: func() time.Time { return someMoment }})
	for _, tt := range []struct {
		name string
		err  error
	}{
		{"plain", errors.New("boom")},
		{"wrapped", fmt.Errorf("read order: %w", io.EOF)},
		{"with a stack", fmt.Errorf("read order: %w", eventlog.WithStack(io.EOF))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := testing.AllocsPerRun(100, func() { eventlog.Fail(ctx, "read_failed", tt.err) })
			if got > 0 {
				t.Errorf("Fail allocates %v times, want 0", got)
			}
		})
	}
}
