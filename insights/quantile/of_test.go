package quantile

import "testing"

func TestOf(t *testing.T) {
	for _, tt := range []struct {
		name   string
		sorted []float64
		q      float64
		want   float64
	}{
		{"linear between two", []float64{5, 10, 30}, 0.25, 7.5},
		{"exactly one", []float64{5, 10, 30}, 0.5, 10},
		{"the last", []float64{5, 10, 30}, 1, 30},
		{"of one", []float64{4}, 0.75, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Of(tt.sorted, tt.q); got != tt.want {
				t.Errorf("Of(%v, %v) = %v, want %v", tt.sorted, tt.q, got, tt.want)
			}
		})
	}
}
