package correlation

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/eventlog"
)

func TestFromHTTP(t *testing.T) {
	const amzn = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
	const parent = "00-" + someTrace + "-" + someSpan + "-01"
	for _, tt := range []struct {
		name   string
		header http.Header
		want   IDs
	}{
		{"nothing", http.Header{}, IDs{}},
		{"ids", http.Header{"X-Request-Id": {"r-1"}, "X-Correlation-Id": {"c:1"}}, IDs{RequestID: "r-1", CorrelationID: "c:1"}},
		{"debug wanted", http.Header{"Debug-Log-Enabled": {"true"}}, IDs{Debug: Yes}},
		{"debug unwanted", http.Header{"Debug-Log-Enabled": {"false"}}, IDs{Debug: No}},
		{"debug of other text", http.Header{"Debug-Log-Enabled": {"1"}}, IDs{}},
		{"traceparent", http.Header{"Traceparent": {parent}, "Tracestate": {"a=1", "b=2"}},
			IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes, TraceState: "a=1,b=2"}},
		{"two traceparents", http.Header{"Traceparent": {parent, parent}, "Tracestate": {"a=1"}}, IDs{}},
		{"tracestate alone", http.Header{"Tracestate": {"a=1"}}, IDs{}},
		{"both traces", http.Header{"Traceparent": {parent}, "X-Amzn-Trace-Id": {amzn}},
			IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes, XRayTraceID: "1-5759e988-bd862e3fe1be46a994272793",
				xray: xray{parent: "53995c3f42cd8ad8", sampled: No}}},
		{"a bad traceparent beside a good root", http.Header{"Traceparent": {"00-x"}, "X-Amzn-Trace-Id": {amzn}},
			IDs{TraceID: "5759e988bd862e3fe1be46a994272793", SpanID: "53995c3f42cd8ad8", Sampled: No, XRayTraceID: "1-5759e988-bd862e3fe1be46a994272793",
				xray: xray{parent: "53995c3f42cd8ad8", sampled: No}}},
		{"a good traceparent beside a bad root", http.Header{"Traceparent": {parent}, "X-Amzn-Trace-Id": {"Root=1"}}, IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes}},
		{"forged ids", http.Header{"X-Request-Id": {`","level":"error`}, "X-Correlation-Id": {strings.Repeat("a", 129)}}, IDs{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := FromHTTP(tt.header)
			if got != tt.want {
				t.Errorf("FromHTTP(%v) = %+v, want %+v", tt.header, got, tt.want)
			}
			out := http.Header{}
			got.ToHTTP(out)
			again := FromHTTP(out)
			if again.XRayTraceID != "" && got.XRayTraceID == "" {
				again.XRayTraceID, again.xray = "", xray{}
			}
			if again != got {
				t.Errorf("FromHTTP of ToHTTP = %+v, want %+v (headers %v)", again, got, out)
			}
		})
	}
}

func TestToHTTPKeepsWhatIsThere(t *testing.T) {
	h := http.Header{"X-Request-Id": {"mine"}, "Traceparent": {"mine"}}
	IDs{RequestID: "r", CorrelationID: "c", TraceID: someTrace, SpanID: someSpan, TraceState: "a=1", Debug: Yes}.ToHTTP(h)
	for name, want := range map[string]string{"X-Request-Id": "mine", "X-Correlation-Id": "c", "Traceparent": "mine", "Tracestate": "",
		"X-Amzn-Trace-Id": "Root=" + someXRay + ";Parent=" + someSpan, "Debug-Log-Enabled": "true"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestValid(t *testing.T) {
	for _, tt := range []struct {
		name, id string
		want     bool
	}{
		{"letters, digits, signs", "azAZ09._:-", true},
		{"of 128 bytes", strings.Repeat("a", 128), true},
		{"of 129 bytes", strings.Repeat("a", 129), false},
		{"empty", "", false},
		{"space", "a b", false},
		{"semicolon, behind the colon", "a;b", false},
		{"slash, before the nought", "a/b", false},
		{"at, before A", "a@b", false},
		{"bracket, behind Z", "a[b", false},
		{"backquote, before a", "a`b", false},
		{"brace, behind z", "a{b", false},
		{"line break", "a\nb", false},
		{"umlaut", "ä", false},
		{"quote", `a"b`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Valid(tt.id); got != tt.want {
				t.Errorf("Valid(%q) = %t, want %t", tt.id, got, tt.want)
			}
		})
	}
}

func TestOrNew(t *testing.T) {
	a, b := IDs{}.OrNew(), IDs{}.OrNew()
	if !Valid(a.RequestID) || len(a.RequestID) != 32 || a.RequestID != a.CorrelationID || a.RequestID == b.RequestID {
		t.Errorf("OrNew() = %+v and %+v, want new ids, the request's as the cause's", a, b)
	}
	if got, want := (IDs{CorrelationID: "c", RequestID: "r"}).OrNew(), (IDs{CorrelationID: "c", RequestID: "r"}); got != want {
		t.Errorf("OrNew() = %+v, want %+v", got, want)
	}
}

func TestDecisionString(t *testing.T) {
	for d, want := range map[Decision]string{Undecided: "undecided", No: "no", Yes: "yes"} {
		if got := d.String(); got != want {
			t.Errorf("Decision(%d).String() = %q, want %q", d, got, want)
		}
	}
}

func TestOr(t *testing.T) {
	trace := IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes, TraceState: "a=1"}
	for _, tt := range []struct {
		name        string
		i, or, want IDs
	}{
		{"ids one by one", IDs{RequestID: "r"}, IDs{RequestID: "x", CorrelationID: "c", Debug: Yes}, IDs{RequestID: "r", CorrelationID: "c", Debug: Yes}},
		{"a decision against", IDs{Debug: No}, IDs{Debug: Yes}, IDs{Debug: No}},
		{"the other trace", IDs{SpanID: "0123456789abcdef"}, trace, trace},
		{"no mix of traces", IDs{TraceID: someTrace}, trace, IDs{TraceID: someTrace}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.i.Or(tt.or); got != tt.want {
				t.Errorf("%+v.Or(%+v) = %+v, want %+v", tt.i, tt.or, got, tt.want)
			}
		})
	}
}

func TestInto(t *testing.T) {
	var out bytes.Buffer
	l := eventlog.New(eventlog.Options{Writer: &out, Level: slog.LevelInfo})
	i := IDs{RequestID: "r", CorrelationID: "c", TraceID: someTrace, SpanID: someSpan}
	ctx := i.Into(l.Into(context.Background()))
	eventlog.Info(ctx, "label_created")
	want := `"request_id":"r","correlation_id":"c","trace_id":"` + someTrace + `","span_id":"` + someSpan + `"`
	if !strings.Contains(out.String(), want) {
		t.Errorf("event %s, want %s", out.String(), want)
	}
	if got := len(i.Attrs()); got != 4 {
		t.Errorf("Attrs() has %d attributes, want 4", got)
	}
	below, cancel := context.WithCancel(ctx)
	defer cancel()
	if got := From(below); got != i {
		t.Errorf("From = %+v, want %+v", got, i)
	}
	if got := From(context.Background()); got != (IDs{}) {
		t.Errorf("From(empty) = %+v, want none", got)
	}
}

func BenchmarkFromHTTP(b *testing.B) {
	h := http.Header{"X-Request-Id": {"0123456789abcdef"}, "Traceparent": {"00-" + someTrace + "-" + someSpan + "-01"}}
	b.ReportAllocs()
	for b.Loop() {
		if FromHTTP(h).TraceID == "" {
			b.Fatal("no trace")
		}
	}
}
