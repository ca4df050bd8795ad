package correlation

import "net/http"

// Names of the headers, in the form that http.Header has them.
const (
	headerRequestID     = "X-Request-Id"
	headerCorrelationID = "X-Correlation-Id"
	headerTraceparent   = "Traceparent"
	headerTracestate    = "Tracestate"
	headerXRay          = "X-Amzn-Trace-Id"
	headerDebug         = "Debug-Log-Enabled"
)

// FromHTTP returns the ids in a request's headers: x-request-id, x-correlation-id, traceparent with tracestate,
// X-Amzn-Trace-Id and debug-log-enabled. What is missing or not [Valid] is absent from the result; see [IDs.OrNew].
//
// Where both trace headers are there, traceparent names the trace, for it comes from the caller, while a load balancer
// writes X-Amzn-Trace-Id by itself; that one is passed on beside it.
func FromHTTP(h http.Header) IDs {
	var i IDs
	if parents, amzn := h[headerTraceparent], first(h[headerXRay]); len(parents) > 0 || amzn != "" {
		i = traceOf(parents, h[headerTracestate], amzn)
	}
	i.RequestID = valid(first(h[headerRequestID]))
	i.CorrelationID = valid(first(h[headerCorrelationID]))
	i.Debug = debug(first(h[headerDebug]))
	return i
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// debug: the header says "true" where debug events are wanted, and DAZN's tools say "false" too.
func debug(value string) Decision {
	switch value {
	case "true":
		return Yes
	case "false":
		return No
	}
	return Undecided
}

// traceOf joins the two trace headers. Several headers traceparent are as bad as none (level 1, section 3.2).
func traceOf(parents, states []string, amzn string) IDs {
	var w3c IDs
	ok := false
	if len(parents) == 1 {
		w3c, ok = ParseTraceparent(parents[0])
	}
	if ok && len(states) > 0 {
		w3c.TraceState = traceState(states)
	}
	if amzn == "" {
		return w3c
	}
	other, good := ParseXRay(amzn)
	if !ok {
		return other
	}
	if good {
		w3c.XRayTraceID, w3c.xray = other.XRayTraceID, other.xray
	}
	return w3c
}

// ToHTTP sets the headers that [FromHTTP] reads, as far as i has ids. It leaves the other headers alone, and those
// that are set already: the caller knew better.
func (i IDs) ToHTTP(h http.Header) {
	set(h, headerRequestID, i.RequestID)
	set(h, headerCorrelationID, i.CorrelationID)
	if i.TraceID != "" && len(h[headerTraceparent]) == 0 {
		set(h, headerTraceparent, i.Traceparent())
		set(h, headerTracestate, i.TraceState)
	}
	if (i.TraceID != "" || i.XRayTraceID != "") && len(h[headerXRay]) == 0 {
		set(h, headerXRay, i.XRayHeader())
	}
	if i.Debug != Undecided {
		set(h, headerDebug, debugText(i.Debug))
	}
}

func debugText(d Decision) string {
	if d == Yes {
		return "true"
	}
	return "false"
}

func set(h http.Header, name, value string) {
	if value != "" && len(h[name]) == 0 {
		h[name] = []string{value}
	}
}
