package restjson

import (
	"mime"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
)

const (
	typeHeader = "Content-Type"
	jsonType   = "application/json"
)

// jsonTypes are what clients call JSON: older SDKs send awsJson's types here too.
var jsonTypes = []string{jsonType, "application/x-amz-json-1.0", "application/x-amz-json-1.1"}

// contentType returns the type of the body, "" if any will do.
func (m *message) contentType() string {
	f := m.payload
	switch {
	case f == nil || f.Plan.Kind < wire.String || f.Plan.Kind == wire.Document:
		return jsonType
	case f.Plan.Shape.MediaType != "":
		return f.Plan.Shape.MediaType
	case f.Plan.Kind == wire.Blob:
		return "application/octet-stream"
	}
	return "text/plain"
}

// checkTypes refuses a body of a type that the operation does not take, and a sender that does not take the type of the
// answer.
func (p *plan) checkTypes(r *wire.Request) error {
	if len(r.Body) > 0 && !p.takes(r.Header.Get(typeHeader)) {
		return fault.New(fault.Invalid, "UnsupportedMediaTypeException", "")
	}
	if accept := r.Header.Values("Accept"); len(accept) > 0 && !p.operation.Facts.NoOutput && !accepts(strings.Join(accept, ","), &p.out) {
		return fault.New(fault.Invalid, "NotAcceptableException", "")
	}
	return nil
}

// takes tells whether the operation takes a body of that type. JSON may come without a type, though Smithy's own servers
// refuse that: old SDKs send none, and AWS takes it. Where there is nothing to put in a body, JSON is refused only if the
// input has members elsewhere or there is none.
func (p *plan) takes(contentType string) bool {
	got, _, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" {
		return false
	}
	want, in := p.in.contentType(), &p.in
	switch {
	case in.payload == nil && len(in.body.Plan.Fields) == 0 && (len(in.outside) > 0 || p.noInput()):
		return got == ""
	case want == jsonType:
		return got == "" || slices.Contains(jsonTypes, got)
	case in.payload.Plan.Kind == wire.Blob && in.payload.Plan.Shape.MediaType == "":
		return true
	}
	return got == want
}

// accepts tells whether a sender with that Accept takes the message.
func accepts(accept string, m *message) bool {
	if m.payload != nil && m.payload.Plan.Kind == wire.Blob && m.payload.Plan.Shape.MediaType == "" {
		return true
	}
	want := []string{m.contentType()}
	if want[0] == jsonType {
		want = jsonTypes
	}
	for text := range strings.SplitSeq(accept, ",") {
		got, params, err := mime.ParseMediaType(text)
		if err != nil || params["q"] == "0" {
			continue
		}
		prefix, ok := strings.CutSuffix(got, "*")
		for _, w := range want {
			if w == got || ok && (prefix == "*/" || strings.HasPrefix(w, prefix)) {
				return true
			}
		}
	}
	return false
}

// noInput tells an operation without an input from one whose input is empty: the model has no shape for it.
func (p *plan) noInput() bool {
	return p.operation.Service.Shapes[p.operation.Facts.Input.Name] == nil
}
