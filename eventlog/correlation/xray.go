package correlation

import (
	"math/rand/v2"
	"strings"
	"time"
)

// Limits of X-Amzn-Trace-Id.
const (
	maxXRayHeader = 2048 // [R] read no more; EventBridge takes 500, load balancers rewrite above 7 KB
	maxXRayExtra  = 256  // of pairs that are unknown to us, as the Node SDK keeps them
)

// xray is what X-Amzn-Trace-Id has beside its root.
type xray struct {
	parent  string   // 16 lower hexadecimal digits or ""
	sampled Decision // Sampled=? is Undecided: whoever is asked may decide
	extra   string   // Lineage and unknown pairs, as they came: `;Lineage=a1:2`
}

// ParseXRay reads a header X-Amzn-Trace-Id: Root, Parent and Sampled in any order and case. Self, the load balancer's
// own, is dropped; Lineage, which finds loops, and unknown pairs are kept and passed on. It reports false for a header
// without a good Root.
func ParseXRay(header string) (IDs, bool) {
	var i IDs
	if len(header) > maxXRayHeader {
		return IDs{}, false
	}
	for field := range strings.SplitSeq(header, ";") {
		field = strings.TrimSpace(field)
		key, value, ok := strings.Cut(field, "=")
		if !ok {
			continue
		}
		i.readXRay(field, key, strings.TrimSpace(value))
	}
	if i.XRayTraceID == "" {
		return IDs{}, false
	}
	i.TraceID, i.SpanID, i.Sampled = FromXRay(i.XRayTraceID), i.xray.parent, i.xray.sampled
	return i, true
}

func (i *IDs) readXRay(field, key, value string) {
	switch {
	case strings.EqualFold(key, "Root"):
		if value = strings.ToLower(value); FromXRay(value) != "" {
			i.XRayTraceID = value
		}
	case strings.EqualFold(key, "Parent"):
		if value = strings.ToLower(value); lowerHex(value, 16) {
			i.xray.parent = value
		}
	case strings.EqualFold(key, "Sampled"):
		i.xray.sampled = sampled(value)
	case strings.EqualFold(key, "Self"):
	default:
		if len(i.xray.extra)+1+len(field) <= maxXRayExtra && printable(field) {
			i.xray.extra += ";" + field
		}
	}
}

func sampled(value string) Decision {
	switch value {
	case "0":
		return No
	case "1":
		return Yes
	}
	return Undecided
}

// XRayHeader returns the header X-Amzn-Trace-Id, also known as AWSTraceHeader in SQS and TraceHeader in EventBridge,
// or "" if i has no trace.
func (i IDs) XRayHeader() string {
	root, parent, decision := i.XRayTraceID, i.xray.parent, i.xray.sampled
	if root == "" {
		root, parent, decision = ToXRay(i.TraceID), i.SpanID, i.Sampled
	}
	if root == "" {
		return ""
	}
	var b strings.Builder
	b.Grow(len("Root=;Parent=;Sampled=0") + len(root) + len(parent) + len(i.xray.extra))
	b.WriteString("Root=")
	b.WriteString(root)
	if parent != "" {
		b.WriteString(";Parent=")
		b.WriteString(parent)
	}
	switch decision {
	case No:
		b.WriteString(";Sampled=0")
	case Yes:
		b.WriteString(";Sampled=1")
	}
	b.WriteString(i.xray.extra)
	return b.String()
}

// ToXRay returns a trace id of 32 hexadecimal digits as X-Ray writes it, 1-8 digits-24 digits, or "" if it is none.
func ToXRay(traceID string) string {
	if !lowerHex(traceID, 32) {
		return ""
	}
	return "1-" + traceID[:8] + "-" + traceID[8:]
}

// FromXRay returns the 32 hexadecimal digits of an id as X-Ray writes it in lower case, or "" if it is none.
func FromXRay(id string) string {
	if len(id) != 35 || id[:2] != "1-" || id[10] != '-' {
		return ""
	}
	if id = id[2:10] + id[11:]; !lowerHex(id, 32) {
		return ""
	}
	return id
}

// WithTrace returns i with a new trace if it has none: an id that both W3C and X-Ray take, since it starts with the
// second of now, and no span. For programs at the edge that have no tracer.
func (i IDs) WithTrace(now time.Time) IDs {
	if i.TraceID != "" {
		return i
	}
	b := appendHex(make([]byte, 0, 32), uint64(now.Unix())<<32|uint64(rand.Uint32()))
	i.TraceID = string(appendHex(b, rand.Uint64()))
	i.random = true
	return i
}
