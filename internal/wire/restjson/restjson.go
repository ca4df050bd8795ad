// Package restjson is AWS's restJson1 protocol: an operation is a method and a path, and its members travel in the path,
// the query, headers and a JSON body. The JSON is jsonbody's; which operations there are is for the table. Streams are
// nobody's here: a blob is whole, events are none. Names of hosts are the gateway's.
package restjson

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/jsonbody"
)

// A Codec is a wire.Codec. It has to be the last that a gateway asks: it takes every request for its own.
type Codec struct {
	router router
	plans  map[*wire.Operation]*plan
}

// A plan is an operation with what its messages hold where.
type plan struct {
	operation *wire.Operation
	route     route
	in, out   message
}

// New returns a codec for the operations of t whose services speak the protocol.
func New(t *wire.Table) *Codec {
	c := &Codec{router: router{}, plans: map[*wire.Operation]*plan{}}
	for _, s := range t.Services() {
		if !slices.Contains(s.Protocols, "rest-json") {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(s.Operations)) {
			o, err := t.Find(s, name)
			if err != nil {
				continue // the table has not all that the model has
			}
			p := &plan{operation: o, route: parseRoute(o.Facts.Method, o.Facts.URI), in: split(o.Input, requestPlaces), out: split(o.Output, answerPlaces)}
			c.plans[o] = p
			c.router.add(p)
		}
	}
	return c
}

// options are how restJson1 writes JSON.
var options = jsonbody.Options{JSONNames: true, Strict: true}

// A message says which members of an input, output or error are where.
type message struct {
	payload *wire.Field // the whole body; nil if there is none
	body    *wire.Field // the structure with the members that are in the body
	outside []*wire.Field
}

// Where members may be outside the body of a request or an answer. Elsewhere the model means nothing by it: a structure
// can be both.
var (
	requestPlaces = []model.Location{model.Label, model.Query, model.QueryParams, model.Header, model.PrefixHeaders}
	answerPlaces  = []model.Location{model.StatusCode, model.Header, model.PrefixHeaders}
)

// split tells the members of the structure f apart.
func split(f *wire.Field, places []model.Location) message {
	var m message
	for i := range f.Plan.Fields {
		switch field := &f.Plan.Fields[i]; {
		case field.Member.Location == model.Payload:
			m.payload = field
		case !slices.Contains(places, field.Member.Location):
		case field.Member.Location == model.PrefixHeaders: // comes before members with a header of their own, which count
			m.outside = slices.Insert(m.outside, 0, field)
		default:
			m.outside = append(m.outside, field)
		}
	}
	m.body = &wire.Field{Member: f.Member, Plan: f.Plan.Only(func(f *wire.Field) bool {
		return f.Member.Location != model.Payload && !slices.Contains(places, f.Member.Location)
	})}
	return m
}

// Match finds the operation by the method and the path, each part of which is decoded once.
func (c *Codec) Match(r *wire.Request) (*wire.Operation, error) {
	p, _ := c.router.find(r)
	if p == nil {
		return nil, wire.UnknownOperation()
	}
	return p.operation, nil
}

// Decode implements wire.Codec.
func (c *Codec) Decode(o *wire.Operation, r *wire.Request) (any, error) {
	p := c.plans[o]
	if p == nil {
		return nil, fmt.Errorf("decode %s: not an operation of this codec", o.Name)
	}
	if err := p.checkTypes(r); err != nil {
		return nil, err
	}
	in := reflect.New(o.In)
	if err := p.readOutside(r, in.Elem()); err != nil {
		return nil, err
	}
	if err := p.in.readBody(r.Body, in.Elem()); err != nil {
		return nil, err
	}
	return in.Interface(), nil
}

// readBody reads the payload or the members in the body into v. An empty body is no body.
func (m *message) readBody(body []byte, v reflect.Value) error {
	if jsonscan.Space(body, 0) == len(body) && (m.payload == nil || m.payload.Plan.Kind < wire.String) {
		return nil
	}
	if m.payload == nil {
		if len(m.body.Plan.Fields) == 0 {
			return nil
		}
		return jsonbody.Decode(body, m.body, v, options)
	}
	if len(body) == 0 {
		return nil
	}
	f := m.payload
	switch f.Plan.Kind {
	case wire.String, wire.Blob:
		return readPayload(f, body, f.Get(v))
	case wire.Document:
		if !jsonscan.Valid(body) {
			return wire.Malformed("")
		}
		return readPayload(f, jsonscan.Trim(body), f.Get(v))
	}
	place := f.Get(v)
	if f.Pointer {
		place.Set(reflect.New(f.Plan.Type))
		place = place.Elem()
	}
	return jsonbody.Decode(body, f, place, options)
}

// readPayload sets a scalar that is the whole body.
func readPayload(f *wire.Field, body []byte, place reflect.Value) error {
	s := wire.Scalar{Bytes: body}
	if f.Plan.Kind == wire.String && !wire.ParseText(f, "", string(body), &s) {
		return wire.Malformed("")
	}
	return store(f, place, &s)
}

// Encode implements wire.Codec.
func (c *Codec) Encode(o *wire.Operation, _ *wire.Request, out any) (*wire.Response, error) {
	p := c.plans[o]
	v := reflect.ValueOf(out)
	if p == nil || v.Type() != reflect.PointerTo(o.Out) || v.IsNil() {
		return nil, fmt.Errorf("encode %s: output is a %T, want a *%s", o.Name, out, o.Out)
	}
	r := &wire.Response{Status: http.StatusOK, Header: http.Header{}}
	if o.Facts.Status != 0 {
		r.Status = o.Facts.Status
	}
	p.out.writeOutside(r, v.Elem())
	if o.Facts.NoOutput || r.Status == http.StatusNoContent {
		return r, nil
	}
	if err := p.out.writeBody(r, v.Elem()); err != nil {
		return nil, fmt.Errorf("encode %s: %w", o.Name, err)
	}
	return r, nil
}

// writeBody sets the body of r, and its type unless a header member did.
func (m *message) writeBody(r *wire.Response, v reflect.Value) (err error) {
	contentType := m.contentType()
	switch f := m.payload; {
	case f == nil:
		r.Body, err = jsonbody.Append(nil, m.body, v, options)
	case f.Plan.Kind >= wire.String:
		s, ok := wire.Load(f, f.Get(v))
		if r.Body = s.Bytes; f.Plan.Kind == wire.String {
			r.Body = []byte(s.Text)
		}
		if !ok {
			contentType = ""
		}
	default:
		place := f.Get(v)
		if place.IsZero() {
			return nil
		}
		r.Body, err = jsonbody.Append(nil, f, reflect.Indirect(place), options)
	}
	if contentType != "" && r.Header.Get(typeHeader) == "" {
		r.Header.Set(typeHeader, contentType)
	}
	return err
}

// statuses are those of errors that come before there is an operation, and that no model has.
var statuses = map[string]int{
	"UnknownOperationException":     http.StatusNotFound,
	"UnsupportedMediaTypeException": http.StatusUnsupportedMediaType,
	"NotAcceptableException":        http.StatusNotAcceptable,
}

// EncodeError implements wire.Codec. An error is named in a header, and its message and members are in the body.
func (c *Codec) EncodeError(o *wire.Operation, _ *wire.Request, err error) *wire.Response {
	e := o.Explain(err)
	r := &wire.Response{Status: e.RESTStatus(), Header: http.Header{}}
	if status := statuses[e.Name]; status != 0 && e.Field == nil {
		r.Status = status
	}
	b := []byte{'{'}
	if !e.HasMessage() && e.Message != "" {
		b = append(jsonscan.AppendString(b, e.MessageName()), ':')
		b = append(jsonscan.AppendString(b, e.Message), ',')
	}
	if e.Field != nil {
		m := split(e.Field, answerPlaces)
		m.writeOutside(r, e.Value)
		if members, err := jsonbody.Append(nil, m.body, e.Value, options); err == nil && len(members) > len("{}") {
			b = append(append(b, members[1:len(members)-1]...), ',')
		}
	}
	if last := len(b) - 1; b[last] == ',' {
		b = b[:last]
	}
	r.Body = append(b, '}')
	r.Header.Set("X-Amzn-Errortype", e.Name)
	r.Header.Set(typeHeader, jsonType)
	return r
}
