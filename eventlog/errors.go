package eventlog

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
)

// Err is an error as data, in up to four fields:
//
//   - error: its message.
//   - error_type: the type of the outermost error that is more than a wrapper (those of fmt.Errorf, errors.Join,
//     github.com/pkg/errors and [WithStack]), as %T prints it: "*fs.PathError". context.Canceled and
//     context.DeadlineExceeded anywhere in the chain go before all others, because they say who gave up; they and a
//     few other values of the standard library are given by name: "io.EOF".
//   - error_chain: if there is more than one link, what each adds to the message and its type, outermost first:
//     "read order (*fmt.wrapError) <- open 7.json (*fs.PathError) <- file does not exist (fs.ErrNotExist)".
//     Members of a join stand in brackets with bars between them. At most 32 links and 4 KiB.
//   - error_stack: where it came from, if an error of the chain knows: see [WithStack].
//
// Any attribute of key error whose value is an error is written in this way, through log/slog too; of an error under
// another key only the message is. Err(nil) is written as the mistake it is, with error_type nil. An Error method
// that panics is written as text that says so. An error that is a slog.LogValuer of a string has that as its message.
func Err(err error) slog.Attr {
	if err == nil {
		err = errNoError
	}
	return slog.Any("error", err)
}

// errNoError is written where an error was promised and none came.
var errNoError = errors.New("no error: nil was given where an error belongs")

const (
	maxLinks     = 32   // of a chain
	maxChainText = 4096 // bytes of error_chain
)

// errorIn returns the error that v holds, before v is resolved.
func errorIn(v slog.Value) (error, bool) {
	if k := v.Kind(); k != slog.KindAny && k != slog.KindLogValuer {
		return nil, false
	}
	err, ok := v.Any().(error)
	return err, ok
}

// addError writes err's fields.
func (e *event) addError(err error) {
	if (e.keys.meets(&errorFilter) || len(e.prefix) > 0) && !e.replaceError() {
		return
	}
	// errors.New's have no chain and no stack, and Error does not panic but for a nil pointer.
	if kind := kindOf(err); kind.rank == rankPlain && wordsOf(&err)[1] != 0 {
		e.addText("error", err.Error())
		if name, rank := kind.rate(err); rank != rankPlain || !e.addPlainType() {
			e.addText("error_type", name)
		}
		return
	}
	var c findings
	c.inspect(err)
	text := errorText(err)
	e.addText("error", text)
	e.addText("error_type", c.typeName)
	if c.links > 1 {
		e.addChain(err, text)
	}
	if c.stack != nil {
		e.addAny("error_stack", c.stack.value)
	}
}

// plainType is the field error_type of most of errors.New's errors.
const plainType = `,"error_type":"*errors.errorString"`

var errorTypeHash = hashOf([]byte("error_type"))

// addPlainType writes plainType and reports whether it did: not in a group, nor where the key may be there already or
// be redacted.
func (e *event) addPlainType() bool {
	if len(e.prefix) > 0 || e.log.sink.redact != nil || e.keys.has(errorTypeHash) {
		return false
	}
	e.keys.add(errorTypeHash)
	e.at = append(e.at, uint32(len(e.line)))
	e.line = append(e.line, plainType...)
	return true
}

func (e *event) addChain(err error, text string) {
	if e.log.sink.redact.Has("error_chain") {
		e.addRedacted("error_chain")
		return
	}
	if !e.key("error_chain") {
		return
	}
	if p, ok := any(err).(*panicError); ok {
		err = p.Unwrap() // there is one, since there are links
	}
	w := chainText{b: append(e.line, '"'), start: len(e.line)}
	w.link(err, text)
	e.line = append(w.b, '"')
}

// addText writes a field that is a string.
func (e *event) addText(key, text string) {
	if e.log.sink.redact != nil {
		e.addAny(key, slog.StringValue(text))
	} else if e.key(key) {
		e.line = jsontext.AppendString(e.line, text)
	}
}

// Findings are what a walk through an error finds.
type findings struct {
	links    int
	typeName string
	rank     typeRank // of typeName
	stack    *stackText
	deepest  int // depth of the error that stack is of
}

func (c *findings) inspect(err error) {
	p, ok := any(err).(*panicError)
	if !ok {
		c.walk(err, 1)
		return
	}
	c.stack, c.deepest = textOf(p.stack.places()), maxLinks+1
	if inner := p.Unwrap(); inner != nil {
		c.walk(inner, 1)
		return
	}
	c.typeName = reflect.TypeOf(p.value).String()
}

// walk visits err and what it wraps, depth first.
func (c *findings) walk(err error, depth int) {
	if c.links == maxLinks {
		return
	}
	c.links++
	kind := kindOf(err)
	if name, rank := kind.rate(err); rank > c.rank {
		c.typeName, c.rank = name, rank
	}
	if kind.hasStack() && depth > c.deepest {
		if s := stackIn(err, kind); s != nil {
			c.stack, c.deepest = s, depth
		}
	}
	one, many := unwrap(err)
	if one != nil {
		c.walk(one, depth+1)
		return
	}
	for _, m := range many {
		if m != nil {
			c.walk(m, depth+1)
		}
	}
}

// Links of a chain are told one by one, as values of type any: errors.As would look into what they wrap.

// An errorKind is what the type of an error tells.
type errorKind struct {
	word  uintptr // the first of an error of this type; errorKinds keeps the type itself
	name  string  // as %T prints it
	rank  typeRank
	join  bool                      // the message is only those of the members
	stack func(err error) []uintptr // the stack that errors of this type know, or nil
	trace func(err error) string    // the same as text, or nil
}

// A typeRank says how much the type of an error tells. The first of the highest rank is error_type.
type typeRank int

const (
	rankWrapper typeRank = 1 + iota // carries another error
	rankPlain                       // errors.New
	rankOwn                         // a type, or a value with a name
	rankGaveUp                      // context's
)

// errorKinds keeps the kinds of the types that came by, recentKinds those that came last, each in the place that its
// type's address has.
var (
	errorKinds  sync.Map
	recentKinds [64]atomic.Pointer[errorKind]
)

func kindOf(err error) *errorKind {
	word := wordsOf(&err)[0]
	recent := &recentKinds[word>>5%uintptr(len(recentKinds))] // types lie 32 bytes apart at least
	if k := recent.Load(); k != nil && k.word == word {
		return k
	}
	t := reflect.TypeOf(err)
	k, ok := errorKinds.Load(t)
	if !ok {
		k, _ = errorKinds.LoadOrStore(t, newErrorKind(t, word))
	}
	recent.Store(k.(*errorKind))
	return k.(*errorKind)
}

// wordsOf returns the two words of an interface: where its type and where its value lie.
func wordsOf(err *error) *[2]uintptr { return (*[2]uintptr)(unsafe.Pointer(err)) }

func newErrorKind(t reflect.Type, word uintptr) *errorKind {
	k := &errorKind{word: word, name: t.String(), rank: rankOwn}
	if t.Kind() == reflect.Pointer {
		switch t.Elem().PkgPath() + "." + t.Elem().Name() {
		case "errors.joinError":
			k.rank, k.join = rankWrapper, true
		case "fmt.wrapError", "fmt.wrapErrors", "github.com/pkg/errors.withStack", "github.com/pkg/errors.withMessage":
			k.rank = rankWrapper
		case "errors.errorString":
			k.rank = rankPlain
		}
	}
	if t == reflect.TypeFor[*stackError]() {
		k.rank = rankWrapper
	}
	k.stack, k.trace = stackMethods(t)
	return k
}

// rate returns the name of err's type, or err's own if it is a known value, and how much it tells.
func (k *errorKind) rate(err error) (string, typeRank) {
	switch {
	case k.rank == rankPlain:
		if any(err) == any(context.Canceled) {
			return "context.Canceled", rankGaveUp
		}
		if name := valueName(err); name != "" {
			return name, rankOwn
		}
	case any(err) == any(context.DeadlineExceeded):
		return "context.DeadlineExceeded", rankGaveUp
	}
	return k.name, k.rank
}

// valueNames are errors that are variables and have a name, since their type says nothing.
var valueNames = [...]struct {
	err  error
	name string
}{
	{io.EOF, "io.EOF"},
	{io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF"},
	{io.ErrClosedPipe, "io.ErrClosedPipe"},
	{fs.ErrNotExist, "fs.ErrNotExist"},
	{fs.ErrExist, "fs.ErrExist"},
	{fs.ErrPermission, "fs.ErrPermission"},
	{fs.ErrClosed, "fs.ErrClosed"},
	{errGoexit, "runtime.Goexit"},
	{errNoError, "nil"},
	{errHiddenPanic, "panic"},
}

// valueName returns the name of err, a pointer, if it is one of those with a name.
func valueName(err error) string {
	for i := range valueNames {
		if v := &valueNames[i]; wordsOf(&v.err)[1] == wordsOf(&err)[1] {
			return v.name
		}
	}
	return ""
}

// errorText returns err's message, or a text that says that its Error method panicked.
func errorText(err error) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = problemPrefix + describePanic(err, "Error", p)
			if v := reflect.ValueOf(err); v.Kind() == reflect.Pointer && v.IsNil() {
				text = "nil " + v.Type().String()
			}
		}
	}()
	if v, ok := err.(slog.LogValuer); ok {
		if r := logValue(slog.AnyValue(v)); r.Kind() == slog.KindString {
			return r.String()
		}
	}
	return err.Error()
}

// unwrap returns what err wraps: one error, several, or none. Members of several may be nil.
//
//lint:ignore ST1008 both are errors
func unwrap(err error) (one error, many []error) {
	defer func() { _ = recover() }() // an Unwrap method that panics wraps nothing
	switch e := any(err).(type) {
	case interface{ Unwrap() error }:
		return e.Unwrap(), nil
	case interface{ Unwrap() []error }:
		return nil, e.Unwrap()
	}
	return nil, nil
}

// A chainText is error_chain while it is written, without its quotes.
type chainText struct {
	b     []byte
	start int // of the text in b
	links int
}

// link writes err, whose message is text, and what it wraps.
func (w *chainText) link(err error, text string) {
	if w.links == maxLinks || w.left() <= 0 {
		w.b = append(w.b, "…"...)
		return
	}
	w.links++
	one, many := unwrap(err)
	inner := ""
	if one != nil {
		inner = errorText(one)
		if own, ok := strings.CutSuffix(text, inner); ok {
			text = strings.TrimRight(own, ": \n")
		}
	}
	kind := kindOf(err)
	if kind.join {
		text = ""
	}
	name, rank := kind.rate(err)
	if text != "" || rank != rankWrapper {
		w.own(text, name)
		if one != nil || len(many) > 0 {
			w.b = append(w.b, " <- "...)
		}
	}
	if one != nil {
		w.link(one, inner)
	} else if len(many) > 0 {
		w.members(many)
	}
}

// own writes what an error adds to the message, and its type.
func (w *chainText) own(text, name string) {
	if n := w.left(); len(text) > n {
		text = strings.ToValidUTF8(text[:n], "") + "…"
	}
	w.b = jsontext.AppendInner(w.b, text)
	if text != "" {
		w.b = append(w.b, ' ')
	}
	w.b = append(w.b, '(')
	w.b = append(jsontext.AppendInner(w.b, name), ')')
}

func (w *chainText) members(errs []error) {
	between := "["
	for _, err := range errs {
		if err == nil {
			continue
		}
		w.b = append(w.b, between...)
		between = " | "
		if w.links == maxLinks {
			w.b = append(w.b, "…"...)
			break
		}
		w.link(err, errorText(err))
	}
	w.b = append(w.b, ']')
}

// left is how many bytes there is room for.
func (w *chainText) left() int { return maxChainText - (len(w.b) - w.start) }
