package table_test

import (
	"testing"

	"github.com/groundwatch/groundwatch/internal/table"
)

func TestManner(t *testing.T) {
	damaged := table.Stats{Problems: []string{"part 1: checksum"}}
	for _, tt := range []struct {
		name   string
		manner table.Manner
		stats  table.Stats
		left   bool
		want   bool
	}{
		{"all was read", table.Whole, table.Stats{}, false, false},
		{"nobody could tell", table.Whole, damaged, false, true},
		{"the operator wants what is left", table.Whole, damaged, true, false},
		{"the answer tells", table.Marked, damaged, false, false},
		{"a sample", table.Sampled, damaged, false, false},
	} {
		if got := tt.manner.Fails(tt.stats, tt.left); got != tt.want {
			t.Errorf("%s: Fails = %t, want %t", tt.name, got, tt.want)
		}
	}
}
