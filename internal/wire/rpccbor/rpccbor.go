// Package rpccbor is Smithy's RPC v2 CBOR protocol: POST /service/NAME/operation/NAME with one CBOR map as the body.
// Which operations there are is for the table.
//
// It reads and writes CBOR itself. The walker needs a reader that stops at each item and a writer without a tree, with a
// bound on everything that a sender declares; libraries map CBOR to Go's types on their own terms.
package rpccbor

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Codec is a wire.Codec.
type Codec struct {
	table *wire.Table
}

// New returns a codec for the operations of t.
func New(t *wire.Table) *Codec { return &Codec{t} }

const (
	protocolHeader = "Smithy-Protocol"
	protocol       = "rpc-v2-cbor"
	contentType    = "application/cbor"
)

// Match takes every request that names the protocol in its header. The path may have a prefix: an endpoint may have one.
func (c *Codec) Match(r *wire.Request) (*wire.Operation, error) {
	if r.Header.Get(protocolHeader) != protocol {
		return nil, nil
	}
	path := strings.Split(r.URL.Path, "/")
	n := len(path)
	if r.Method != http.MethodPost || n < 4 || path[n-4] != "service" || path[n-2] != "operation" {
		return nil, wire.UnknownOperation()
	}
	return c.table.ByTarget(path[n-3], path[n-1])
}

// Decode implements wire.Codec.
func (c *Codec) Decode(o *wire.Operation, r *wire.Request) (any, error) {
	in := reflect.New(o.In)
	if err := decode(r.Body, o.Input, in.Elem()); err != nil {
		return nil, err
	}
	return in.Interface(), nil
}

// Encode implements wire.Codec. An operation without an output has no body.
func (c *Codec) Encode(o *wire.Operation, _ *wire.Request, out any) (*wire.Response, error) {
	v := reflect.ValueOf(out)
	if v.Type() != reflect.PointerTo(o.Out) || v.IsNil() {
		return nil, fmt.Errorf("encode %s: output is a %T, want a *%s", o.Name, out, o.Out)
	}
	if o.Facts.NoOutput {
		return &wire.Response{Status: http.StatusOK, Header: http.Header{protocolHeader: {protocol}}}, nil
	}
	body, err := appendValue(nil, o.Output, v.Elem())
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", o.Name, err)
	}
	return &wire.Response{Status: http.StatusOK, Header: header(), Body: body}, nil
}

// EncodeError implements wire.Codec.
func (c *Codec) EncodeError(o *wire.Operation, r *wire.Request, err error) *wire.Response {
	e := o.Explain(err)
	h := header()
	e.QueryHeader(o, r, h)
	return &wire.Response{Status: e.Status, Header: h, Body: errorBody(&e)}
}

// errorBody returns an error: its type, its message, its members.
func errorBody(e *wire.ErrorFacts) []byte {
	b := appendText(appendText([]byte{dict<<5 | indefinite}, "__type"), e.Name)
	if !e.HasMessage() && e.Message != "" {
		b = appendText(appendText(b, e.MessageName()), e.Message)
	}
	if e.Field != nil {
		if members, err := appendValue(nil, e.Field, e.Value); err == nil {
			return append(b, members[1:]...) // a map without its first byte ends the one that is open
		}
	}
	return append(b, breakByte)
}

func header() http.Header {
	return http.Header{protocolHeader: {protocol}, "Content-Type": {contentType}}
}
