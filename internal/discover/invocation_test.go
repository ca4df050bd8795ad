package discover

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

const requestID = "3f1a2b4c-0000-1111-2222-abcdefabcdef"

func TestInvocation(t *testing.T) {
	for _, tt := range []struct {
		name, event, invocation, want string
	}{
		{"an uncaught exception has that of its invocation", "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File", requestID, requestID},
		{"none is known", "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File", "", ""},
		{"an exception with an id keeps it", "[ERROR]\t2025-03-01T10:00:00.000Z\t" + requestID + "\tKeyError: 'x'\nTraceback (most recent call last):", "other", requestID},
		{"other text has none", "cache warmed", requestID, ""},
		{"a platform line keeps its own", "END RequestId: " + requestID, "other", requestID},
		{"JSON has none", `{"level":"error"}`, requestID, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := New(Lambda, []Field{{Name: "@requestId"}}, Options{})
			if !x.NeedsInvocation() {
				t.Fatal("NeedsInvocation() is false for @requestId")
			}
			x.Invocation(tt.invocation)
			var b column.Builder
			x.Extract([]byte(tt.event), []*column.Builder{&b})
			if got := b.Column().Value(0).Text(); got != tt.want {
				t.Errorf("@requestId = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStarts(t *testing.T) {
	start := "START RequestId: " + requestID + " Version: $LATEST"
	if got, ok := StartOf([]byte(start)); !ok || string(got) != requestID {
		t.Errorf("StartOf(%q) = %q, %v, want %q", start, got, ok, requestID)
	}
	for _, no := range []string{"", "START", "START RequestId: ", "END RequestId: " + requestID, " " + start} {
		if got, ok := StartOf([]byte(no)); ok {
			t.Errorf("StartOf(%q) = %q, want none", no, got)
		}
	}
	text := "2025-03-01T10:00:00.000Z START RequestId: first Version: 1\n2025-03-01T10:00:00.000Z " + start + "\n2025-03-01T10:00:01.000Z text\n"
	if got, ok := LastStart([]byte(text)); !ok || string(got) != requestID {
		t.Errorf("LastStart = %q, %v, want %q", got, ok, requestID)
	}
	if got, ok := LastStart([]byte("nothing")); ok {
		t.Errorf("LastStart = %q, want none", got)
	}
}
