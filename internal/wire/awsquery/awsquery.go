// Package awsquery is AWS's query protocol: a form that names an action and a version, and XML in return. Which
// operations there are is for the table; EC2's dialect of the protocol is nobody's here.
package awsquery

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// A Codec is a wire.Codec.
type Codec struct {
	table *wire.Table
}

// New returns a codec for the operations of t whose services speak the protocol.
func New(t *wire.Table) *Codec { return &Codec{t} }

const (
	protocol = "query" // in model.Service.Protocols
	formType = "application/x-www-form-urlencoded"
	xmlType  = "text/xml"

	// faultNamespace is that of errors from AWS's front, before there is an operation.
	faultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09"
)

// Match takes POST with a form, and GET with an Action in the query, as presigned requests have it; whatever the path:
// an endpoint may have one. A form without an action is left to others unless its path is the root.
func (c *Codec) Match(r *wire.Request) (*wire.Operation, error) {
	isForm := r.Method == http.MethodPost && mediaType(r.Header) == formType
	if !isForm && r.Method != http.MethodGet {
		return nil, nil
	}
	form := ""
	if isForm {
		form = string(r.Body)
	}
	action := first("Action", form, r.URL.RawQuery)
	switch {
	case action != "":
		return c.find(action, first("Version", form, r.URL.RawQuery))
	case isForm && strings.Trim(r.URL.Path, "/") == "":
		return nil, fault.New(fault.Invalid, "MissingAction", "The request is missing an action")
	}
	return nil, nil
}

// find returns the operation of the service that has that version. No two services with the protocol share one.
func (c *Codec) find(action, version string) (*wire.Operation, error) {
	for _, s := range c.table.Services() {
		if s.APIVersion == version && speaks(s) {
			if o, err := c.table.Find(s, action); err == nil {
				return o, nil
			}
		}
	}
	if version == "" {
		version = "NO_VERSION_SPECIFIED"
	}
	return nil, fault.New(fault.NotFound, "InvalidAction", "Could not find operation %s for version %s", clip(action), clip(version))
}

func speaks(s *model.Service) bool { return slices.Contains(s.Protocols, protocol) }

// maxEcho is how much of a name that nobody knows is sent back.
const maxEcho = 128

func clip(name string) string { return name[:min(len(name), maxEcho)] }

func mediaType(h http.Header) string {
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// first returns the value of the first parameter with that key in texts, "" if there is none. Keys in requests are not
// escaped: no client escapes letters.
func first(key string, texts ...string) string {
	for _, text := range texts {
		for pair := range strings.SplitSeq(text, "&") {
			rest, ok := strings.CutPrefix(pair, key)
			if value, found := strings.CutPrefix(rest, "="); ok && found {
				if text, err := url.QueryUnescape(value); err == nil {
					return text
				}
				return value
			}
		}
	}
	return ""
}

// Decode implements wire.Codec. Parameters may stand in the form and in the URL.
func (c *Codec) Decode(o *wire.Operation, r *wire.Request) (any, error) {
	params, err := appendParams(nil, r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if r.Method == http.MethodPost {
		if params, err = appendParams(params, string(r.Body)); err != nil {
			return nil, err
		}
	}
	in := reflect.New(o.In)
	if err := wire.Decode(newForm(params), o.Input, in.Elem()); err != nil {
		return nil, malformed(fault.Of(err).Message) // the walker has another code for it
	}
	return in.Interface(), nil
}

// Encode implements wire.Codec. An operation without an output has no result, but metadata.
func (c *Codec) Encode(o *wire.Operation, r *wire.Request, out any) (*wire.Response, error) {
	v := reflect.ValueOf(out)
	if v.Type() != reflect.PointerTo(o.Out) || v.IsNil() {
		return nil, fmt.Errorf("encode %s: output is a %T, want a *%s", o.Name, out, o.Out)
	}
	b := appendRoot(nil, o.Name+"Response", o.Service.XMLNamespace)
	if !o.Facts.NoOutput {
		var err error
		b = append(append(append(b, '<'), o.Name...), "Result>"...)
		if b, err = appendMembers(b, o.Output, v.Elem()); err != nil {
			return nil, fmt.Errorf("encode %s: %w", o.Name, err)
		}
		b = append(append(append(b, "</"...), o.Name...), "Result>"...)
	}
	b = append(appendElement(append(b, "<ResponseMetadata>"...), "RequestId", r.ID), "</ResponseMetadata></"...)
	b = append(append(b, o.Name...), "Response>"...)
	return &wire.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {xmlType}}, Body: b}, nil
}

// EncodeError implements wire.Codec. An error goes by the code that the protocol has for it.
func (c *Codec) EncodeError(o *wire.Operation, r *wire.Request, err error) *wire.Response {
	e := o.Explain(err)
	status := e.QueryStatus
	if status == 0 {
		status = e.RESTStatus()
	}
	return &wire.Response{Status: status, Header: http.Header{"Content-Type": {xmlType}}, Body: errorBody(o, r, &e)}
}

func errorBody(o *wire.Operation, r *wire.Request, e *wire.ErrorFacts) []byte {
	namespace, blame := faultNamespace, "Receiver"
	if o != nil {
		namespace = o.Service.XMLNamespace
	}
	if e.Sender {
		blame = "Sender"
	}
	b := append(appendRoot(nil, "ErrorResponse", namespace), "<Error>"...)
	b = appendElement(appendElement(b, "Type", blame), "Code", e.Code)
	if e.Message != "" {
		b = appendElement(b, "Message", e.Message)
	}
	if e.Field != nil {
		rest := *e.Field
		rest.Plan = e.Field.Plan.Only(func(m *wire.Field) bool { return !strings.EqualFold(m.Member.Name, "message") })
		if with, err := appendMembers(b, &rest, e.Value); err == nil {
			b = with
		}
	}
	return append(appendElement(append(b, "</Error>"...), "RequestId", r.ID), "</ErrorResponse>"...)
}

// appendRoot opens the document's element.
func appendRoot(b []byte, name, namespace string) []byte {
	b = append(append(append(b, '<'), name...), ` xmlns="`...)
	return append(appendEscaped(b, namespace), `">`...)
}
