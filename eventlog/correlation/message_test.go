package correlation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

var everything = IDs{RequestID: "r-1", CorrelationID: "c-1", TraceID: someTrace, SpanID: someSpan, TraceState: "a=1", Sampled: Yes, Debug: Yes, random: true}

// w3cOnly returns i without what X-Amzn-Trace-Id said beside it.
func w3cOnly(i IDs) IDs {
	i.XRayTraceID, i.xray = "", xray{}
	return i
}

func TestSQSRoundTrip(t *testing.T) {
	attributes, system := map[string]string{"kind": "label"}, map[string]string{}
	if !everything.ToSQS(attributes, system) {
		t.Fatal("ToSQS found no room, want room")
	}
	if len(attributes) != 2 || len(system) != 1 {
		t.Errorf("ToSQS made %v and %v, want one attribute more of each", attributes, system)
	}
	if got := FromSQS(attributes, system); w3cOnly(got) != everything || got.XRayTraceID != someXRay {
		t.Errorf("FromSQS(%v, %v) = %+v, want %+v", attributes, system, got, everything)
	}
}

func TestToSQSLimits(t *testing.T) {
	full := func(n int) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[fmt.Sprint("a", i)] = "x"
		}
		return m
	}
	for _, tt := range []struct {
		name       string
		attributes map[string]string
		ids        IDs
		want       bool
		n          int
	}{
		{"nine others", full(9), everything, true, 10},
		{"ten others", full(10), everything, false, 10},
		{"ten with ours", func() map[string]string { m := full(9); m[Attribute] = "{}"; return m }(), everything, true, 10},
		{"no ids", full(0), IDs{}, true, 0},
		{"no map", nil, everything, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			system := map[string]string{}
			got := tt.ids.ToSQS(tt.attributes, system)
			if got != tt.want || len(tt.attributes) != tt.n {
				t.Errorf("ToSQS = %t with %d attributes, want %t with %d", got, len(tt.attributes), tt.want, tt.n)
			}
			if want := tt.ids.XRayHeader(); system[TraceAttribute] != want {
				t.Errorf("%s = %q, want %q", TraceAttribute, system[TraceAttribute], want)
			}
		})
	}
}

func TestFromSQS(t *testing.T) {
	for _, tt := range []struct {
		name               string
		attributes, system map[string]string
		want               IDs
	}{
		{"nil maps", nil, nil, IDs{}},
		{"single attributes of other tools", map[string]string{"x-correlation-id": "c", "x-request-id": "r", "debug-log-enabled": "true"}, nil,
			IDs{CorrelationID: "c", RequestID: "r", Debug: Yes}},
		{"the trace alone", nil, map[string]string{"AWSTraceHeader": "Root=" + someXRay}, IDs{TraceID: someTrace, XRayTraceID: someXRay}},
		{"attribute that is no JSON", map[string]string{"correlation": "c-1"}, nil, IDs{}},
		{"attribute with other types", map[string]string{"correlation": `{"x-correlation-id":7}`}, nil, IDs{}},
		{"forged id", map[string]string{"correlation": `{"x-correlation-id":"a\nb"}`}, nil, IDs{}},
		{"huge attribute", map[string]string{"correlation": `{"x-correlation-id":"c","x":"` + strings.Repeat("x", 5000) + `"}`}, nil, IDs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := FromSQS(tt.attributes, tt.system); got != tt.want {
				t.Errorf("FromSQS(%v, %v) = %+v, want %+v", tt.attributes, tt.system, got, tt.want)
			}
		})
	}
}

func TestSNS(t *testing.T) {
	attributes := map[string]string{}
	if !everything.ToSNS(attributes) {
		t.Fatal("ToSNS found no room, want room")
	}
	if got := FromSQS(attributes, nil); got != everything {
		t.Errorf("raw delivery: FromSQS(%v) = %+v, want %+v", attributes, got, everything)
	}
	value, _ := json.Marshal(attributes[Attribute])
	body := `{"Type":"Notification","MessageId":"m-1","TopicArn":"arn:aws:sns:eu-west-1:123456789012:labels","Message":"{\"a\":1}",` +
		`"Timestamp":"2026-11-21T10:00:00.000Z","MessageAttributes":{"correlation":{"Type":"String","Value":` + string(value) + `}}}`
	ids, message, ok := FromSNS([]byte(body))
	if !ok || ids != everything || message != `{"a":1}` {
		t.Errorf("FromSNS = %+v, %q, %t, want %+v, the message, true", ids, message, ok, everything)
	}
	for _, bad := range []string{"", "x", "null", `{"Type":"SubscriptionConfirmation","MessageId":"m","TopicArn":"t"}`, `{"Type":"Notification"}`} {
		if ids, _, ok := FromSNS([]byte(bad)); ok || ids != (IDs{}) {
			t.Errorf("FromSNS(%q) = %+v, %t, want no envelope", bad, ids, ok)
		}
	}
}

func TestToEventBridge(t *testing.T) {
	const ids = `{"_correlation":{"x-correlation-id":"c"}`
	for _, tt := range []struct {
		name, detail string
		ids          IDs
		want         string
		fails        bool
	}{
		{"an object", `{"order_id":7}`, IDs{CorrelationID: "c"}, ids + `,"order_id":7}`, false},
		{"an empty object", " {\n}", IDs{CorrelationID: "c"}, ids + "\n}", false},
		{"ids already there", `{"_correlation":{}}`, IDs{CorrelationID: "c"}, `{"_correlation":{}}`, false},
		{"no ids", `{"a":1}`, IDs{}, `{"a":1}`, false},
		{"an array", `[]`, IDs{CorrelationID: "c"}, "", true},
		{"null", `null`, IDs{CorrelationID: "c"}, "", true},
		{"no JSON", `{"a":`, IDs{CorrelationID: "c"}, "", true},
		{"empty", ``, IDs{CorrelationID: "c"}, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, header, err := tt.ids.ToEventBridge([]byte(tt.detail))
			if string(got) != tt.want || (err != nil) != tt.fails || header != "" {
				t.Errorf("ToEventBridge(%q) = %q, %q, %v, want %q, no header, failing %t", tt.detail, got, header, err, tt.want, tt.fails)
			}
		})
	}
}

func TestEventBridgeRoundTrip(t *testing.T) {
	detail, header, err := everything.ToEventBridge([]byte(`{"order_id":7}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := everything.XRayHeader(); header != want {
		t.Errorf("TraceHeader %q, want %q", header, want)
	}
	event := `{"version":"0","id":"e-1","detail-type":"LabelCreated","source":"labels","detail":` + string(detail) + `}`
	if got := FromEventBridge([]byte(event)); got != everything {
		t.Errorf("FromEventBridge(%s) = %+v, want %+v", event, got, everything)
	}
}

func TestFromEventBridge(t *testing.T) {
	for _, tt := range []struct {
		name, event string
		want        IDs
	}{
		{"no ids: the event's own", `{"id":"e-1","detail":{}}`, IDs{CorrelationID: "e-1"}},
		{"a detail that is a text", `{"id":"e-1","detail":"x"}`, IDs{CorrelationID: "e-1"}},
		{"a text first", `{"detail":"x","id":"e-1"}`, IDs{CorrelationID: "e-1"}},
		{"no JSON", `{"id":"e-1"`, IDs{}},
		{"empty", ``, IDs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := FromEventBridge([]byte(tt.event)); got != tt.want {
				t.Errorf("FromEventBridge(%s) = %+v, want %+v", tt.event, got, tt.want)
			}
		})
	}
}

func TestToEventBridgeLeavesOutALongTrace(t *testing.T) {
	i, ok := ParseXRay("Root=" + someXRay + ";a=" + strings.Repeat("x", 240))
	if !ok {
		t.Fatal("ParseXRay failed")
	}
	if _, header, _ := i.ToEventBridge([]byte(`{}`)); header == "" {
		t.Errorf("TraceHeader of %d bytes was left out, want it kept up to %d", len(i.XRayHeader()), maxTraceHeader)
	}
	i.xray.extra += strings.Repeat("x", maxTraceHeader)
	if _, header, _ := i.ToEventBridge([]byte(`{}`)); header != "" {
		t.Errorf("TraceHeader has %d bytes, want none above %d", len(header), maxTraceHeader)
	}
}
