package eventlambda

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// An Extractor finds the ids in an event. There are [Path]s, those of this package, and [From].
type Extractor interface {
	extract(event any) correlation.IDs
}

// From returns an extractor for events of type T, which need not be turned into JSON again as for the others.
//
//	eventlambda.From(func(e events.CloudWatchEvent) correlation.IDs { return correlation.IDs{CorrelationID: e.ID} })
//
// Ids should be correlation.Valid.
func From[T any](find func(event T) correlation.IDs) Extractor { return typed[T](find) }

type typed[T any] func(T) correlation.IDs

func (f typed[T]) extract(event any) correlation.IDs {
	if t, ok := event.(T); ok {
		return f(t)
	}
	return correlation.IDs{}
}

// parsed finds ids in an event's JSON text.
type parsed func(text []byte) correlation.IDs

func (f parsed) extract(event any) correlation.IDs {
	text, err := textOf(event)
	if err != nil {
		return correlation.IDs{}
	}
	return f(text)
}

// Extractors for the events of AWS services. Those of HTTP read the request's headers as package correlation does.
var (
	// HTTP is for API Gateway (REST and HTTP), function URLs, load balancers, VPC Lattice and AppSync. Without
	// x-correlation-id the cause is the gateway's request id, else X-Ray's root.
	HTTP Extractor = parsed(fromHTTP)

	// SQS is for batches of one message; a larger one has several causes: see eventqueue.Batch.
	SQS Extractor = parsed(fromSQS)

	// SNS is for topics, which send one message at a time.
	SNS Extractor = parsed(fromSNS)

	// EventBridge takes what the event's detail carries, else the event's id.
	EventBridge Extractor = parsed(correlation.FromEventBridge)
)

// headers are an HTTP event's: one text or several for each name.
type headers map[string]json.RawMessage

func (h headers) addTo(out http.Header) {
	for name, raw := range h {
		name = http.CanonicalHeaderKey(name)
		var one string
		var all []string
		if json.Unmarshal(raw, &one) == nil {
			all = []string{one}
		} else if json.Unmarshal(raw, &all) != nil {
			continue
		}
		if len(out[name]) == 0 {
			out[name] = all
		}
	}
}

func fromHTTP(text []byte) correlation.IDs {
	var e struct {
		Headers           headers `json:"headers"`
		MultiValueHeaders headers `json:"multiValueHeaders"`
		RequestContext    struct {
			RequestID string `json:"requestId"`
		} `json:"requestContext"`
		Request struct {
			Headers headers `json:"headers"`
		} `json:"request"` // AppSync
	}
	if json.Unmarshal(text, &e) != nil {
		return correlation.IDs{}
	}
	h := http.Header{}
	e.Headers.addTo(h)
	e.MultiValueHeaders.addTo(h)
	e.Request.Headers.addTo(h)
	ids := correlation.FromHTTP(h)
	if correlation.Valid(e.RequestContext.RequestID) {
		ids.CorrelationID = cmp.Or(ids.CorrelationID, e.RequestContext.RequestID)
	}
	ids.CorrelationID = cmp.Or(ids.CorrelationID, ids.XRayTraceID)
	return ids
}

func fromSQS(text []byte) correlation.IDs {
	var e struct {
		Records []struct {
			Attributes        map[string]string `json:"attributes"`
			MessageAttributes map[string]struct {
				StringValue string `json:"stringValue"`
			} `json:"messageAttributes"`
		}
	}
	if json.Unmarshal(text, &e) != nil || len(e.Records) != 1 {
		return correlation.IDs{}
	}
	own := map[string]string{}
	for name, a := range e.Records[0].MessageAttributes {
		own[name] = a.StringValue
	}
	return correlation.FromSQS(own, e.Records[0].Attributes)
}

func fromSNS(text []byte) correlation.IDs {
	var e struct {
		Records []struct {
			SNS struct {
				MessageAttributes map[string]struct{ Value string }
			} `json:"Sns"`
		}
	}
	if json.Unmarshal(text, &e) != nil || len(e.Records) != 1 {
		return correlation.IDs{}
	}
	own := map[string]string{}
	for name, a := range e.Records[0].SNS.MessageAttributes {
		own[name] = a.Value
	}
	return correlation.FromSQS(own, nil)
}
