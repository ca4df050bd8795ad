package correlation

import (
	"strings"
	"testing"
)

const (
	someTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	someSpan  = "00f067aa0ba902b7"
	someXRay  = "1-4bf92f35-77b34da6a3ce929d0e0e4736"
)

func TestParseTraceparent(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		want         IDs
		ok           bool
	}{
		{"sampled", "00-" + someTrace + "-" + someSpan + "-01", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes}, true},
		{"not sampled", "00-" + someTrace + "-" + someSpan + "-00", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: No}, true},
		{"random id, level 2", "00-" + someTrace + "-" + someSpan + "-03", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes, random: true}, true},
		{"flags still unknown", "00-" + someTrace + "-" + someSpan + "-fd", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes}, true},
		{"later version of the same length", "cc-" + someTrace + "-" + someSpan + "-01", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes}, true},
		{"later version with more", "cc-" + someTrace + "-" + someSpan + "-01-what-is-next", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes}, true},
		{"later version with more and no dash", "cc-" + someTrace + "-" + someSpan + "-01.what", IDs{}, false},
		{"version 00 with more", "00-" + someTrace + "-" + someSpan + "-01-", IDs{}, false},
		{"version ff", "ff-" + someTrace + "-" + someSpan + "-01", IDs{}, false},
		{"version in capitals", "CC-" + someTrace + "-" + someSpan + "-01", IDs{}, false},
		{"version that is no number", "0x-" + someTrace + "-" + someSpan + "-01", IDs{}, false},
		{"trace of zeros", "00-" + strings.Repeat("0", 32) + "-" + someSpan + "-01", IDs{}, false},
		{"span of zeros", "00-" + someTrace + "-" + strings.Repeat("0", 16) + "-01", IDs{}, false},
		{"trace in capitals", "00-" + strings.ToUpper(someTrace) + "-" + someSpan + "-01", IDs{}, false},
		{"span in capitals", "00-" + someTrace + "-" + strings.ToUpper(someSpan) + "-01", IDs{}, false},
		{"flags in capitals", "00-" + someTrace + "-" + someSpan + "-0A", IDs{}, false},
		{"trace too short", "00-" + someTrace[1:] + "-" + someSpan + "-01", IDs{}, false},
		{"span too long", "00-" + someTrace + "-0" + someSpan + "-01", IDs{}, false},
		{"one flag", "00-" + someTrace + "-" + someSpan + "-1", IDs{}, false},
		{"underscores", "00_" + someTrace + "_" + someSpan + "_01", IDs{}, false},
		{"empty", "", IDs{}, false},
		{"a space before", " 00-" + someTrace + "-" + someSpan + "-01", IDs{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseTraceparent(tt.header)
			if got != tt.want || ok != tt.ok {
				t.Errorf("ParseTraceparent(%q) = %+v, %t, want %+v, %t", tt.header, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestTraceparent(t *testing.T) {
	for _, tt := range []struct {
		name string
		ids  IDs
		want string
	}{
		{"as it came", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: Yes, random: true}, "00-" + someTrace + "-" + someSpan + "-03"},
		{"not sampled", IDs{TraceID: someTrace, SpanID: someSpan, Sampled: No}, "00-" + someTrace + "-" + someSpan + "-00"},
		{"undecided counts as not sampled", IDs{TraceID: someTrace, SpanID: someSpan}, "00-" + someTrace + "-" + someSpan + "-00"},
		{"no trace", IDs{SpanID: someSpan, Sampled: Yes}, ""},
		{"a trace that is none", IDs{TraceID: "x\r\ny", SpanID: someSpan}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.ids.Traceparent(); got != tt.want {
				t.Errorf("%+v.Traceparent() = %q, want %q", tt.ids, got, tt.want)
			}
		})
	}
}

func TestTraceparentGetsASpan(t *testing.T) {
	got, ok := ParseTraceparent(IDs{TraceID: someTrace}.Traceparent())
	if !ok || got.TraceID != someTrace || len(got.SpanID) != 16 {
		t.Errorf("ParseTraceparent of a trace without span = %+v, %t, want the trace and a new span", got, ok)
	}
}

func TestTraceState(t *testing.T) {
	long := strings.Repeat("a", 510)
	for _, tt := range []struct {
		name   string
		values []string
		want   string
	}{
		{"one", []string{"congo=t61rcWkgMzE"}, "congo=t61rcWkgMzE"},
		{"several headers are one list", []string{"congo=1", "rojo=2"}, "congo=1,rojo=2"},
		{"of 512 bytes", []string{long + "=1"}, long + "=1"},
		{"of 513 bytes", []string{long + "=12"}, ""},
		{"of 32 members", []string{strings.Repeat("a=1,", 31) + "a=1"}, strings.Repeat("a=1,", 31) + "a=1"},
		{"of 33 members", []string{strings.Repeat("a=1,", 32) + "a=1"}, ""},
		{"line break", []string{"congo=1\r\nx: y"}, ""},
		{"not ASCII", []string{"congo=ü"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := traceState(tt.values); got != tt.want {
				t.Errorf("traceState(%q) = %q, want %q", tt.values, got, tt.want)
			}
		})
	}
}
