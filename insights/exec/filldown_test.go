package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestFillDown(t *testing.T) {
	for _, tt := range []struct {
		name  string
		slots []int
		in    *rows
		want  []string
	}{
		{"the last value above", []int{0}, handmade(col(10, nil, 30, nil, nil), col(nil, "x", nil, nil, nil)),
			[]string{"10 | -", "10 | x", "30 | -", "30 | -", "30 | -"}},
		{"several columns, each by itself", []int{0, 1}, handmade(col(nil, 1, nil), col("a", nil, nil)),
			[]string{"- | a", "1 | a", "1 | a"}},
		{"all null", []int{0, 1}, handmade(col(nil, nil), col(nil, nil)), []string{"- | -", "- | -"}},
		{"mixed kinds", []int{0}, handmade(col(1, nil, "x", nil), col(nil, nil, nil, nil)),
			[]string{"1 | -", "1 | -", "x | -", "x | -"}},
		{"no columns", nil, handmade(col(1), col(nil)), []string{"1 | -"}},
		{"no rows", []int{0}, handmade(col(), col()), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fillDownStep{&plan.FillDown{Slots: tt.slots}}.table(testRun(), tt.in)
			check(t, "filldown", got, err, tt.want, 0, 1)
		})
	}
}
