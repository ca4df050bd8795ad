package manifest

import (
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
)

func TestLines(t *testing.T) {
	ls := Lines(nil).with(Line{Before: 100, Through: 10}).with(Line{Before: 50, Through: 20})
	for _, tt := range []struct {
		name     string
		time     int64
		sequence int64
		want     bool
	}{
		{"before both", 49, 10, true}, {"before the first, appended before it", 99, 10, true},
		{"before the first, appended after it", 99, 11, false}, {"at the line", 100, 1, false},
		{"before the second, appended between", 49, 20, true}, {"appended after both", 49, 21, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ls.Hide(tt.time, table.Sequence(tt.sequence)); got != tt.want {
				t.Errorf("hide(%d, %d) = %t, want %t", tt.time, tt.sequence, got, tt.want)
			}
		})
	}
	if got := ls.with(Line{Before: 100, Through: 30}); !slices.Equal(got, Lines{{Before: 100, Through: 30}}) {
		t.Errorf("a line over all others leaves %v, want it alone", got)
	}
}
