package eventlambda

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
	"github.com/groundwatch/groundwatch/eventlog/correlation"
)

const amzn = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

func TestExtractors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  Extractor
		event string
		want  correlation.IDs
	}{
		{"REST", APIGatewayREST, `{"requestContext":{"requestId":"g-1"}}`, correlation.IDs{CorrelationID: "g-1"}},
		{"HTTP API", APIGatewayHTTP, `{"version":"2.0","requestContext":{"requestId":"g-1="}}`, correlation.IDs{}},
		{"function URL", FunctionURL, `{"requestContext":{"requestId":"g-1"}}`, correlation.IDs{CorrelationID: "g-1"}},
		{"AppSync", AppSync, `{"request":{"headers":{"x-amzn-trace-id":"` + amzn + `"}}}`, correlation.IDs{CorrelationID: "1-5759e988-bd862e3fe1be46a994272793"}},
		{"AppSync's authorizer", AppSyncAuthorizer, `{"requestContext":{"requestId":"g-1"}}`, correlation.IDs{CorrelationID: "g-1"}},
		{"load balancer", ALB, `{"headers":{"x-amzn-trace-id":"Root=1-5759e988-bd862e3fe1be46a994272793"}}`, correlation.IDs{CorrelationID: "1-5759e988-bd862e3fe1be46a994272793"}},
		{"S3 object", S3ObjectLambda, `{"xAmzRequestId":"s-1"}`, correlation.IDs{CorrelationID: "s-1"}},
		{"bus", EventBridge, `{"id":"e-1","detail":{"a":1}}`, correlation.IDs{CorrelationID: "e-1"}},
		{"bus with ids", EventBridge, `{"id":"e-1","detail":{"_correlation":{"x-correlation-id":"c-1"}}}`, correlation.IDs{CorrelationID: "c-1"}},
		{"headers", HTTP, `{"headers":{"X-Correlation-ID":"c-1","x-request-id":"r-1"},"requestContext":{"requestId":"g-1"}}`, correlation.IDs{CorrelationID: "c-1", RequestID: "r-1"}},
		{"headers of several values", HTTP, `{"headers":null,"multiValueHeaders":{"x-correlation-id":["c-1","c-2"]}}`, correlation.IDs{CorrelationID: "c-1"}},
		{"headers of AppSync", HTTP, `{"request":{"headers":{"x-correlation-id":"c-1"}}}`, correlation.IDs{CorrelationID: "c-1"}},
		{"no header: the gateway's id", HTTP, `{"headers":{},"requestContext":{"requestId":"g-1"}}`, correlation.IDs{CorrelationID: "g-1"}},
		{"headers of other types", HTTP, `{"headers":{"x-correlation-id":7}}`, correlation.IDs{}},
		{"one message", SQS, `{"Records":[{"attributes":{},"messageAttributes":{"correlation":{"stringValue":"{\"x-correlation-id\":\"c-1\"}","dataType":"String"}}}]}`, correlation.IDs{CorrelationID: "c-1"}},
		{"two messages", SQS, `{"Records":[{"messageAttributes":{"x-correlation-id":{"stringValue":"c-1"}}},{}]}`, correlation.IDs{}},
		{"a topic", SNS, `{"Records":[{"Sns":{"MessageAttributes":{"x-correlation-id":{"Type":"String","Value":"c-1"}}}}]}`, correlation.IDs{CorrelationID: "c-1"}},
		{"no JSON for HTTP", HTTP, `{`, correlation.IDs{}},
		{"no JSON for SQS", SQS, `x`, correlation.IDs{}},
		{"no JSON for SNS", SNS, ``, correlation.IDs{}},
		{"no JSON for a path", APIGatewayREST, `[`, correlation.IDs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.from.extract(json.RawMessage(tt.event)); got != tt.want {
				t.Errorf("extract(%s) = %+v, want %+v", tt.event, got, tt.want)
			}
		})
	}
}

func TestExtractTrace(t *testing.T) {
	got := HTTP.extract([]byte(`{"headers":{"x-amzn-trace-id":"` + amzn + `"}}`))
	if got.TraceID != "5759e988bd862e3fe1be46a994272793" || got.CorrelationID != "1-5759e988-bd862e3fe1be46a994272793" {
		t.Errorf("extract = %+v, want the load balancer's trace, as cause too", got)
	}
	got = SQS.extract([]byte(`{"Records":[{"attributes":{"AWSTraceHeader":"` + amzn + `"},"messageAttributes":{}}]}`))
	if got.TraceID != "5759e988bd862e3fe1be46a994272793" {
		t.Errorf("extract = %+v, want the queue's trace", got)
	}
}

func TestFromTypedEvents(t *testing.T) {
	type order struct {
		Cause string `json:"cause"`
	}
	from := From(func(o order) correlation.IDs { return correlation.IDs{CorrelationID: o.Cause} })
	if got := from.extract(order{"c-1"}); got.CorrelationID != "c-1" {
		t.Errorf("extract(order) = %+v, want c-1", got)
	}
	if got := from.extract("another type"); got != (correlation.IDs{}) {
		t.Errorf("extract(string) = %+v, want none", got)
	}
	if got := Path("cause").extract(order{"c-1"}); got.CorrelationID != "c-1" {
		t.Errorf("Path(cause).extract(order) = %+v, want c-1", got)
	}
}

func TestPath(t *testing.T) {
	const event = `{"a":{"b-c":[10,{"d":"x"}]},"e":{"":"empty"},"n":12345678901234567890,"t":true,"f":1.5,"z":null,"ä":"u"}`
	for _, tt := range []struct {
		path Path
		want string
	}{
		{`a."b-c"[1].d`, "x"}, {`a."b-c"[-1].d`, "x"}, {`a."b-c"[0]`, "10"}, {`a."b-c"[2].d`, ""}, {`a."b-c"[-3]`, ""},
		{`e.""`, "empty"}, {`n`, "12345678901234567890"}, {`f`, "1.5"}, {`t`, ""}, {`z`, ""}, {`a`, ""}, {`"ä"`, "u"}, {`A`, ""}, {`a.b.c`, ""}, {`[0]`, ""},
	} {
		if _, err := tt.path.steps(); err != nil {
			t.Errorf("%s: %v", tt.path, err)
		}
		if got := tt.path.extract([]byte(event)).CorrelationID; got != tt.want {
			t.Errorf("%s finds %q, want %q", tt.path, got, tt.want)
		}
	}
}

func TestPathErrors(t *testing.T) {
	for _, tt := range []struct {
		path Path
		want string
	}{
		{"", `path : at "": want a name`},
		{"a.", `path a.: at ".": want a name`},
		{"a..b", `path a..b: at "..b": want a name`},
		{"a-b", `path a-b: at "-b": want a dot or an index`},
		{`a."b`, `path a."b: at ".\"b": want a closing quote`},
		{"a[x]", `path a[x]: at "[x]": got no [number]`},
		{"a[1", `path a[1: at "[1": got no [number]`},
		{"a[*].b", `path a[*].b: at "[*].b": got no [number]`},
	} {
		if _, err := tt.path.steps(); err == nil || err.Error() != tt.want {
			t.Errorf("Path(%q).steps() = %v, want %s", tt.path, err, tt.want)
		}
		if got := tt.path.extract([]byte(`{"a":"x"}`)); got != (correlation.IDs{}) {
			t.Errorf("Path(%q) finds %+v, want none", tt.path, got)
		}
	}
}

func TestBadPathIsReportedOnce(t *testing.T) {
	started.Store(false)
	rec := newRecorder(eventlog.Options{})
	o := rec.options(nil)
	o.Correlation = Path("a[*]")
	handle := Wrap(nothing, o)
	handle(t.Context(), "")
	handle(t.Context(), "")
	if got := tags(rec.events(t)); got != "correlation_path_refused invocation_finished invocation_finished" {
		t.Errorf("events %s, want correlation_path_refused once", got)
	}
}

func TestExtractorThatPanics(t *testing.T) {
	rec := newRecorder(eventlog.Options{})
	o := rec.options(nil)
	o.Correlation = From(func(string) correlation.IDs { panic(errNoInk) })
	defer func() {
		if v := recover(); v != any(errNoInk) {
			t.Errorf("handler panics with %v, want %v", v, errNoInk)
		}
		has(t, rec.one(t), map[string]any{"tag": "correlation_extraction_panicked", "level": "error"})
	}()
	Wrap(nothing, o)(t.Context(), "")
}

func FuzzPath(f *testing.F) {
	f.Add(`a."b-c"[1].d`, `{"a":{"b-c":[10,{"d":"x"}]}}`)
	f.Fuzz(func(t *testing.T, path, event string) {
		id := Path(path).extract([]byte(event)).CorrelationID
		if id != "" && !correlation.Valid(id) {
			t.Errorf("Path(%q) finds %q in %q, which is not valid", path, id, event)
		}
		if steps, err := Path(path).steps(); err == nil && len(steps) == 0 || err != nil && !strings.Contains(err.Error(), "path ") {
			t.Errorf("Path(%q).steps() = %v, %v", path, steps, err)
		}
	})
}
