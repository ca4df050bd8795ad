package eventlog

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/internal/pctable"
	"github.com/groundwatch/groundwatch/eventlog/internal/printed"
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
	return printed.Sprint(p.value)
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
type unwind uint8

const (
	byReturn unwind = iota
	byGoexit
	byPanic
)

// resultOfReturn is the result of work that ended with err. It must be called by the method that was called to end
// it, whose framePC is pc.
//
// Without an err it looks whether that method runs because of a panic or of runtime.Goexit: because it is deferred
// itself, or called by a deferred function literal. But if its caller is the function that began the work, then that
// one returned in good order, whoever called it.
func (p *span) resultOfReturn(err error, pc uintptr) result {
	if err != nil {
		return result{outcome: outcomeFailed, level: slog.LevelError, err: err}
	}
	ok := result{outcome: outcomeOK, level: slog.LevelInfo}
	if p.began == nil || p.log.sink.frames && sameFunc(pc, p.began.pc) {
		return ok
	}
	var callers [2]uintptr
	for i, pc := range callers[:runtime.Callers(3, callers[:])] {
		u := unwindOf(pc)
		if u == byReturn || i > 0 && sameFunc(callers[0], p.began.pc) {
			continue
		}
		if u == byGoexit {
			return result{outcome: outcomeFailed, level: slog.LevelError, err: errGoexit}
		}
		hidden := &panicError{value: errHiddenPanic, stack: panicStack()}
		return result{outcome: outcomePanicked, level: slog.LevelError, err: hidden}
	}
	return ok
}

// A codePlace is what a return address tells.
type codePlace struct {
	entry  uintptr // where its function begins
	unwind unwind
}

// codePlaces keeps what return addresses tell.
var codePlaces pctable.Table[codePlace]

func codePlaceOf(pc uintptr) *codePlace { return codePlaces.Get(pc, newCodePlace) }

func newCodePlace(pc uintptr) codePlace {
	c := codePlace{unwind: byReturn}
	if f := runtime.FuncForPC(pc - 1); f != nil {
		c.entry = f.Entry()
		switch f.Name() {
		case "runtime.Goexit":
			c.unwind = byGoexit
		case "runtime.gopanic":
			c.unwind = byPanic
		}
	}
	return c
}

// unwindOf tells whether pc lies in the runtime's code for panic or Goexit.
func unwindOf(pc uintptr) unwind { return codePlaceOf(pc).unwind }

func sameFunc(a, b uintptr) bool {
	f, g := codePlaceOf(a), codePlaceOf(b)
	return f.entry == g.entry && f.entry != 0
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
		loggerOf(s).emitOwn(s, p.stack.innermost(), tag, endKeys,
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
