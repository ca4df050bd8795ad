package eventlog

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
	"github.com/groundwatch/groundwatch/eventlog/internal/number"
	"github.com/groundwatch/groundwatch/eventlog/internal/printed"
	"github.com/groundwatch/groundwatch/eventlog/internal/redaction"
)

// encoded is JSON text of our own making, written as it is.
type encoded string

// What an attribute may be made of. Deeper is a cycle; more is one of ever new values, or a group that stands in
// others many times.
const (
	maxDepth = 32   // of groups and LogValuers
	maxInner = 1024 // values inside groups and LogValuers that are not simple
)

// problemPrefix starts the text that stands for a value that cannot be encoded.
const problemPrefix = "!ERROR "

// addAny writes an attribute of any kind, also one that has to be redacted.
func (e *event) addAny(key string, v slog.Value) {
	if e.depth >= maxDepth {
		if e.key(key) {
			e.appendProblem("nested deeper than " + strconv.Itoa(maxDepth) + " groups and LogValuers")
		}
		return
	}
	if len(e.at) >= maxFields {
		e.over.count(key)
		return
	}
	if e.depth == 0 {
		e.inner = 0
	}
	if e.inner++; e.inner > maxInner {
		if e.key(key) {
			e.appendProblem("more than " + strconv.Itoa(maxInner) + " groups and LogValuers in one attribute")
		}
		return
	}
	if e.redacts(key) {
		if v.Kind() != slog.KindGroup || len(v.Group()) > 0 {
			e.addRedacted(key)
		}
		return
	}
	if err, ok := errorIn(v); ok && key == "error" {
		e.addError(err)
		return
	}
	e.depth++
	switch v.Kind() {
	case slog.KindLogValuer:
		e.addLogValuer(key, v)
	case slog.KindGroup:
		e.addGroup(key, v.Group())
	default:
		empty := key == "" && v.Kind() == slog.KindAny && v.Any() == nil // slog's empty attribute
		if !empty && e.key(key) {
			e.appendValue(v)
		}
	}
	e.depth--
}

// addLogValuer writes what a LogValuer gives, unless it is inside itself.
func (e *event) addLogValuer(key string, v slog.Value) {
	var valuer any = v.LogValuer()
	words := *(*[2]uintptr)(unsafe.Pointer(&valuer)) // equal ones are of one type and one value
	if slices.Contains(e.valuers, words) {
		if e.key(key) {
			e.appendProblem(fmt.Sprintf("encountered a cycle via %T", valuer))
		}
		return
	}
	e.valuers = append(e.valuers, words)
	e.addAny(key, logValue(v))
	e.valuers = e.valuers[:len(e.valuers)-1]
}

func (e *event) addRedacted(key string) {
	if e.key(key) {
		e.line = append(e.line, redaction.Text...)
	}
}

// addGroup writes the attributes of a group with its name and a dot before their keys; no name, no dot.
func (e *event) addGroup(name string, attrs []slog.Attr) {
	open := len(e.prefix)
	if name != "" {
		e.prefix = append(jsontext.AppendInner(e.prefix, name), '.')
	}
	e.addAttrs(attrs)
	e.prefix = e.prefix[:open]
}

// logValue asks a LogValuer for its value. One that panics becomes a text that says so, a nil pointer null.
func logValue(v slog.Value) (got slog.Value) {
	valuer := v.LogValuer()
	defer func() {
		if p := recover(); p != nil {
			got = slog.AnyValue(panicValue(valuer, "LogValue", p))
		}
	}()
	return valuer.LogValue()
}

// panicValue is what stands for v after its method panicked.
func panicValue(v any, method string, p any) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
		return nil
	}
	return problemPrefix + describePanic(v, method, p)
}

// describePanic says that v's method, or one inside v, panicked. Printing p may panic too.
func describePanic(v any, method string, p any) (text string) {
	if method != "" {
		method = "." + method
	}
	text = fmt.Sprintf("%T%s panicked", v, method)
	defer func() { _ = recover() }()
	return text + ": " + printed.Sprint(p)
}

func (e *event) appendProblem(what string) {
	e.line = jsontext.AppendString(e.line, problemPrefix+what)
}

// appendValue appends a value of any kind but group and LogValuer.
func (e *event) appendValue(v slog.Value) {
	if kind := v.Kind(); kind != slog.KindAny {
		e.appendPlain(kind, &v)
		return
	}
	e.appendAny(v.Any())
}

// appendPlain appends a value of one of slog's simple kinds.
func (e *event) appendPlain(kind slog.Kind, v *slog.Value) {
	e.line = e.appendScalar(e.line, kind, v)
}

// appendScalar is appendPlain for a line that is b.
func (e *event) appendScalar(b []byte, kind slog.Kind, v *slog.Value) []byte {
	switch kind {
	case slog.KindString:
		return jsontext.AppendString(b, v.String())
	case slog.KindInt64:
		return number.AppendInt(b, v.Int64())
	case slog.KindFloat64:
		return number.AppendFloat(b, v.Float64())
	case slog.KindBool:
		return strconv.AppendBool(b, v.Bool())
	case slog.KindUint64:
		return number.AppendUint(b, v.Uint64())
	case slog.KindDuration:
		return number.AppendDuration(b, v.Duration())
	case slog.KindTime:
		return e.appendTime(b, v.Time())
	}
	panic("BUG: a value of kind " + kind.String() + " is no scalar")
}

// appendAny appends what slog has no kind for. The first that fits decides: JSON text, bytes (as text), json.Marshaler,
// encoding.TextMarshaler, error, fmt.Stringer, slices of errors, else what encoding/json makes of it: an object stays an
// object, since CloudWatch flattens those itself. What fails or panics becomes a text that says so.
func (e *event) appendAny(v any) {
	start := len(e.line)
	method := ""
	defer func() {
		if p := recover(); p != nil {
			e.line = e.line[:start]
			if text, ok := panicValue(v, method, p).(string); ok {
				e.line = jsontext.AppendString(e.line, text)
			} else {
				e.line = append(e.line, "null"...)
			}
		}
	}()
	switch x := v.(type) {
	case nil:
		e.line = append(e.line, "null"...)
	case encoded:
		e.line = append(e.line, x...)
	case json.RawMessage:
		e.appendRaw(x)
	case []byte:
		e.line = jsontext.AppendString(e.line, text(x))
	case json.Marshaler:
		method = "MarshalJSON"
		e.appendJSON(x)
	case encoding.TextMarshaler:
		method = "MarshalText"
		e.appendJSON(x)
	case error:
		method = "Error"
		e.line = jsontext.AppendString(e.line, x.Error())
	case fmt.Stringer:
		method = "String"
		e.line = jsontext.AppendString(e.line, x.String())
	default:
		e.appendReflected(v)
	}
}

// appendReflected appends a value without a method that says how.
func (e *event) appendReflected(v any) {
	r := reflect.ValueOf(v)
	if k := r.Kind(); (k == reflect.Slice || k == reflect.Array) && r.Type().Elem().Implements(reflect.TypeFor[error]()) {
		e.line = append(e.line, '[')
		for i := range r.Len() {
			if i > 0 {
				e.line = append(e.line, ',')
			}
			e.appendAny(r.Index(i).Interface())
		}
		e.line = append(e.line, ']')
		return
	}
	e.appendJSON(v)
}

// appendRaw appends JSON text in one line; what is none is appended as a string.
func (e *event) appendRaw(raw []byte) {
	if len(raw) == 0 {
		e.line = append(e.line, "null"...)
		return
	}
	if !json.Valid(raw) {
		e.line = jsontext.AppendString(e.line, text(raw))
		return
	}
	e.appendChecked(raw)
}

// appendChecked appends valid JSON text, in one line, as UTF-8, redacted. Text with a number that no float64 holds is
// appended as a string.
func (e *event) appendChecked(raw []byte) {
	if !jsonwalk.Finite(raw) {
		e.line = jsontext.AppendString(e.line, text(e.log.sink.redact.AppendJSON(nil, "", raw)))
		return
	}
	if !utf8.Valid(raw) {
		raw = []byte(string([]rune(text(raw)))) // each bad byte becomes U+FFFD
	}
	var line bytes.Buffer
	if bytes.IndexByte(raw, '\n') >= 0 || bytes.IndexByte(raw, '\r') >= 0 {
		_ = json.Compact(&line, raw) // raw is valid
		raw = line.Bytes()
	}
	key := ""
	if bytes.HasSuffix(e.line, jsontext.Bytes(metadataStart)) {
		key = metadataKey
	}
	e.line = e.log.sink.redact.AppendJSON(e.line, key, raw)
}

// appendJSON appends what encoding/json makes of v.
func (e *event) appendJSON(v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		e.appendProblem(err.Error())
		return
	}
	e.appendChecked(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
}
