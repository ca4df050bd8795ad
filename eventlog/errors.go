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
	var c findings
	c.inspect(err)
	text := errorText(err)
	e.addText("error", text)
	e.addText("error_type", c.typeName)
	if c.links > 1 && !e.log.sink.redact.has("error_chain") && e.key("error_chain") {
		w := chainText{b: append(e.line, '"'), start: len(e.line)}
		if p, ok := err.(*panicError); ok {
			err = p.Unwrap() // there is one, since there are links
		}
		w.link(err, text)
		e.line = append(w.b, '"')
	}
	if c.stack != nil {
		e.addAny("error_stack", c.stack.value)
	}
}

// addText writes a field that is a string.
func (e *event) addText(key, text string) {
	if e.log.sink.redact != nil {
		e.addAny(key, slog.StringValue(text))
	} else if e.key(key) {
		e.line = appendString(e.line, text)
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
	p, ok := err.(*panicError)
	if !ok {
		c.walk(err, 1)
		return
	}
	c.stack, c.deepest = textOf(p.stack.places()), maxLinks+1
	if inner := p.Unwrap(); inner != nil {
		c.walk(inner, 1)
		return
	}
	c.typeName = reflectName(p.value)
}

// walk visits err and what it wraps, depth first.
func (c *findings) walk(err error, depth int) {
	if c.links == maxLinks {
		return
	}
	c.links++
	if name, rank := rankType(err); rank > c.rank {
		c.typeName, c.rank = name, rank
	}
	if depth > c.deepest {
		if s := stackIn(err); s != nil {
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

// A typeRank says how much the type of an error tells. The first of the highest rank is error_type.
type typeRank int

const (
	rankWrapper typeRank = 1 + iota // carries another error
	rankPlain                       // errors.New
	rankOwn                         // a type, or a value with a name
	rankGaveUp                      // context's
)

// rankType returns what stands for err's type and how much it tells.
func rankType(err error) (string, typeRank) {
	switch err {
	case context.Canceled:
		return "context.Canceled", rankGaveUp
	case context.DeadlineExceeded:
		return "context.DeadlineExceeded", rankGaveUp
	}
	name := reflectName(err)
	switch {
	case isWrapper(name):
		return name, rankWrapper
	case name == "*errors.errorString":
		if n := valueName(err); n != "" {
			return n, rankOwn
		}
		return name, rankPlain
	}
	return name, rankOwn
}

// valueName is the name of an error that is a variable of the standard library's, since its type says nothing.
func valueName(err error) string {
	switch err {
	case io.EOF:
		return "io.EOF"
	case io.ErrUnexpectedEOF:
		return "io.ErrUnexpectedEOF"
	case io.ErrClosedPipe:
		return "io.ErrClosedPipe"
	case fs.ErrNotExist:
		return "fs.ErrNotExist"
	case fs.ErrExist:
		return "fs.ErrExist"
	case fs.ErrPermission:
		return "fs.ErrPermission"
	case fs.ErrClosed:
		return "fs.ErrClosed"
	case errGoexit:
		return "runtime.Goexit"
	case errNoError:
		return "nil"
	}
	return ""
}

// isWrapper tells whether errors of this type only carry others.
func isWrapper(typeName string) bool {
	switch typeName {
	case "*fmt.wrapError", "*fmt.wrapErrors", "*errors.joinError",
		"*errors.withStack", "*errors.withMessage", // github.com/pkg/errors
		"*eventlog.stackError":
		return true
	}
	return false
}

// reflectName is the type's name as %T prints it.
func reflectName(v any) string { return reflect.TypeOf(v).String() }

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
func unwrap(err error) (one error, many []error) {
	defer func() { _ = recover() }() // an Unwrap method that panics wraps nothing
	switch e := err.(type) {
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
	name, rank := rankType(err)
	if name == "*errors.joinError" {
		text = "" // it is that of its members
	}
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
	w.b = appendInner(w.b, text)
	if text != "" {
		w.b = append(w.b, ' ')
	}
	w.b = append(w.b, '(')
	w.b = append(appendInner(w.b, name), ')')
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
