package correlation

import (
	"cmp"
	"log/slog"
	"math/rand/v2"

	"github.com/groundwatch/groundwatch/eventlog"
)

// MaxID is the length of the longest id that is taken over, in bytes: three times an UUID's, and short enough to be on
// each event.
const MaxID = 128

// IDs are what a request or message brings along and what is passed on. The zero value has none. IDs are comparable.
type IDs struct {
	// RequestID names one request at the edge, and what was done for it.
	RequestID string
	// CorrelationID names the cause, over all requests and messages that follow from it.
	CorrelationID string
	// TraceID names the trace: 32 lower hexadecimal digits.
	TraceID string
	// SpanID names the caller's span: 16 lower hexadecimal digits.
	SpanID string
	// XRayTraceID is the root that X-Amzn-Trace-Id brought, as in 1-5759e988-bd862e3fe1be46a994272793. It differs
	// from TraceID where a load balancer started a trace of its own beside the caller's.
	XRayTraceID string
	// TraceState is the header tracestate, passed on as it came; "" without a TraceID.
	TraceState string
	// Sampled says whether the caller's tracer keeps the trace.
	Sampled Decision
	// Debug says whether events of level debug are wanted for this cause.
	Debug Decision

	random bool // traceparent's flag 02: the id's last 7 bytes are random
	xray   xray // the rest of X-Amzn-Trace-Id
}

// A Decision is made once, by whoever starts, and obeyed by all that follow.
type Decision uint8

// What can have been decided.
const (
	Undecided Decision = iota
	No
	Yes
)

// String returns undecided, no or yes.
func (d Decision) String() string {
	switch d {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "undecided"
}

func decided(yes bool) Decision {
	if yes {
		return Yes
	}
	return No
}

// Valid tells whether id is taken over: 1 to [MaxID] bytes of A-Z a-z 0-9 . _ : and -.
func Valid(id string) bool {
	if id == "" || len(id) > MaxID {
		return false
	}
	for i := range len(id) {
		if c := id[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= ':' || 'A' <= c && c <= 'Z' || c == '-' || c == '.' || c == '_') {
			return false
		}
	}
	return true
}

// valid returns id if it is taken over, else "".
func valid(id string) string {
	if Valid(id) {
		return id
	}
	return ""
}

// NewID returns 32 random hexadecimal digits. They tell requests apart and are no secret.
func NewID() string {
	return string(appendHex(appendHex(make([]byte, 0, 32), rand.Uint64()), rand.Uint64()))
}

// OrNew returns i with a new request id where it has none, and with the request's as correlation id where it has none
// of those: the request is then the cause. It starts no trace: that is the tracer's to do.
func (i IDs) OrNew() IDs {
	if i.RequestID == "" {
		i.RequestID = NewID()
	}
	if i.CorrelationID == "" {
		i.CorrelationID = i.RequestID
	}
	return i
}

// Or returns i with what it lacks taken from other: each id and decision by itself, the trace as a whole.
func (i IDs) Or(other IDs) IDs {
	i.RequestID = cmp.Or(i.RequestID, other.RequestID)
	i.CorrelationID = cmp.Or(i.CorrelationID, other.CorrelationID)
	i.Debug = cmp.Or(i.Debug, other.Debug)
	if i.TraceID == "" {
		i.TraceID, i.SpanID, i.TraceState, i.Sampled, i.random = other.TraceID, other.SpanID, other.TraceState, other.Sampled, other.random
		i.XRayTraceID, i.xray = other.XRayTraceID, other.xray
	}
	return i
}

// Attrs returns request_id, correlation_id, trace_id and span_id, without those that i does not have.
func (i IDs) Attrs() []slog.Attr { return i.appendAttrs(nil) }

func (i *IDs) appendAttrs(attrs []slog.Attr) []slog.Attr {
	if i.RequestID != "" {
		attrs = append(attrs, eventlog.RequestID(i.RequestID))
	}
	if i.CorrelationID != "" {
		attrs = append(attrs, eventlog.CorrelationID(i.CorrelationID))
	}
	if i.TraceID != "" {
		attrs = append(attrs, eventlog.TraceID(i.TraceID))
	}
	if i.SpanID != "" {
		attrs = append(attrs, slog.String("span_id", i.SpanID))
	}
	return attrs
}
