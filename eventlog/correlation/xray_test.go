package correlation

import (
	"strings"
	"testing"
	"time"
)

func TestParseXRay(t *testing.T) {
	const root, parent = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
	const trace = "5759e988bd862e3fe1be46a994272793"
	for _, tt := range []struct {
		name, header string
		want         IDs
		again        string // the header that is passed on
	}{
		{"all", "Root=" + root + ";Parent=" + parent + ";Sampled=1",
			IDs{TraceID: trace, SpanID: parent, XRayTraceID: root, Sampled: Yes, xray: xray{parent: parent, sampled: Yes}},
			"Root=" + root + ";Parent=" + parent + ";Sampled=1"},
		{"lineage, as Lambda adds it", "Root=1-67891233-abcdef012345678912345678;Sampled=0;Lineage=a1:2",
			IDs{TraceID: "67891233abcdef012345678912345678", XRayTraceID: "1-67891233-abcdef012345678912345678", Sampled: No, xray: xray{sampled: No, extra: ";Lineage=a1:2"}},
			"Root=1-67891233-abcdef012345678912345678;Sampled=0;Lineage=a1:2"},
		{"other order, case and spaces", " parent=" + strings.ToUpper(parent) + " ; ROOT=" + strings.ToUpper(root),
			IDs{TraceID: trace, SpanID: parent, XRayTraceID: root, xray: xray{parent: parent}},
			"Root=" + root + ";Parent=" + parent},
		{"the load balancer's own is dropped", "Self=1-67891234-12456789abcdef012345678a;Root=" + root + ";CalledFrom=app",
			IDs{TraceID: trace, XRayTraceID: root, xray: xray{extra: ";CalledFrom=app"}},
			"Root=" + root + ";CalledFrom=app"},
		{"asked to decide", "Root=" + root + ";Sampled=?", IDs{TraceID: trace, XRayTraceID: root}, "Root=" + root},
		{"parent of zeros", "Root=" + root + ";Parent=0000000000000000", IDs{TraceID: trace, XRayTraceID: root}, "Root=" + root},
		{"root of 23 digits", "Root=1-5759e988-bd862e3fe1be46a99427279", IDs{}, ""},
		{"root of version 2", "Root=2-5759e988-bd862e3fe1be46a994272793", IDs{}, ""},
		{"root of zeros", "Root=1-00000000-000000000000000000000000", IDs{}, ""},
		{"no root", "Parent=" + parent + ";Sampled=1", IDs{}, ""},
		{"no pairs", ";;x;=", IDs{}, ""},
		{"extra of 256 bytes", "Root=" + root + ";" + strings.Repeat("a", 253) + "=1",
			IDs{TraceID: trace, XRayTraceID: root, xray: xray{extra: ";" + strings.Repeat("a", 253) + "=1"}},
			"Root=" + root + ";" + strings.Repeat("a", 253) + "=1"},
		{"extra of 257 bytes", "Root=" + root + ";" + strings.Repeat("a", 254) + "=1", IDs{TraceID: trace, XRayTraceID: root}, "Root=" + root},
		{"extra with a line break", "Root=" + root + ";a=1\nX: y", IDs{TraceID: trace, XRayTraceID: root}, "Root=" + root},
		{"endless", "Root=" + root + strings.Repeat(";a=1", 1000), IDs{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseXRay(tt.header)
			if got != tt.want || ok != (tt.want != IDs{}) {
				t.Errorf("ParseXRay(%q) = %+v, %t, want %+v", tt.header, got, ok, tt.want)
			}
			if again := got.XRayHeader(); again != tt.again {
				t.Errorf("ParseXRay(%q).XRayHeader() = %q, want %q", tt.header, again, tt.again)
			}
		})
	}
}

func TestXRayOfW3C(t *testing.T) {
	ids, ok := ParseTraceparent("00-" + someTrace + "-" + someSpan + "-01")
	if !ok {
		t.Fatal("ParseTraceparent failed")
	}
	want := "Root=" + someXRay + ";Parent=" + someSpan + ";Sampled=1"
	if got := ids.XRayHeader(); got != want {
		t.Errorf("XRayHeader() = %q, want %q", got, want)
	}
	if back, _ := ParseXRay(want); back.Traceparent() != ids.Traceparent() {
		t.Errorf("back from X-Ray: %q, want %q", back.Traceparent(), ids.Traceparent())
	}
}

func TestToAndFromXRay(t *testing.T) {
	for _, tt := range []struct{ w3c, xray string }{
		{someTrace, someXRay},
		{"4efaaf4d1e8720b39541901950019ee5", "1-4efaaf4d-1e8720b39541901950019ee5"},
	} {
		if got := ToXRay(tt.w3c); got != tt.xray {
			t.Errorf("ToXRay(%q) = %q, want %q", tt.w3c, got, tt.xray)
		}
		if got := FromXRay(tt.xray); got != tt.w3c {
			t.Errorf("FromXRay(%q) = %q, want %q", tt.xray, got, tt.w3c)
		}
	}
	for _, bad := range []string{"", "x", someTrace[1:], someTrace + "0", strings.ToUpper(someTrace), strings.Repeat("0", 32)} {
		if got := ToXRay(bad); got != "" {
			t.Errorf("ToXRay(%q) = %q, want none", bad, got)
		}
	}
	for _, bad := range []string{"", "1", someXRay[1:], someXRay + "0", strings.ToUpper(someXRay), "1-00000000-000000000000000000000000", "1_4bf92f35_77b34da6a3ce929d0e0e4736"} {
		if got := FromXRay(bad); got != "" {
			t.Errorf("FromXRay(%q) = %q, want none", bad, got)
		}
	}
}

func TestWithTrace(t *testing.T) {
	now := time.Unix(0x5759e988, 0)
	i := IDs{}.WithTrace(now)
	if !strings.HasPrefix(i.XRayHeader(), "Root=1-5759e988-") || len(i.TraceID) != 32 {
		t.Errorf("WithTrace = %q, %q, want the second first", i.TraceID, i.XRayHeader())
	}
	if got := i.WithTrace(now.Add(time.Hour)); got != i {
		t.Errorf("WithTrace of a trace = %+v, want it as it was: %+v", got, i)
	}
}

func FuzzParseXRay(f *testing.F) {
	f.Add("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1")
	f.Add("Self=x;root= 1-5759E988-bd862e3fe1be46a994272793 ;;=;Sampled=?")
	f.Fuzz(func(t *testing.T, header string) {
		i, ok := ParseXRay(header)
		if !ok {
			return
		}
		out := i.XRayHeader()
		if !printable(out) {
			t.Errorf("ParseXRay(%q) passes on %q, want printable ASCII", header, out)
		}
		if again, _ := ParseXRay(out); again != i {
			t.Errorf("ParseXRay(%q) = %+v, and of what it passes on %+v", header, i, again)
		}
	})
}
