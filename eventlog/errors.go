package eventlog

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"reflect"
	"strings"
)

// Err is an error as data, in up to four fields:
//
//   - error: its message.
//   - error_type: the type of the outermost error that is more than a wrapper (those of fmt.Errorf, errors.Join,
//     github.com/pkg/errors and [WithStack]), as %T prints it: "*fs.PathError". context.Canceled and
//     context.DeadlineExceeded anywhere in the chain go before all others, because they say who gave up; they and a
//     few other values of the standard library are given by name: "io.EOF".
//   - error_chain: if there is more than one link, what each adds to the message and its type, outermost first:
//     "read order (*fmt.wrapError) <- open 7.json (*fs.PathError) <- file does not exist (*errors.errorString)".
//     Members of a join stand in brackets with bars between them. At most 32 links and 4 KiB.
//   - error_stack: where it came from, if an error of the chain knows: see [WithStack].
//
// Any attribute of key error whose value is an error is written in this way, through log/slog too. Err(nil) is
// written as the mistake it is, with error_type nil. An Error method that panics is written as text that says so.
func Err(err error) slog.Attr {
	if err == nil {
		err = errNoError
	}
	return slog.Any("error", err)
}

// errNoError is written where an error was promised and none came.
var errNoError = errors.New("no error: nil was given where an error belongs")

// named are errors that are told by their name, since their type says nothing. The first two go before every type.
var named = []struct {
	err  error
	name string
}{
	{context.Canceled, "context.Canceled"},
	{context.DeadlineExceeded, "context.DeadlineExceeded"},
	{io.EOF, "io.EOF"},
	{io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
	{io.ErrClosedPipe, "io.ErrClosedPipe"},
	{fs.ErrNotExist, "fs.ErrNotExist"},
	{fs.ErrExist, "fs.ErrExist"},
	{fs.ErrPermission, "fs.ErrPermission"},
	{fs.ErrClosed, "fs.ErrClosed"},
	{errGoexit, "runtime.Goexit"},
	{errNoError, "nil"},
}

// wrappers are types that only carry another error.
var wrappers = map[string]bool{
	"*fmt.wrapError": true, "*fmt.wrapErrors": true, "*errors.joinError": true,
	"*errors.withStack": true, "*errors.withMessage": true, // github.com/pkg/errors
	"*eventlog.stackError": true, "*eventlog.panicError": true,
}

// errorIn returns the error that v holds, before v is resolved.
func errorIn(v slog.Value) (error, bool) {
	if k := v.Kind(); k != slog.KindAny && k != slog.KindLogValuer {
		return nil, false
	}
	err, ok := v.Any().(error)
	return err, ok
}

const (
	maxLinks     = 32   // of a chain
	maxChainText = 4096 // bytes of error_chain
	maxStackText = 16 << 10
)

// A chain is what a walk through an error finds.
type chain struct {
	links    int
	text     strings.Builder
	typeName string
	rank     int // of typeName
	stack    string
	deepest  int // depth of the error that stack is of
}

func chainOf(err error) *chain {
	c := &chain{}
	c.walk(err, 1)
	return c
}

// walk visits err and what it wraps, depth first.
func (c *chain) walk(err error, depth int) {
	if c.links == maxLinks || c.text.Len() > maxChainText {
		c.text.WriteString("…")
		return
	}
	c.links++
	c.offerType(err)
	c.offerStack(err, depth)
	next := unwrap(err)
	own := ownText(err, next)
	name := typeName(err)
	if own != "" || !wrappers[name] {
		c.text.WriteString(own)
		c.text.WriteString(" (" + name + ")")
		if len(next) > 0 {
			c.text.WriteString(" <- ")
		}
	}
	if len(next) == 1 {
		c.walk(next[0], depth+1)
		return
	}
	for i, n := range next {
		c.text.WriteString([]string{"[", " | "}[min(i, 1)])
		c.walk(n, depth+1)
	}
	if len(next) > 0 {
		c.text.WriteString("]")
	}
}

// offerType takes err's type if it says more than the one there is.
func (c *chain) offerType(err error) {
	name, rank := typeName(err), 2
	for i, n := range named {
		if err == n.err {
			name, rank = n.name, 2
			if i < 2 {
				rank = 3
			}
		}
	}
	switch {
	case wrappers[name]:
		rank = 0
	case name == "*errors.errorString":
		rank = 1
	}
	if rank > c.rank || c.typeName == "" {
		c.typeName, c.rank = name, rank
	}
}

// offerStack takes err's stack if it is deeper in the chain than the one there is.
func (c *chain) offerStack(err error, depth int) {
	if depth <= c.deepest {
		return
	}
	if text := stackIn(err); text != "" {
		c.stack, c.deepest = text, depth
	}
}

func typeName(err error) string { return reflect.TypeOf(err).String() }

func errorType(err error) string { return chainOf(err).typeName }

// ownText is the part of err's message that next's does not have at its end.
func ownText(err error, next []error) string {
	text := errorText(err)
	if len(next) == 1 {
		if own, ok := strings.CutSuffix(text, errorText(next[0])); ok {
			return strings.TrimRight(own, ": \n")
		}
	}
	return text
}

// errorText returns err's message, or what its Error method panicked with.
func errorText(err error) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = "!PANIC in Error of " + reflect.TypeOf(err).String()
		}
	}()
	return err.Error()
}

// unwrap returns what err wraps. Nil members are left out.
func unwrap(err error) (next []error) {
	defer func() { _ = recover() }()
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if n := e.Unwrap(); n != nil {
			return []error{n}
		}
	case interface{ Unwrap() []error }:
		for _, n := range e.Unwrap() {
			if n != nil {
				next = append(next, n)
			}
		}
	}
	return next
}

// stackIn returns the text of the stack that err itself knows, or "".
func stackIn(err error) (text string) {
	defer func() { _ = recover() }()
	switch e := err.(type) {
	case *stackError:
		return textOf(e.stack.places()).text
	case *panicError:
		return textOf(e.stack.places()).text
	case interface{ Callers() []uintptr }:
		return textOf(e.Callers()).text
	}
	return ""
}

// WithStack returns err with the stack of the call, of at most 32 frames, which [Err] and [Logger.Fail] write as
// error_stack. An error that has a stack already stays as it is, since the innermost one is nearest to the cause. A
// nil err stays nil.
func WithStack(err error) error {
	if err == nil {
		return nil
	}
	e := &stackError{error: err}
	e.stack.callers(1)
	return e
}

// A stackError is an error that knows where it was made.
type stackError struct {
	error
	stack stack
}

// Unwrap returns the error without its stack.
func (e *stackError) Unwrap() error { return e.error }

// Callers returns the stack as runtime.Callers gives it.
func (e *stackError) Callers() []uintptr { return e.stack.places() }
