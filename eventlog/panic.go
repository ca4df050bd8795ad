package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
)

// A panicError is a panic's value as an error, with the place it came from.
type panicError struct {
	value any
	stack stack
}

// panicked returns the panic that is under way, of value v, as an error. It must be called while the panicking
// frames are still there: by a deferred function or one below it.
func panicked(v any) *panicError {
	return &panicError{value: v, stack: panicStack()}
}

// Error returns the value's text.
func (p *panicError) Error() string {
	switch v := p.value.(type) {
	case error:
		return errorText(v)
	case string:
		return v
	}
	return fmt.Sprint(p.value) // fmt catches the value's own panics
}

// Unwrap returns the value, if it is an error.
func (p *panicError) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// errGoexit is the error of work whose goroutine left by runtime.Goexit.
var errGoexit = errors.New("goroutine left by runtime.Goexit")

// errHiddenPanic is the error of work that ended while a panic was under way whose value could not be had, because
// Done was not deferred itself.
var errHiddenPanic = errors.New("panic under way, its value is unknown: defer Done itself")

// resultOfPanic is the result of work that ended with a panic of this value.
func resultOfPanic(v any) result {
	if isAbort(v) {
		return result{outcome: outcomeFailed, level: slog.LevelWarn, err: v.(error)}
	}
	return result{outcome: outcomePanicked, level: slog.LevelError, err: panicked(v)}
}

// isAbort reports whether v is http.ErrAbortHandler. It goes by the text, so that this package does not pull in
// net/http.
func isAbort(v any) bool {
	err, ok := v.(error)
	return ok && errorText(err) == "net/http: abort Handler"
}

// An unwind is why deferred functions run.
type unwind uint64

const (
	byReturn unwind = 1 + iota // 0 is an empty place of unwindCache
	byGoexit
	byPanic
)

// unwindCallers is how many callers of a method that ends a span are looked at: it is deferred itself, or called by a
// deferred function literal.
const unwindCallers = 2

// resultOfReturn is the result of work that ended with err; callers are those of the method that was called to end
// it. Without an err it looks whether the callers run because of a panic or of runtime.Goexit. The second one says
// so only if the first is not the function that began the work at began: that one returned in good order, whoever
// called it.
func resultOfReturn(err error, callers []uintptr, began *site) result {
	if err != nil {
		return result{outcome: outcomeFailed, level: slog.LevelError, err: err}
	}
	for i, pc := range callers {
		u := unwindOf(pc)
		if u == byReturn || i > 0 && began != nil && sameFunc(callers[0], began.pc) {
			continue
		}
		if u == byGoexit {
			return result{outcome: outcomeFailed, level: slog.LevelError, err: errGoexit}
		}
		p := &panicError{value: errHiddenPanic, stack: panicStack()}
		return result{outcome: outcomePanicked, level: slog.LevelError, err: p}
	}
	return result{outcome: outcomeOK, level: slog.LevelInfo}
}

// unwindCache holds for some return addresses what unwindOf says: address<<2 | unwind.
var unwindCache [1024]atomic.Uint64

// unwindOf tells whether pc lies in the runtime's code for panic or Goexit.
func unwindOf(pc uintptr) unwind {
	slot := &unwindCache[(pc^pc>>10)%uintptr(len(unwindCache))]
	if c := slot.Load(); c>>2 == uint64(pc) {
		return unwind(c & 3)
	}
	u := byReturn
	if f := runtime.FuncForPC(pc - 1); f != nil {
		switch f.Name() {
		case "runtime.Goexit":
			u = byGoexit
		case "runtime.gopanic":
			u = byPanic
		}
	}
	slot.Store(uint64(pc)<<2 | uint64(u))
	return u
}

func sameFunc(a, b uintptr) bool {
	f, g := runtime.FuncForPC(a-1), runtime.FuncForPC(b-1)
	return f != nil && g != nil && f.Entry() == g.Entry()
}

// Recover is for defer and must be deferred itself: if a panic is under way, it writes an event of level error with
// the panic's value as the error, outcome panicked and the place of the panic as error_stack, fn and pkg; then the
// panic goes on with the same value. http.ErrAbortHandler goes on without an event.
func Recover(ctx context.Context, tag string, attrs ...slog.Attr) {
	v := recover()
	if v == nil {
		return
	}
	if !isAbort(v) {
		p := panicked(v)
		s := scopeOf(ctx)
		loggerOf(s).emit(s, slog.LevelError, p.stack.innermost(), tag,
			append([]slog.Attr{slog.Any("error", p), slog.String("outcome", outcomePanicked)}, attrs...))
	}
	panic(v)
}

// panicStack returns the stack of the panic that is under way, from the place that panicked.
func panicStack() stack {
	var s stack
	var pcs [2 * maxFrames]uintptr // what runs above the panic comes first
	n := runtime.Callers(2, pcs[:])
	s.set(afterPanic(pcs[:n]))
	return s
}

// afterPanic returns the part of a stack below the runtime's panic, or all of it if there is none.
func afterPanic(pcs []uintptr) []uintptr {
	for i, pc := range pcs {
		if unwindOf(pc) != byPanic {
			continue
		}
		for i++; i < len(pcs) && inRuntime(pcs[i]); i++ {
		}
		return pcs[i:]
	}
	return pcs
}

func inRuntime(pc uintptr) bool {
	f := runtime.FuncForPC(pc - 1)
	return f != nil && strings.HasPrefix(f.Name(), "runtime.")
}
