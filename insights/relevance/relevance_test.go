package relevance

import (
	"fmt"
	"math"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// TestRelevance scores fields of ten rows on each side, all of which were sampled.
func TestRelevance(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value func(side, row int) column.Value
		least float64
		most  float64
	}{
		{"the value decides", func(side, _ int) column.Value { return column.IntValue(int64(side)) }, 0.9, 1},
		{"the value tells nothing", func(_, row int) column.Value { return column.IntValue(int64(row % 2)) }, 0, 0},
		{"values that are seen once", func(side, row int) column.Value { return column.StringValue(fmt.Sprint("id", side, row)) }, 0, 0},
		{"no value", func(int, int) column.Value { return column.Value{} }, 0, 0},
	} {
		f := &Field{Name: "f"}
		for side := range 2 {
			for row := range 10 {
				f.Put(side, tt.value(side, row))
			}
		}
		got := f.Relevance(Rows{Sampled: [2]int{10, 10}, All: [2]int64{10, 10}})
		if got.Name != "f" || got.Score < tt.least || got.Score > tt.most {
			t.Errorf("%s: relevance %+v, want a score from %v to %v", tt.name, got, tt.least, tt.most)
		}
	}
}

func TestEntropy(t *testing.T) {
	if got := entropy(0.5, 0.5); math.Abs(got-math.Ln2) > 1e-15 {
		t.Errorf("entropy(0.5, 0.5) = %v, want ln 2", got)
	}
	if got := entropy(1, 0); got != 0 {
		t.Errorf("entropy(1, 0) = %v, want 0", got)
	}
}
