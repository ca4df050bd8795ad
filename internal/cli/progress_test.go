package cli

import (
	"testing"
	"time"
)

func TestProgressLine(t *testing.T) {
	tests := []struct {
		name string
		of   progress
		want string
	}{
		{"nothing yet", progress{}, "0 B  0 events  0 B/s"},
		{"of an unknown size", progress{read: 2_000_000, events: 10}, "2.0 MB  10 events  1.0 MB/s"},
		{"half", progress{read: 2_000_000, events: 10, size: 4_000_000}, " 50%  2.0 MB  10 events  1.0 MB/s  2s left"},
		{"more than there was", progress{read: 2_000_000, events: 10, size: 1_000_000}, "100%  2.0 MB  10 events  1.0 MB/s  0s left"},
		{"before it begins", progress{waits: true}, "waiting for other queries to end  2s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.of.line(2 * time.Second); got != test.want {
				t.Errorf("line(2s) of %+v = %q, want %q", test.of, got, test.want)
			}
		})
	}
}
