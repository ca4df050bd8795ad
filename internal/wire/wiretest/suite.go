package wiretest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Suite is Smithy's protocol tests for one protocol: services of its own, and messages with what they mean.
type Suite struct {
	Table *wire.Table
	Cases []Case
}

// A Case is one message. Which fields it has depends on its kind.
type Case struct {
	ID        string
	Kind      string // "request", "response", "error", "malformed"
	Op        string
	AppliesTo string // "client", "server", or "" for both
	Method    string // of a request
	URI       string
	Query     []string `json:"queryParams"` // more of the URI's
	Code      int      // of a response
	Shape     string   // of an error
	Headers   map[string]string
	Forbid    []string `json:"forbidHeaders"`
	Body      *string
	MediaType string `json:"bodyMediaType"`
	Params    json.RawMessage
	Request   *Case    // of a malformed one
	Response  struct { // to it
		Code    int
		Headers map[string]string
	}

	Operation *wire.Operation `json:"-"`
}

// suiteText is the file's form.
type suiteText struct {
	Protocol string
	Services map[string]struct {
		Version            string
		AWSQueryCompatible bool
		XMLNamespace       struct{ URI string }
	}
	Operations map[string]map[string]any
	Shapes     map[string]json.RawMessage
	Cases      []Case
}

// protocols are the suites' names for what services speak.
var protocols = map[string]string{
	"awsJson1_0": "json", "awsJson1_1": "json", "awsQuery": "query", "restJson1": "rest-json", "rpcv2Cbor": "smithy-rpc-v2-cbor",
}

// LoadSuite reads a suite from a gzipped file of its models and cases. The Go types of its shapes are made up, in the
// form that the SDK's have.
func LoadSuite(t *testing.T, file string) *Suite {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	var f suiteText
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	s := &Suite{Cases: f.Cases}
	var services []*model.Service
	var ops []op.Operation
	types := newTypes()
	for id := range f.Services {
		m := f.service(t, id)
		services = append(services, m)
		for name, o := range m.Operations {
			ops = append(ops, op.Operation{Service: m.ID, Name: name, In: types.of(o.Input), Out: types.of(o.Output)})
		}
	}
	if s.Table, err = wire.NewTable(services, ops, types.variant); err != nil {
		t.Fatal(err)
	}
	for i := range s.Cases {
		c := &s.Cases[i]
		for _, m := range services {
			if f.Operations[c.Op]["service"] == f.id(m) {
				if c.Operation, err = s.Table.Find(m, local(c.Op)); err != nil {
					t.Fatalf("case %s: %v", c.ID, err)
				}
			}
		}
	}
	return s
}

// local returns a shape's name without its namespace.
func local(id string) string { return id[strings.IndexByte(id, '#')+1:] }

// id returns the service's name with its namespace.
func (f *suiteText) id(s *model.Service) string {
	for id := range f.Services {
		if local(id) == s.ID {
			return id
		}
	}
	return ""
}

// service returns the model of one of the suite's services.
func (f *suiteText) service(t *testing.T, id string) *model.Service {
	t.Helper()
	ops := map[string]map[string]any{}
	for name, o := range f.Operations {
		if o["service"] == id {
			ops[local(name)] = o
		}
	}
	text, err := json.Marshal(struct {
		Service, TargetPrefix, XMLNamespace, APIVersion string

		Protocols          []string
		AWSQueryCompatible bool
		Operations         map[string]map[string]any
		Shapes             map[string]json.RawMessage
	}{
		local(id), local(id), f.Services[id].XMLNamespace.URI, f.Services[id].Version,
		[]string{protocols[f.Protocol]}, f.Services[id].AWSQueryCompatible, ops, f.Shapes,
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// WireRequest returns the case's request; body is its body unpacked.
func (c *Case) WireRequest(t *testing.T, body []byte) *wire.Request {
	t.Helper()
	u, err := url.Parse(c.URI)
	if err != nil {
		t.Fatalf("case %s: %v", c.ID, err)
	}
	u.RawQuery = strings.Join(append(strings.Fields(u.RawQuery), c.Query...), "&")
	h := http.Header{}
	for k, v := range c.Headers {
		h.Set(k, v)
	}
	return &wire.Request{ID: "id", Method: c.Method, URL: u, Header: h, Body: bytes.Clone(body)}
}

// Text returns the body as it stands in the case.
func (c *Case) Text() []byte {
	if c.Body == nil {
		return nil
	}
	return []byte(*c.Body)
}

// types makes Go types for shapes, in the form that the SDK's have.
type types struct {
	open     map[*model.Shape]int // how often a shape is inside itself
	variants map[*model.Shape]map[string]reflect.Type
}

func newTypes() *types {
	return &types{map[*model.Shape]int{}, map[*model.Shape]map[string]reflect.Type{}}
}

// maxRecursion is how deep the suites' values are nested in their own shapes. reflect makes no recursive types.
const maxRecursion = 4

// of returns the type for values of s, nil if it is inside itself too often.
func (y *types) of(s *model.Shape) reflect.Type {
	if y.open[s] >= maxRecursion {
		return nil
	}
	y.open[s]++
	defer func() { y.open[s]-- }()
	switch s.Type {
	case model.Structure:
		return y.structure(s)
	case model.Union:
		return y.union(s)
	case model.List:
		if e := y.entry(s); e != nil {
			return reflect.SliceOf(e)
		}
		return nil
	case model.Map:
		if e := y.entry(s); e != nil {
			return reflect.MapOf(reflect.TypeFor[string](), e)
		}
		return nil
	}
	return scalars[s.Type]
}
