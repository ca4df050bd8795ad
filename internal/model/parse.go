package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// Parse reads the facts of one service from JSON, the form of the embedded files: "operations" and "shapes" by name,
// with shapes of Smithy's prelude ("smithy.api#String") known without being listed.
func Parse(text []byte) (*Service, error) { return parse(text, nil) }

// A serviceText is the JSON form of a service.
type serviceText struct {
	Service, ServiceID, APIVersion, Preferred, EndpointPrefix, SigningName, TargetPrefix, JSONVersion, XMLNamespace string

	Protocols          []string
	AWSQueryCompatible bool
	Operations         map[string]operationText
	Shapes             map[string]shapeText
}

// add adds what newer has: operations, shapes, and members of shapes that are there.
func (f *serviceText) add(newer *serviceText) {
	maps.Copy(f.Operations, newer.Operations)
	for name, t := range newer.Shapes {
		if old, ok := f.Shapes[name]; ok {
			old.more = t.M
			t = old
		}
		f.Shapes[name] = t
	}
}

// parse is Parse with additions to the service, nil for none.
func parse(text, newer []byte) (*Service, error) {
	var f, more serviceText
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("parse model: %w", err)
	}
	if newer != nil {
		if err := json.Unmarshal(newer, &more); err != nil {
			return nil, fmt.Errorf("parse additions to model %s: %w", f.Service, err)
		}
		f.add(&more)
	}
	return f.service()
}

// service resolves the names in f.
func (f *serviceText) service() (*Service, error) {
	s := &Service{
		ID: f.Service, ServiceID: f.ServiceID, APIVersion: f.APIVersion, Protocols: f.Protocols, Preferred: f.Preferred,
		EndpointPrefix: f.EndpointPrefix, SigningName: f.SigningName, TargetPrefix: f.TargetPrefix,
		JSONVersion: f.JSONVersion, XMLNamespace: f.XMLNamespace, QueryCompatible: f.AWSQueryCompatible,
		Operations: make(map[string]*Operation, len(f.Operations)),
		Shapes:     make(map[string]*Shape, len(f.Shapes)),
		errors:     map[string]*Shape{},
	}
	p := parser{shapes: s.Shapes, texts: f.Shapes}
	for name := range f.Shapes {
		if _, err := p.shape(name); err != nil {
			return nil, fmt.Errorf("parse model %s: %w", s.ID, err)
		}
	}
	for _, e := range s.Shapes {
		if e.Error != nil {
			s.errors[e.Error.Code] = e
		}
	}
	for name, o := range f.Operations {
		op, err := p.operation(name, o)
		if err != nil {
			return nil, fmt.Errorf("parse model %s: operation %s: %w", s.ID, name, err)
		}
		s.Operations[name] = op
	}
	return s, nil
}

type operationText struct {
	HTTP, In, Out, Wrap, HostPrefix string

	Status int
	Err    []string
}

type shapeText struct {
	T           string
	M, more     json.RawMessage
	Of, K, V    string
	KN, VN      string
	Item        string
	Sparse      bool
	Min, Max    *float64
	Pattern     string
	Enum        json.RawMessage
	UniqueItems bool
	Sensitive   bool
	TSFmt       string
	MediaType   string
	XMLName     string
	Union       bool
	EventStream bool
	Streaming   bool
	Error       *struct {
		Code, Fault         string
		Status, QueryStatus int
	}
	XMLNamespace       namespaceText
	MemberXMLNamespace namespaceText
}

type namespaceText struct{ URI, Prefix string }

type memberText struct {
	S              string
	Req            bool
	Default        json.RawMessage
	ClientOptional bool
	Loc, Name      string
	JSONName       string
	XMLName        string
	Flat           bool
	TSFmt          string
	XMLNamespace   namespaceText
	Min, Max       *float64
	Pattern        string
	Idem           bool
	Deprecated     bool
}

// A parser turns texts into shapes, which may refer to each other in circles.
type parser struct {
	shapes map[string]*Shape
	texts  map[string]shapeText
}

var types = map[string]Type{
	"structure": Structure, "union": Union, "list": List, "map": Map, "string": String, "enum": String, "blob": Blob,
	"boolean": Boolean, "byte": Byte, "short": Short, "integer": Int, "intEnum": Int, "long": Long, "float": Float,
	"double": Double, "timestamp": Timestamp, "document": Document,
}

// shape returns the shape with that name, parsing it if it is the first to ask.
func (p *parser) shape(name string) (*Shape, error) {
	if s := p.shapes[name]; s != nil {
		return s, nil
	}
	t, ok := p.texts[name]
	if !ok {
		t.T, ok = prelude(name)
	}
	s := &Shape{
		Name: name, Type: types[t.T], Sparse: t.Sparse, Min: t.Min, Max: t.Max, Pattern: t.Pattern, Unique: t.UniqueItems,
		Sensitive: t.Sensitive, TimeFormat: t.TSFmt, MediaType: t.MediaType, XMLName: t.XMLName,
		XMLNamespace: t.XMLNamespace.URI, XMLNamespacePfx: t.XMLNamespace.Prefix,
		EventStream: t.EventStream || t.Union && t.Streaming, Streaming: t.Streaming,
	}
	if !ok || s.Type == 0 {
		return nil, fmt.Errorf("shape %s: type %q is unknown", name, t.T)
	}
	if t.Union || s.EventStream {
		s.Type = Union
	}
	if e := t.Error; e != nil {
		s.Error = &ErrorFacts{Code: e.Code, Status: e.Status, Sender: e.Fault == "client", QueryCode: e.QueryStatus}
	}
	p.shapes[name] = s
	if err := p.content(s, &t); err != nil {
		return nil, fmt.Errorf("shape %s: %w", name, err)
	}
	return s, nil
}

// prelude returns the type of a shape that every model has.
func prelude(name string) (string, bool) {
	t, ok := strings.CutPrefix(name, "smithy.api#")
	t = strings.ToLower(strings.TrimPrefix(t, "Primitive"))
	if t == "unit" {
		t = "structure"
	}
	return t, ok
}

// content fills in what refers to other shapes, and the enum.
func (p *parser) content(s *Shape, t *shapeText) (err error) {
	switch s.Type {
	case Structure, Union:
		if err = p.members(s, t.M); err == nil {
			err = p.members(s, t.more)
		}
		return err
	case List:
		s.Elem, err = p.entry(t.Of, t.Item)
		s.Elem.XMLNamespace, s.Elem.XMLNamespacePfx = t.MemberXMLNamespace.URI, t.MemberXMLNamespace.Prefix
		return err
	case Map:
		if s.Key, err = p.entry(t.K, t.KN); err == nil {
			s.Elem, err = p.entry(t.V, t.VN)
		}
		return err
	case Int:
		if t.Enum != nil {
			return json.Unmarshal(t.Enum, &s.IntEnum)
		}
	case String:
		if t.Enum != nil {
			return json.Unmarshal(t.Enum, &s.Enum)
		}
	}
	return nil
}

// entry returns the member that a list's element or a map's key or value is.
func (p *parser) entry(shape, xmlName string) (Member, error) {
	s, err := p.shape(shape)
	return Member{Shape: s, XMLName: xmlName}, err
}

// members adds the members of an object in its order.
func (p *parser) members(s *Shape, text []byte) error {
	it := jsonscan.Members(text, 0)
	for it.Next() {
		var t memberText
		if err := json.Unmarshal(it.Value, &t); err != nil {
			return fmt.Errorf("member %s: %w", it.Key, err)
		}
		m, err := p.member(string(it.Key), &t)
		if err != nil {
			return fmt.Errorf("member %s: %w", it.Key, err)
		}
		s.Members = append(s.Members, m)
	}
	return nil
}

var locations = map[string]Location{
	"": Body, "header": Header, "prefixHeaders": PrefixHeaders, "query": Query, "queryParams": QueryParams,
	"label": Label, "status": StatusCode, "payload": Payload,
}

func (p *parser) member(name string, t *memberText) (Member, error) {
	shape, err := p.shape(t.S)
	if err != nil {
		return Member{}, err
	}
	loc, ok := locations[t.Loc]
	if !ok {
		return Member{}, fmt.Errorf("location %q is unknown", t.Loc)
	}
	m := Member{
		Name: name, Shape: shape, Required: t.Req, ClientOptional: t.ClientOptional, Location: loc, WireName: t.Name,
		JSONName: t.JSONName, XMLName: t.XMLName, Flattened: t.Flat, TimeFormat: t.TSFmt,
		XMLNamespace: t.XMLNamespace.URI, XMLNamespacePfx: t.XMLNamespace.Prefix,
		Min: t.Min, Max: t.Max, Pattern: t.Pattern, Idempotency: t.Idem, Deprecated: t.Deprecated,
	}
	if !bytes.Equal(t.Default, []byte("null")) {
		m.Default = string(t.Default)
	}
	return m, nil
}

func (p *parser) operation(name string, t operationText) (*Operation, error) {
	o := &Operation{Name: name, Status: t.Status, Wrapper: t.Wrap, HostPrefix: t.HostPrefix, Method: "POST", URI: "/"}
	if t.HTTP != "" {
		o.Method, o.URI, _ = strings.Cut(t.HTTP, " ")
	}
	var err error
	if o.Input, err = p.structure(name, "Input", t.In); err != nil {
		return nil, err
	}
	if o.Output, err = p.structure(name, "Output", t.Out); err != nil {
		return nil, err
	}
	o.NoOutput = t.Out == "" && len(o.Output.Members) == 0
	for i := range o.Output.Members {
		o.Streaming = o.Streaming || o.Output.Members[i].Shape.EventStream
	}
	for _, e := range t.Err {
		s, err := p.shape(e)
		if err != nil {
			return nil, err
		}
		o.Errors = append(o.Errors, s)
	}
	return o, nil
}

// structure returns the structure with that name. If the operation names none, it is the one that is called after the
// operation, or an empty one.
func (p *parser) structure(operation, suffix, name string) (*Shape, error) {
	if s := p.shapes[operation+suffix]; name == "" && s != nil {
		return s, nil
	}
	if name == "" {
		return &Shape{Name: operation + suffix, Type: Structure}, nil
	}
	return p.shape(name)
}
