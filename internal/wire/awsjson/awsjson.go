// Package awsjson is AWS's JSON protocol, versions 1.0 and 1.1: POST with X-Amz-Target and the input as one JSON object.
// The bodies are jsonbody's; which operations there are is for the table.
package awsjson

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// A Codec speaks both versions: an answer has the version of its request. It is a wire.Codec.
type Codec struct {
	table *wire.Table
}

// New returns a codec for the operations of t.
func New(t *wire.Table) *Codec { return &Codec{t} }

// contentType is what stands before the version in a Content-Type.
const contentType = "application/x-amz-json-"

// Match takes every request with an X-Amz-Target, whatever its path: an endpoint may have one.
func (c *Codec) Match(r *wire.Request) (*wire.Operation, error) {
	target := r.Header.Get("X-Amz-Target")
	if target == "" {
		return nil, nil
	}
	if r.Method != http.MethodPost {
		return nil, wire.UnknownOperation()
	}
	dot := strings.LastIndexByte(target, '.')
	if dot < 0 {
		return nil, wire.UnknownOperation()
	}
	return c.table.ByTarget(target[:dot], target[dot+1:])
}

// Decode implements wire.Codec. A body may be missing where the input has no members.
func (c *Codec) Decode(o *wire.Operation, r *wire.Request) (any, error) {
	if o.In == putType {
		if in, ok := decodePut(o, r.Body); ok {
			return in, nil
		}
	}
	in := reflect.New(o.In)
	if len(r.Body) == 0 && len(o.Facts.Input.Members) == 0 {
		return in.Interface(), nil
	}
	if err := jsonbody.Decode(r.Body, o.Input, in.Elem(), jsonbody.Options{}); err != nil {
		return nil, err
	}
	return in.Interface(), nil
}

// KeepsNothing tells whether the inputs of an operation share no memory with the bodies that they were read from. It is said
// of those that are large and come often.
func (c *Codec) KeepsNothing(o *wire.Operation) bool { return o.In == putType }

// Encode implements wire.Codec. An operation without an output has no body.
func (c *Codec) Encode(o *wire.Operation, r *wire.Request, out any) (*wire.Response, error) {
	v := reflect.ValueOf(out)
	if v.Type() != reflect.PointerTo(o.Out) || v.IsNil() {
		return nil, fmt.Errorf("encode %s: output is a %T, want a *%s", o.Name, out, o.Out)
	}
	if o.Facts.NoOutput {
		return &wire.Response{Status: http.StatusOK, Header: header(r)}, nil
	}
	body, err := jsonbody.Append(nil, o.Output, v.Elem(), jsonbody.Options{})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", o.Name, err)
	}
	return &wire.Response{Status: http.StatusOK, Header: header(r), Body: body}, nil
}

// EncodeError implements wire.Codec. An error is named in the body and, as some of AWS's services do, in a header.
func (c *Codec) EncodeError(o *wire.Operation, r *wire.Request, err error) *wire.Response {
	e := o.Explain(err)
	h := header(r)
	h.Set("X-Amzn-Errortype", e.Name)
	e.QueryHeader(o, r, h)
	return &wire.Response{Status: e.Status, Header: h, Body: errorBody(&e)}
}

// errorBody returns the JSON text of an error: its type, its message, its members.
func errorBody(e *wire.ErrorFacts) []byte {
	b := jsonscan.AppendString([]byte(`{"__type":`), e.Name)
	if !e.HasMessage() && e.Message != "" {
		b = append(jsonscan.AppendString(append(b, ','), e.MessageName()), ':')
		b = jsonscan.AppendString(b, e.Message)
	}
	if e.Field != nil {
		members, err := jsonbody.Append(nil, e.Field, e.Value, jsonbody.Options{})
		if err == nil && len(members) > len("{}") {
			return append(append(b, ','), members[1:]...)
		}
	}
	return append(b, '}')
}

// header returns the header of an answer to r: in its version, or in 1.1, which most services speak.
func header(r *wire.Request) http.Header {
	version := "1.1"
	if got, ok := strings.CutPrefix(r.Header.Get("Content-Type"), contentType); ok && strings.HasPrefix(got, "1.0") {
		version = "1.0"
	}
	return http.Header{"Content-Type": {contentType + version}}
}
