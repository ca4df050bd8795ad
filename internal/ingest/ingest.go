// Package ingest takes log events over plain HTTP, in four forms, from senders without an SDK, and has PutLogEvents store them.
// Who the sender is, and how large and how packed a body may be, is decided before it is asked; what a record of OTLP is as text, by
// package otlp.
//
// The endpoints are those that AWS has had since March 2026 (HTTP endpoints in the CloudWatch Logs user guide). As there, what
// cannot be an event is skipped without a word to its sender; Options.Skipped tells the owner.
package ingest

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/groundwatch/groundwatch/internal/otlp"
)

// MaxBody is how large a body may be, packed and unpacked.
const MaxBody = 16 << 20

// Logs are where events go.
type Logs interface {
	// PutLogEvents stores one batch, which is within AWS's limits and in order.
	PutLogEvents(context.Context, *cloudwatchlogs.PutLogEventsInput) (*cloudwatchlogs.PutLogEventsOutput, error)

	// CheckBearer returns nil if the caller may put events to the group, should it have come with a bearer token.
	CheckBearer(ctx context.Context, group string) error

	// CheckStream returns nil if there is the stream, else what PutLogEvents returns.
	CheckStream(ctx context.Context, group, stream string) error
}

// Options say what the endpoints work with. Logs and Now must be set.
type Options struct {
	Logs    Logs
	Now     func() time.Time                        // of events that do not tell when they happened
	Skipped func(path string, reason Reason, n int) // that many events of a request were not stored, n > 0; nil tells nobody
}

// A Reason is why events are not stored that their sender may not be told of.
type Reason string

// The reasons there are.
const (
	NoEvent    Reason = "no event" // not of a kind that is one, or without text
	NotFirst   Reason = "behind"   // behind the first value of a body that has one
	OverSize   Reason = "size"     // with more than AWS takes of one event
	OutOfRange Reason = "time"     // too old, too new or expired
)

// An Endpoint is a path and what answers there. The handler wants a body that is unpacked and at most MaxBody long, and
// the caller in the request's context.
type Endpoint struct {
	Path    string
	Handler http.Handler

	// Refuse answers a request that the handler is not to see, as the handler answers those that it does not like.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, code, message string)
}

// Endpoints returns all there are.
func Endpoints(o Options) []Endpoint {
	if o.Skipped == nil {
		o.Skipped = func(string, Reason, int) {}
	}
	var all []Endpoint
	for i := range forms {
		all = append(all, Endpoint{forms[i].path, &handler{&forms[i], o}, forms[i].refuse})
	}
	return all
}

// A form is how the bodies for one path are written.
type form struct {
	path     string
	types    []string // Content-Types
	inQuery  bool     // log group and log stream may be named in the query
	read     func(b *batch, mediaType string, body []byte) error
	answer   func(mediaType string, r *refused) []byte
	failure  func(mediaType string, f failure) []byte
	answerAs func(mediaType string) string
}

const (
	typeJSON     = "application/json"
	typeNDJSON   = "application/x-ndjson"
	typeProtobuf = "application/x-protobuf"
)

// forms are all endpoints.
var forms = []form{
	{"/v1/logs", []string{typeJSON, typeProtobuf}, false, readOTLP, answerOTLP, failOTLP, otlpType},
	{"/services/collector/event", []string{typeJSON}, true, readCollector, answerEmpty, failJSON, jsonType},
	{"/ingest/bulk", []string{typeJSON, typeNDJSON}, true, readLines, answerEmpty, failJSON, jsonType},
	{"/ingest/json", []string{typeJSON}, true, readObjects, answerEmpty, failJSON, jsonType},
}

func jsonType(string) string { return typeJSON }

// encodingOf returns how OTLP is written in bodies of that type.
func encodingOf(mediaType string) otlp.Encoding {
	if mediaType == typeProtobuf {
		return otlp.Binary
	}
	return otlp.JSON
}

func otlpType(mediaType string) string { return encodingOf(mediaType).MediaType() }

// mediaType returns the type of a request's body without parameters, in small letters; "" if it has none.
func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}
