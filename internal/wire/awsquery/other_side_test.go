package awsquery

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/groundwatch/groundwatch/internal/wire"
	"github.com/groundwatch/groundwatch/internal/wire/wiretest"
)

func metrics(c aws.Config) *cloudwatch.Client { return cloudwatch.NewFromConfig(c) }

// TestCloudWatch passes inputs and outputs of a service that the SDK for Go reaches by another protocol, with all
// members set, through the codec and a client's side made here.
func TestCloudWatch(t *testing.T) {
	s := wiretest.New(t, metrics)
	c := New(s.Table)
	for name := range s.Table.Services()[0].Operations {
		o := s.Operation(t, name)
		in, out := reflect.New(o.In), reflect.New(o.Out)
		wiretest.Populate(o.Input, in.Elem())
		wiretest.Populate(o.Output, out.Elem())
		r := post(formOf(t, o, in.Elem()))
		if got, err := c.Match(r); err != nil || got != o {
			t.Errorf("Match(%.100s) = %v, %v, want %s", r.Body, got, err, name)
			continue
		}
		got, err := c.Decode(o, r)
		if err != nil {
			t.Errorf("Decode(%s) = %v", r.Body, err)
			continue
		}
		if d := cmp.Diff(in.Interface(), got, unexported); d != "" {
			t.Errorf("Decode(%s) (-want +got):\n%s", r.Body, d)
		}
		answer, err := c.Encode(o, r, out.Interface())
		if err != nil {
			t.Errorf("Encode(%s) = %v", name, err)
			continue
		}
		read := reflect.New(o.Out)
		readAnswer(t, answer.Body, o, read.Elem())
		if d := cmp.Diff(out.Interface(), read.Interface(), unexported); d != "" {
			t.Errorf("Encode(%s) = %s, which reads as (-want +got):\n%s", name, answer.Body, d)
		}
	}
}

// unexported leaves out of a comparison what the SDK's types have for the SDK alone.
var unexported = cmp.Options{cmpopts.EquateNaNs(), cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && (f.Name() == "ResultMetadata" || f.Name() == "noSmithyDocumentSerde")
}, cmp.Ignore())}

func post(form string) *wire.Request {
	return &wire.Request{
		ID: "id", Method: http.MethodPost, URL: &url.URL{Path: "/"},
		Header: http.Header{"Content-Type": {formType}}, Body: []byte(form),
	}
}

// formOf returns the form that a client sends for in.
func formOf(t testing.TB, o *wire.Operation, in reflect.Value) string {
	t.Helper()
	w := &formWriter{}
	w.b.WriteString("Action=" + o.Name + "&Version=" + o.Service.APIVersion)
	if err := wire.Encode(w, o.Input, in); err != nil {
		t.Fatalf("a client's Encode(%s) = %v", o.Name, err)
	}
	return w.b.String()
}

// A formWriter is the wire.Sink of a form.
type formWriter struct {
	b    strings.Builder
	next string // the path of the next value, unless it is in a list
	open []opened
}

type opened struct {
	self string
	path string // of its parts
	list bool
	n    int // entries so far
	at   int // where its parts begin in the text
}

// place returns the path of the next value.
func (w *formWriter) place() string {
	if last := len(w.open) - 1; last >= 0 && w.open[last].list {
		w.open[last].n++
		return join(w.open[last].path, strconv.Itoa(w.open[last].n))
	}
	return w.next
}

func join(path, step string) string {
	if path == "" {
		return step
	}
	return path + "." + step
}

func (w *formWriter) write(path, text string) {
	w.b.WriteString("&" + url.QueryEscape(path) + "=" + url.QueryEscape(text))
}

func (w *formWriter) Open(f *wire.Field, _ int) {
	o := opened{self: w.place(), list: f.Plan.Kind == wire.List, at: w.b.Len()}
	o.path = o.self
	switch {
	case f.Plan.Elem == nil || f.Member.Flattened:
	case o.list:
		o.path = join(o.path, nameOr(f.Plan.Elem, "member"))
	default:
		o.path = join(o.path, "entry")
	}
	w.open = append(w.open, o)
}

// Close makes an empty text of what has no parts.
func (w *formWriter) Close(*wire.Field) {
	last := len(w.open) - 1
	if o := w.open[last]; w.b.Len() == o.at && o.self != "" {
		w.write(o.self, "")
	}
	w.open = w.open[:last]
}

func (w *formWriter) Member(m *wire.Field) {
	w.next = join(w.open[len(w.open)-1].path, nameOr(m, m.Member.Name))
}

func (w *formWriter) Key(f *wire.Field, key string) {
	top := &w.open[len(w.open)-1]
	top.n++
	entry := join(top.path, strconv.Itoa(top.n))
	w.write(join(entry, nameOr(f.Plan.Key, "key")), key)
	w.next = join(entry, nameOr(f.Plan.Elem, "value"))
}

func (w *formWriter) Null(*wire.Field) { w.place() }

func (w *formWriter) Scalar(f *wire.Field, s *wire.Scalar) {
	w.write(w.place(), string(wire.AppendText(nil, f, wire.DateTime, s)))
}

// readAnswer reads the result of an answer into out.
func readAnswer(t testing.TB, text []byte, o *wire.Operation, out reflect.Value) {
	t.Helper()
	root, err := parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if root.Name != o.Name+"Response" || len(root.Parts) == 0 || root.Parts[len(root.Parts)-1].Name != "ResponseMetadata" {
		t.Fatalf("answer to %s: %s", o.Name, text)
	}
	if o.Facts.NoOutput && len(root.Parts) == 1 {
		return
	}
	if root.Parts[0].Name != o.Name+"Result" {
		t.Fatalf("answer to %s: %s", o.Name, text)
	}
	if err := wire.Decode(&xmlReader{at: root.Parts[:1]}, o.Output, out); err != nil {
		t.Fatalf("answer to %s: %s: %v", o.Name, text, err)
	}
}

// An xmlReader is the wire.Source of elements.
type xmlReader struct {
	at   []*element   // of the next value: several for a flattened one
	open [][]*element // what is left of what is open
}

func (r *xmlReader) Null(*wire.Field) (bool, error) { return false, nil }

func (r *xmlReader) Open(f *wire.Field) error {
	if f.Member.Flattened {
		r.open = append(r.open, r.at)
	} else {
		r.open = append(r.open, r.at[0].Parts)
	}
	return nil
}

func (r *xmlReader) Next(f *wire.Field) (name []byte, more bool, err error) {
	left := &r.open[len(r.open)-1]
	if len(*left) == 0 {
		r.open = r.open[:len(r.open)-1]
		return nil, false, nil
	}
	first := (*left)[0]
	n := 1
	for f.Plan.Elem == nil && n < len(*left) && (*left)[n].Name == first.Name {
		n++
	}
	r.at, *left = (*left)[:n], (*left)[n:]
	switch {
	case f.Plan.Kind == wire.List:
		return nil, true, nil
	case f.Plan.Kind == wire.Map:
		if len(first.Parts) != 2 || first.Parts[0].Name != nameOr(f.Plan.Key, "key") || first.Parts[1].Name != nameOr(f.Plan.Elem, "value") {
			return nil, false, wire.Malformed(first.Name)
		}
		r.at = first.Parts[1:]
		return []byte(first.Parts[0].Text), true, nil
	}
	return []byte(memberName(f.Plan, first.Name)), true, nil
}

func (r *xmlReader) Skip() error { return wire.Malformed("unknown " + r.at[0].Name) }

func (r *xmlReader) Scalar(f *wire.Field, s *wire.Scalar) error {
	if len(r.at) != 1 || !wire.ParseText(f, wire.DateTime, r.at[0].Text, s) {
		return wire.Malformed(r.at[0].Text)
	}
	return nil
}
