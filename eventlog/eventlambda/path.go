package eventlambda

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

// A Path leads to the correlation id in an event's JSON: names between dots, in quotes where they hold other signs than
// letters, digits and _, and indexes in brackets, the last element being [-1]:
//
//	requestContext.requestId
//	request.headers."x-amzn-trace-id"
//	Records[0].messageAttributes.cause.stringValue
//
// That is the part of JMESPath which names one place; quoted names hold no escapes. Names match exactly. The value is a
// text or a number; of an X-Amzn-Trace-Id the root is taken. What is not correlation.Valid counts as absent. A path
// that does not parse finds nothing, and the first invocation writes correlation_path_refused.
type Path string

// Paths to correlation ids, by the names that Powertools for AWS Lambda has for them. Where callers send
// x-correlation-id, [HTTP] is better: these end the chain at the gateway.
const (
	APIGatewayREST    Path = "requestContext.requestId"
	APIGatewayHTTP    Path = "requestContext.requestId"
	FunctionURL       Path = "requestContext.requestId"
	AppSyncAuthorizer Path = "requestContext.requestId"
	AppSync           Path = `request.headers."x-amzn-trace-id"`
	ALB               Path = `headers."x-amzn-trace-id"`
	VPCLattice        Path = `headers."x-amzn-trace-id"`
	S3ObjectLambda    Path = "xAmzRequestId"
)

func (p Path) extract(event any) correlation.IDs {
	steps, err := p.steps()
	if err != nil {
		return correlation.IDs{}
	}
	text, err := textOf(event)
	if err != nil {
		return correlation.IDs{}
	}
	for _, s := range steps {
		if text = s.into(text); text == nil {
			return correlation.IDs{}
		}
	}
	id := scalar(text)
	if x, ok := correlation.ParseXRay(id); ok {
		return correlation.IDs{CorrelationID: x.XRayTraceID}
	}
	if !correlation.Valid(id) {
		return correlation.IDs{}
	}
	return correlation.IDs{CorrelationID: id}
}

// scalar returns a text's or a number's characters, else "".
func scalar(text json.RawMessage) string {
	var s string
	if json.Unmarshal(text, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(text, &n) == nil {
		return n.String()
	}
	return ""
}

// A step leads from a value to one inside it: by name, or by index.
type step struct {
	name    string
	index   int
	isIndex bool
}

func (s step) into(text json.RawMessage) json.RawMessage {
	if !s.isIndex {
		var members map[string]json.RawMessage
		if json.Unmarshal(text, &members) != nil {
			return nil
		}
		return members[s.name]
	}
	var elements []json.RawMessage
	if json.Unmarshal(text, &elements) != nil {
		return nil
	}
	i := s.index
	if i < 0 {
		i += len(elements)
	}
	if i < 0 || i >= len(elements) {
		return nil
	}
	return elements[i]
}

// steps parses p.
func (p Path) steps() ([]step, error) {
	var steps []step
	rest := string(p)
	for {
		s, after, err := nextStep(rest, len(steps) > 0)
		if err != nil {
			return nil, fmt.Errorf("path %s: at %q: %w", p, rest, err)
		}
		steps, rest = append(steps, s), after
		if rest == "" {
			return steps, nil
		}
	}
}

// nextStep parses one step; inside says that others stand before it, so that a name needs its dot.
func nextStep(rest string, inside bool) (s step, after string, err error) {
	if strings.HasPrefix(rest, "[") {
		digits, after, ok := strings.Cut(rest[1:], "]")
		i, err := strconv.Atoi(digits)
		if !ok || err != nil {
			return step{}, "", fmt.Errorf("got no [number]")
		}
		return step{index: i, isIndex: true}, after, nil
	}
	if inside {
		if !strings.HasPrefix(rest, ".") {
			return step{}, "", fmt.Errorf("want a dot or an index")
		}
		rest = rest[1:]
	}
	if strings.HasPrefix(rest, `"`) {
		name, after, ok := strings.Cut(rest[1:], `"`)
		if !ok {
			return step{}, "", fmt.Errorf("want a closing quote")
		}
		return step{name: name}, after, nil
	}
	n := strings.IndexFunc(rest, func(r rune) bool { return !nameRune(r) })
	if n < 0 {
		n = len(rest)
	}
	if n == 0 {
		return step{}, "", fmt.Errorf("want a name")
	}
	return step{name: rest[:n]}, rest[n:], nil
}

func nameRune(r rune) bool {
	return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
