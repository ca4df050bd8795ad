package correlation

import "encoding/json"

const (
	// Attribute is the name of the message attribute that holds all ids, as a JSON object whose names are those of
	// the HTTP headers. One, since SQS takes no more than ten.
	Attribute = "correlation"

	// TraceAttribute is the name of the system attribute that SQS keeps X-Amzn-Trace-Id in. It counts neither as
	// one of the ten nor for the message's size.
	TraceAttribute = "AWSTraceHeader"

	// MaxAttributes is how many message attributes SQS takes (quotas of Amazon SQS).
	MaxAttributes = 10

	// maxPacked is how long the packed ids may be: more than we write, little enough to read.
	maxPacked = 4096
)

// packed is how ids travel in messages: header names, in lower case.
type packed struct {
	CorrelationID string `json:"x-correlation-id,omitempty"`
	RequestID     string `json:"x-request-id,omitempty"`
	Traceparent   string `json:"traceparent,omitempty"`
	TraceState    string `json:"tracestate,omitempty"`
	XRay          string `json:"x-amzn-trace-id,omitempty"`
	Debug         string `json:"debug-log-enabled,omitempty"`
}

// pack returns i for a message. X-Amzn-Trace-Id is left to the service's own place for it where that is known.
func (i IDs) pack() packed {
	p := packed{CorrelationID: i.CorrelationID, RequestID: i.RequestID, Traceparent: i.Traceparent(), TraceState: i.TraceState}
	if i.Debug != Undecided {
		p.Debug = debugText(i.Debug)
	}
	return p
}

func (i IDs) packText() string {
	text, err := json.Marshal(i.pack())
	if err != nil {
		panic("BUG: a struct of strings has no JSON: " + err.Error())
	}
	return string(text)
}

// unpack reads ids with the same care as [FromHTTP]. amzn is X-Amzn-Trace-Id from elsewhere, or "".
func (p packed) unpack(amzn string) IDs {
	if amzn == "" {
		amzn = p.XRay
	}
	var parents, states []string
	if p.Traceparent != "" {
		parents = []string{p.Traceparent}
	}
	if p.TraceState != "" {
		states = []string{p.TraceState}
	}
	i := traceOf(parents, states, amzn)
	i.RequestID, i.CorrelationID, i.Debug = valid(p.RequestID), valid(p.CorrelationID), debug(p.Debug)
	return i
}

// unpackText is unpack of JSON text; text that is none has no ids.
func unpackText(text []byte) packed {
	var p packed
	if len(text) > maxPacked || json.Unmarshal(text, &p) != nil {
		return packed{}
	}
	return p
}
