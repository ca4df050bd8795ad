package wiretest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Protocol is what a suite needs to know of the protocol it tests.
type Protocol struct {
	Codec wire.Codec
	Tree  Tree
	Body  func(t *testing.T, c *Case) []byte // unpacks a body: RawText or Base64
	// Unusable says why a case is none for this codec, "" if it is one. Cases for clients are none for any.
	Unusable func(c *Case) string
}

// lacking are operations whose shapes came to us without the members that have defaults.
var lacking = []string{
	"OperationWithDefaults", "OperationWithNestedStructure",
	"OperationWithRequiredMembers", "OperationWithRequiredMembersWithDefaults",
}

// Run checks every case that is for servers. It returns how many there were, and why the others were left out.
func (s *Suite) Run(t *testing.T, p Protocol) (used int, unused map[string]int) {
	t.Helper()
	unused = map[string]int{}
	for i := range s.Cases {
		c := &s.Cases[i]
		why := ""
		if c.AppliesTo == "client" {
			why = "for clients only"
		} else if slices.Contains(lacking, local(c.Op)) {
			why = "about defaults: our copy of the suite's shapes lacks their members"
		} else if c.Headers["X-Amzn-Requestid"] != "" {
			why = "the request's ID is the gateway's"
		} else if p.Unusable != nil {
			why = p.Unusable(c)
		}
		if why != "" {
			unused[why]++
			continue
		}
		used++
		t.Run(c.ID, func(t *testing.T) { c.run(t, p) })
	}
	return used, unused
}

func (c *Case) run(t *testing.T, p Protocol) {
	t.Helper()
	switch c.Kind {
	case "request":
		c.runRequest(t, p)
	case "response":
		out := reflect.New(c.Operation.Out)
		Fill(t, c.Operation.Output, out.Elem(), c.Params)
		got, err := p.Codec.Encode(c.Operation, &wire.Request{Header: c.requestHeader()}, out.Interface())
		if err != nil {
			t.Fatalf("Encode(%s) = %v", c.Params, err)
		}
		c.compare(t, p, got)
	case "error":
		got := p.Codec.EncodeError(c.Operation, &wire.Request{Header: c.requestHeader()}, c.error(t))
		c.compare(t, p, got)
	case "malformed":
		c.runMalformed(t, p)
	default:
		t.Errorf("kind %q", c.Kind)
	}
}

// requestHeader is the header of a request that the case's answer could be for.
func (c *Case) requestHeader() http.Header {
	h := http.Header{"X-Amzn-Query-Mode": {"true"}}
	if v := c.Headers["Content-Type"]; v != "" {
		h.Set("Content-Type", v)
	}
	return h
}

func (c *Case) runRequest(t *testing.T, p Protocol) {
	t.Helper()
	r := c.WireRequest(t, p.Body(t, c))
	o, err := p.Codec.Match(r)
	if err != nil || o != c.Operation {
		t.Fatalf("Match = %v, %v, want %s", o, err, c.Op)
	}
	got, err := p.Codec.Decode(o, r)
	if err != nil {
		t.Fatalf("Decode(%q) = %v", r.Body, err)
	}
	want := reflect.New(o.In)
	Fill(t, o.Input, want.Elem(), c.Params)
	if d := cmp.Diff(want.Interface(), got, cmpopts.EquateNaNs(), sameDocuments); d != "" {
		t.Errorf("Decode(%q) (-want +got):\n%s", r.Body, d)
	}
}

// runMalformed sends a request that must be refused.
func (c *Case) runMalformed(t *testing.T, p Protocol) {
	t.Helper()
	r := c.Request.WireRequest(t, p.Body(t, c.Request))
	o, err := p.Codec.Match(r)
	if err == nil && o != c.Operation {
		t.Fatalf("Match = %v, want %s", o, c.Op)
	}
	if err == nil {
		var in any
		if in, err = p.Codec.Decode(o, r); err == nil {
			t.Fatalf("Decode(%q) = %+v, want an error", r.Body, in)
		}
	}
	want := &Case{Code: c.Response.Code, Headers: c.Response.Headers}
	want.compare(t, p, p.Codec.EncodeError(o, r, err))
}

// sameDocuments compares documents by what they mean.
var sameDocuments = cmp.Transformer("document", func(d wire.JSON) any {
	var v any
	if err := json.Unmarshal(d, &v); err != nil {
		return string(d)
	}
	return v
})

// error returns an SDK-like error with the case's params.
func (c *Case) error(t *testing.T) error {
	t.Helper()
	e := &anyError{}
	shape := c.Operation.Service.Error(c.Shape)
	if shape == nil {
		t.Fatalf("error %s is not in the model", c.Shape)
	}
	e.code = shape.Error.Code
	plan, err := new(wire.Compiler).Plan(shape, reflect.TypeFor[anyError]())
	if err != nil {
		t.Fatal(err)
	}
	Fill(t, wire.Root(plan), reflect.ValueOf(e).Elem(), c.Params)
	return e
}

func (c *Case) compare(t *testing.T, p Protocol, got *wire.Response) {
	t.Helper()
	if got.Status != c.Code {
		t.Errorf("status %d, want %d", got.Status, c.Code)
	}
	for k, v := range c.Headers {
		h := got.Header.Get(k)
		if http.CanonicalHeaderKey(k) == "X-Amzn-Errortype" {
			h = local(h)
		}
		if h != v {
			t.Errorf("header %s: %q, want %q", k, h, v)
		}
	}
	for _, k := range c.Forbid {
		if h := got.Header.Get(k); h != "" {
			t.Errorf("header %s: %q, want none", k, h)
		}
	}
	if c.Body == nil {
		return
	}
	if d := cmp.Diff(shortType(p.Tree(t, p.Body(t, c))), shortType(p.Tree(t, got.Body))); d != "" {
		t.Errorf("body of %s (-want +got):\n%s", c.Params, d)
	}
}

// shortType cuts the namespace off an error's type: AWS's services send none, clients take both.
func shortType(body any) any {
	if m, ok := body.(map[string]any); ok && m["__type"] != nil {
		m["__type"] = local(fmt.Sprint(m["__type"]))
	}
	return body
}
