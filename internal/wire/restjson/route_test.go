package restjson

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/op"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// crossroads has routes that match the same paths, and payloads.
const crossroads = `{"service":"test","protocols":["rest-json"],"operations":{
	"Text":{"http":"GET /r/x"},"Label":{"http":"GET /r/{l}","in":"In"},"Greedy":{"http":"GET /r/{l+}","in":"In"},
	"Asks":{"http":"GET /r/x?c=1"},"AsksMore":{"http":"GET /r/x?c=1&d"},
	"PutText":{"http":"PUT /text","in":"Text","out":"Text"},"PutDocument":{"http":"PUT /document","in":"Document","out":"Document","status":204}},
"shapes":{"In":{"t":"structure","m":{"l":{"s":"smithy.api#String","loc":"label","req":true}}},
"Text":{"t":"structure","m":{"p":{"s":"smithy.api#String","loc":"payload"}}},
"Document":{"t":"structure","m":{"p":{"s":"smithy.api#Document","loc":"payload"}}}}}`

type labelled struct{ L *string }

type withText struct{ P *string }

type withDocument struct{ P wire.JSON }

func crossroadsTable(t *testing.T) *wire.Table {
	t.Helper()
	s, err := model.Parse([]byte(crossroads))
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{
		"Label": reflect.TypeFor[labelled](), "Greedy": reflect.TypeFor[labelled](),
		"PutText": reflect.TypeFor[withText](), "PutDocument": reflect.TypeFor[withDocument](),
	}
	var ops []op.Operation
	for name := range s.Operations {
		o := op.Operation{Service: "test", Name: name, In: types[name], Out: types[name]}
		if o.In == nil {
			o.In, o.Out = reflect.TypeFor[struct{}](), reflect.TypeFor[struct{}]()
		}
		ops = append(ops, o)
	}
	table, err := wire.NewTable([]*model.Service{s}, ops, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTheMostSpecialRouteMatches(t *testing.T) {
	c := New(crossroadsTable(t))
	for _, tt := range []struct{ uri, want string }{
		{"/r/x", "Text"}, {"/r/x?c=2", "Text"}, {"/r/x?C=1", "Text"}, {"/r/x?d", "Text"}, {"/r/%78", "Text"}, {"/r/y", "Label"},
		{"/r/x/y", "Greedy"}, {"/r/x%2Fy", "Label"}, {"/r/x?a=b&c=1", "Asks"}, {"/r/x?c=2&c=1", "Asks"}, {"/r/x?c=1&d=0", "AsksMore"},
	} {
		o, err := c.Match(request(t, "GET", tt.uri))
		if err != nil || o.Name != tt.want {
			t.Errorf("Match(%s) = %v, %v, want %s", tt.uri, o, err, tt.want)
		}
	}
}

func TestPayloads(t *testing.T) {
	table := crossroadsTable(t)
	c := New(table)
	for _, tt := range []struct {
		operation, contentType, body string
		want                         any // nil if it is malformed
	}{
		{"PutText", "text/plain", "a\x00é", &withText{P: ptr("a\x00é")}},
		{"PutText", "text/plain", " ", &withText{P: ptr(" ")}},
		{"PutText", "", "", &withText{}},
		{"PutText", "text/plain", "\xff", nil},
		{"PutText", "", "a", nil},
		{"PutDocument", "application/json", ` {"a": 1} `, &withDocument{P: wire.JSON(`{"a": 1}`)}},
		{"PutDocument", "application/json", `null`, &withDocument{P: wire.JSON(`null`)}},
		{"PutDocument", "application/json", ``, &withDocument{}},
		{"PutDocument", "application/json", `{"a": 1`, nil},
		{"PutDocument", "application/json", ` `, nil},
	} {
		o, err := table.Find(table.Services()[0], tt.operation)
		if err != nil {
			t.Fatal(err)
		}
		r := request(t, "PUT", "/")
		r.Body = []byte(tt.body)
		if tt.contentType != "" {
			r.Header.Set("Content-Type", tt.contentType)
		}
		got, err := c.Decode(o, r)
		if (err != nil) != (tt.want == nil) || err == nil && !cmp.Equal(tt.want, got) {
			t.Errorf("Decode(%s, %q) = %+v, %v, want %+v", tt.operation, tt.body, got, err, tt.want)
		}
	}
	o, err := table.Find(table.Services()[0], "PutDocument")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Encode(o, request(t, "PUT", "/"), &withDocument{P: wire.JSON("1")})
	if err != nil || got.Status != 204 || len(got.Body) > 0 || len(got.Header) > 0 {
		t.Errorf("Encode(PutDocument) = %+v, %v, want 204 and nothing", got, err)
	}
}
