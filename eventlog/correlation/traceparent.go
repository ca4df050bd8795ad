package correlation

import "strings"

// Lengths of traceparent's version 00 (W3C Trace Context, level 1 section 3.2): version-traceid-parentid-flags.
const (
	traceparentLength = 2 + 1 + 32 + 1 + 16 + 1 + 2

	flagSampled = 1 // level 1, 3.2.2.5
	flagRandom  = 2 // level 2, 3.2.2.5
)

// ParseTraceparent reads a header traceparent. It reports false, and returns no ids, for what the standard calls
// invalid: other lengths than version 00 has, capital letters, ids of zeros, version ff. Of a version that is still
// unknown it reads what version 00 has, if that is there and ends where it should.
func ParseTraceparent(header string) (IDs, bool) {
	if len(header) < traceparentLength || header[2] != '-' || header[35] != '-' || header[52] != '-' {
		return IDs{}, false
	}
	version, ok := hexByte(header)
	if !ok || version == 0xff || !endsRight(header, version) {
		return IDs{}, false
	}
	flags, ok := hexByte(header[53:])
	trace, span := header[3:35], header[36:52]
	if !ok || !lowerHex(trace, 32) || !lowerHex(span, 16) {
		return IDs{}, false
	}
	return IDs{TraceID: trace, SpanID: span, Sampled: decided(flags&flagSampled != 0), random: flags&flagRandom != 0}, true
}

// endsRight: version 00 has nothing behind its flags, a later one may have more, behind a dash.
func endsRight(header string, version byte) bool {
	if version == 0 {
		return len(header) == traceparentLength
	}
	return len(header) == traceparentLength || header[traceparentLength] == '-'
}

// Traceparent returns the header traceparent of version 00, or "" if i has no trace. A trace without a span, as load
// balancers start them, gets a new span id, since the header has to have one.
func (i IDs) Traceparent() string {
	if !lowerHex(i.TraceID, 32) {
		return ""
	}
	b := make([]byte, 0, traceparentLength)
	b = append(b, "00-"...)
	b = append(b, i.TraceID...)
	b = append(b, '-')
	if lowerHex(i.SpanID, 16) {
		b = append(b, i.SpanID...)
	} else {
		b = append(b, NewID()[:16]...)
	}
	var flags byte
	if i.Sampled == Yes {
		flags |= flagSampled
	}
	if i.random {
		flags |= flagRandom
	}
	return string(append(b, '-', '0', hexDigits[flags]))
}

// Limits of tracestate: what everyone has to pass on (W3C Trace Context, section 3.3.1.5), and the most members.
const (
	maxTraceState        = 512
	maxTraceStateMembers = 32
)

// traceState returns the header's values as one, or "" if that is too long or not printable ASCII.
func traceState(values []string) string {
	s := strings.Join(values, ",")
	if len(s) > maxTraceState || strings.Count(s, ",") >= maxTraceStateMembers || !printable(s) {
		return ""
	}
	return s
}

// printable tells whether s is made of the ASCII characters from space to tilde.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
