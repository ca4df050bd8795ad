package otlp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A member is one of an object whose members have an order.
type member struct {
	name  string
	value any
}

// A quoted is a text, with the escapes that are ours: JSON has several for one character.
type quoted string

func (q quoted) MarshalJSON() ([]byte, error) { return jsonscan.AppendString(nil, string(q)), nil }

// An object is written in its order.
type object []member

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := plain(quoted(m.name))
		if err != nil {
			return nil, err
		}
		value, err := plain(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plain is json.Marshal without escapes for HTML.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// some adds a member unless its value is the zero one.
func some[T comparable](o object, name string, value T) object {
	var zero T
	if value == zero {
		return o
	}
	return append(o, member{name, value})
}

// reference returns the message of a record, made from the structures that protobuf's compiler makes: slow and plain.
func reference(resource *logspb.ResourceLogs, scope *logspb.ScopeLogs, r *logspb.LogRecord) object {
	res := object{{"attributes", attributes(resource.GetResource().GetAttributes())}}
	res = some(res, "droppedAttributesCount", resource.GetResource().GetDroppedAttributesCount())
	res = some(res, "schemaUrl", quoted(resource.GetSchemaUrl()))
	sc := some(some(object{}, "name", quoted(scope.GetScope().GetName())), "version", quoted(scope.GetScope().GetVersion()))
	sc = append(sc, member{"attributes", attributes(scope.GetScope().GetAttributes())})
	sc = some(sc, "droppedAttributesCount", scope.GetScope().GetDroppedAttributesCount())
	sc = some(sc, "schemaUrl", quoted(scope.GetSchemaUrl()))
	o := some(object{{"resource", res}, {"scope", sc}}, "timeUnixNano", r.GetTimeUnixNano())
	o = some(o, "observedTimeUnixNano", r.GetObservedTimeUnixNano())
	o = some(o, "severityNumber", int32(r.GetSeverityNumber()))
	o = some(o, "severityText", quoted(r.GetSeverityText()))
	if r.GetBody() != nil {
		o = append(o, member{"body", value(r.GetBody())})
	}
	if len(r.GetAttributes()) > 0 {
		o = append(o, member{"attributes", attributes(r.GetAttributes())})
	}
	o = some(o, "droppedAttributesCount", r.GetDroppedAttributesCount())
	o = some(o, "flags", r.GetFlags())
	o = some(o, "traceId", hex.EncodeToString(r.GetTraceId()))
	o = some(o, "spanId", hex.EncodeToString(r.GetSpanId()))
	return some(o, "eventName", quoted(r.GetEventName()))
}

func attributes(list []*commonpb.KeyValue) object {
	o := object{}
	for _, kv := range list {
		o = append(o, member{kv.GetKey(), value(kv.GetValue())})
	}
	return o
}

func value(v *commonpb.AnyValue) any {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return quoted(v.StringValue)
	case *commonpb.AnyValue_BoolValue:
		return v.BoolValue
	case *commonpb.AnyValue_IntValue:
		return v.IntValue
	case *commonpb.AnyValue_DoubleValue:
		switch f := v.DoubleValue; {
		case math.IsNaN(f):
			return "NaN"
		case math.IsInf(f, 1):
			return "Infinity"
		case math.IsInf(f, -1):
			return "-Infinity"
		default:
			return f
		}
	case *commonpb.AnyValue_ArrayValue:
		list := []any{}
		for _, e := range v.ArrayValue.GetValues() {
			list = append(list, value(e))
		}
		return list
	case *commonpb.AnyValue_KvlistValue:
		return attributes(v.KvlistValue.GetValues())
	case *commonpb.AnyValue_BytesValue:
		return base64.StdEncoding.EncodeToString(v.BytesValue)
	}
	return nil
}
