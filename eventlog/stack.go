package eventlog

import (
	"log/slog"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
)

// maxFrames is the number of innermost frames that a stack keeps.
const maxFrames = 32

// maxStackText is the size of the largest stack that an error of somebody else's hands over as text.
const maxStackText = 16 << 10

// WithStack returns err with the stack of the call, of at most 32 frames, which [Err] and [Logger.Fail] write as
// error_stack: a line for each frame, innermost first, "example.com/label.Create label.go:42". An error that has a
// stack already stays as it is, since the innermost one is nearest to the cause. A nil err stays nil.
//
// Errors of other packages keep theirs if they have a method Callers() []uintptr, StackTrace() that returns a slice
// of program counters (github.com/pkg/errors and others), or Stack() that returns text.
func WithStack(err error) error {
	if err == nil || hasStack(err) {
		return err
	}
	e := &stackError{error: err}
	e.stack.callers(1)
	return e
}

// hasStack reports whether err, or an error it wraps, came through WithStack.
func hasStack(err error) bool {
	for range maxLinks {
		if _, ok := any(err).(*stackError); ok {
			return true
		}
		if err, _ = unwrap(err); err == nil {
			return false
		}
	}
	return false
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

// A stack is the places of calls, innermost first, as runtime.Callers gives them.
type stack struct {
	pcs [maxFrames]uintptr
	n   int
}

// set makes s the first maxFrames of pcs.
func (s *stack) set(pcs []uintptr) { s.n = copy(s.pcs[:], pcs) }

// callers makes s the stack above the function that is skip frames above the caller.
func (s *stack) callers(skip int) { s.n = runtime.Callers(skip+2, s.pcs[:]) }

// places returns the stack as runtime.Callers does.
func (s *stack) places() []uintptr { return s.pcs[:s.n] }

// innermost returns the place of the last call, or 0.
func (s *stack) innermost() uintptr { return s.pcs[0] }

// A stackText is what is written for a stack.
type stackText struct {
	pcs   []uintptr
	value slog.Value
}

// stackTexts keeps what is written for a stack, at the index its hash gives; a newer stack takes over from an older
// one. 1,024 is more than the places a program fails at.
var stackTexts [1024]atomic.Pointer[stackText]

// textOf returns what is written for a stack, nil for an empty one.
func textOf(pcs []uintptr) *stackText {
	if len(pcs) == 0 {
		return nil
	}
	pcs = pcs[:min(len(pcs), maxFrames)]
	slot := &stackTexts[stackHash(pcs)%uint64(len(stackTexts))]
	if t := slot.Load(); t != nil && slices.Equal(t.pcs, pcs) {
		return t
	}
	t := &stackText{pcs: slices.Clone(pcs)}
	t.value = slog.AnyValue(encoded(jsontext.AppendString(nil, frameLines(t.pcs))))
	slot.Store(t)
	return t
}

// stackHash mixes pcs. It need not be strong: a clash costs time, never a wrong text. The multiplier is 2^64 divided
// by the golden ratio.
func stackHash(pcs []uintptr) uint64 {
	h := uint64(len(pcs))
	for _, pc := range pcs {
		h = (h ^ uint64(pc)) * 0x9E3779B97F4A7C15
	}
	return h ^ h>>32
}

// frameLines has a line for each frame: the function with its import path, the file's base name and the line. The
// runtime's frames at the outer end are left out.
func frameLines(pcs []uintptr) string {
	var b strings.Builder
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if f.Function != "" && f.Function != "runtime.goexit" && f.Function != "runtime.main" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(f.Function)
			b.WriteByte(' ')
			b.WriteString(path.Base(f.File))
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(f.Line))
		}
		if !more {
			return b.String()
		}
	}
}

func (k *errorKind) hasStack() bool { return k.stack != nil || k.trace != nil }

// stackIn returns the stack that err itself, of this kind, knows, or nil.
func stackIn(err error, kind *errorKind) (t *stackText) {
	defer func() { _ = recover() }() // a method that panics knows none
	if kind.stack != nil {
		return textOf(kind.stack(err))
	}
	text := strings.TrimSpace(kind.trace(err))
	if text == "" {
		return nil
	}
	if len(text) > maxStackText {
		text = strings.ToValidUTF8(text[:maxStackText], "") + "…"
	}
	return &stackText{value: slog.StringValue(text)}
}

// Methods by which errors tell their stack, by custom.
type (
	callersMethod    interface{ Callers() []uintptr }
	stackTraceMethod interface{ StackTrace() []uintptr }
	stackBytesMethod interface{ Stack() []byte }
	stackTextMethod  interface{ Stack() string }
)

// stackMethods returns how an error of type t tells its stack, as program counters or as text; nil if it does not.
func stackMethods(t reflect.Type) (stack func(error) []uintptr, text func(error) string) {
	switch {
	case t.Implements(reflect.TypeFor[callersMethod]()):
		return func(err error) []uintptr { return err.(callersMethod).Callers() }, nil
	case t.Implements(reflect.TypeFor[stackTraceMethod]()):
		return func(err error) []uintptr { return err.(stackTraceMethod).StackTrace() }, nil
	case t.Implements(reflect.TypeFor[stackBytesMethod]()):
		return nil, func(err error) string { return string(err.(stackBytesMethod).Stack()) }
	case t.Implements(reflect.TypeFor[stackTextMethod]()):
		return nil, func(err error) string { return err.(stackTextMethod).Stack() }
	}
	m, ok := t.MethodByName("StackTrace")
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 {
		return nil, nil
	}
	if out := m.Type.Out(0); out.Kind() != reflect.Slice || out.Elem().Kind() != reflect.Uintptr {
		return nil, nil
	}
	return func(err error) []uintptr { return countersOf(reflect.ValueOf(err).Method(m.Index).Call(nil)[0]) }, nil
}

// countersOf returns a slice of program counters of any named type as one of uintptr.
func countersOf(v reflect.Value) []uintptr {
	pcs := make([]uintptr, min(v.Len(), maxFrames))
	for i := range pcs {
		pcs[i] = uintptr(v.Index(i).Uint())
	}
	return pcs
}
