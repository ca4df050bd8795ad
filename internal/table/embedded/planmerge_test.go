package embedded

import (
	"slices"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
)

func TestPlanMerge(t *testing.T) {
	l := limits{ownText: 1 << 20, partText: 1 << 24, fullText: 1 << 22, fanIn: 3}
	part := func(n uint64, owner table.Partition, weight, dead int64) mergeable {
		return mergeable{number: n, table: "t", owner: owner, weight: weight, dead: dead}
	}
	const small, large, full = 5_000, 500_000, 1<<23 - 1
	many := func(n int, weight int64) (parts []mergeable) {
		for i := range n {
			parts = append(parts, part(uint64(i+1), 0, weight, 0))
		}
		return parts
	}
	for _, tt := range []struct {
		name  string
		parts []mergeable
		want  []uint64
	}{
		{"nothing", nil, nil},
		{"fewer than fan-in", []mergeable{part(1, 0, small, 0), part(2, 0, small, 0)}, nil},
		{"the oldest of one size", []mergeable{part(4, 0, small, 0), part(3, 0, small, 0), part(2, 0, small, 0), part(1, 0, small, 0)}, []uint64{1, 2, 3}},
		{"not of different sizes", []mergeable{part(1, 0, small, 0), part(2, 0, small, 0), part(3, 0, large, 0)}, nil},
		{"not of different owners", []mergeable{part(1, 5, small, 0), part(2, 5, small, 0), part(3, 6, small, 0)}, nil},
		{"the small ones first", []mergeable{
			part(1, 0, large, 0), part(2, 0, large, 0), part(3, 0, large, 0), part(4, 0, small, 0), part(5, 0, small, 0), part(6, 0, small, 0),
		}, []uint64{4, 5, 6}},
		{"parts without rows go at once", []mergeable{part(1, 0, small, small), part(2, 0, small, 0), part(3, 0, large, large)}, []uint64{1, 3}},
		{"a part half gone is written anew", []mergeable{part(1, 0, small, small/2), part(2, 0, small, small/3)}, []uint64{1}},
		{"large parts stay", []mergeable{part(1, 0, 1<<23, 0), part(2, 0, 1<<23, 0), part(3, 0, 1<<23, 0)}, nil},
		{"full parts wait", many(8, full), nil},
		{"enough full parts, no more than fits", many(9, full), []uint64{1, 2}},
		{"parts that are not full do not wait", many(3, 1<<20), []uint64{1, 2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := planMerge(tt.parts, l, anything)
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("planMerge(%+v) = %v, want %v", tt.parts, got, tt.want)
			}
		})
	}
}

// TestPlanMergeWithoutRoom plans on a disk that is nearly full: a merge that writes more than it removes would fill it.
func TestPlanMergeWithoutRoom(t *testing.T) {
	l := limits{ownText: 1 << 20, partText: 1 << 24, fullText: 1 << 22, fanIn: 3}
	parts := []mergeable{{number: 1, weight: 5000}, {number: 2, weight: 5000}, {number: 3, weight: 5000, dead: 2000}}
	if got := planMerge(parts, l, freeing); got != nil {
		t.Errorf("parts that nobody has dropped rows of: planMerge = %v, want none", got)
	}
	parts[1].dead = 4000
	if got := planMerge(parts, l, freeing); !slices.Equal(got, []uint64{2}) {
		t.Errorf("a part mostly gone: planMerge = %v, want that one", got)
	}
	parts[0].dead = 5000
	if got := planMerge(parts, l, freeing); !slices.Equal(got, []uint64{1}) {
		t.Errorf("a part without rows: planMerge = %v, want that one", got)
	}
}

func TestBackOff(t *testing.T) {
	for _, tt := range []struct {
		failures int
		want     time.Duration
	}{
		{0, time.Second}, {1, 2 * time.Second}, {7, 128 * time.Second}, {8, 256 * time.Second}, {9, 256 * time.Second}, {1 << 40, 256 * time.Second},
	} {
		if got := backOff(time.Second, tt.failures); got != tt.want {
			t.Errorf("backOff(1s, %d) = %s, want %s", tt.failures, got, tt.want)
		}
	}
}
