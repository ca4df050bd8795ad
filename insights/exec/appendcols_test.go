package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestAppendCols(t *testing.T) {
	for _, tt := range []struct {
		name  string
		right *column.Column
		max   int
		want  []string
	}{
		{"row by row", col(1, 2), 10, []string{"a | 1", "b | 2"}},
		{"missing rows are null", col(1), 10, []string{"a | 1", "b | -"}},
		{"further rows are dropped", col(1, 2, 3), 10, []string{"a | 1", "b | 2"}},
		{"no more than max", col(1, 2), 1, []string{"a | 1", "b | -"}},
		{"nothing on the right", col(), 10, []string{"a | -", "b | -"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run, right := other(tt.right)
			got, err := appendColsStep{&plan.AppendCols{Right: right, Copy: []plan.Copy{{From: 1, To: 1}}, Max: tt.max}}.table(run, events(col("a", "b")))
			check(t, "appendcols", got, err, tt.want, 0, 1)
		})
	}
}
