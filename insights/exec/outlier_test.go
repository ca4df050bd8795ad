package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestOutlier(t *testing.T) {
	for _, tt := range []struct {
		name string
		step plan.Outlier
		in   *column.Column
		want []string // value after, mark
	}{
		{"nothing beyond the bound", plan.Outlier{Remove: true, Param: 1}, col(10, 30, 5), []string{"10 | 0", "30 | 0", "5 | 0"}},
		{"a value above is brought to the bound", plan.Outlier{Param: 0.5}, col(10, 30, 5), []string{"10 | 0", "26.25 | 1", "5 | 0"}},
		{"a value above is removed with its row", plan.Outlier{Remove: true, Param: 0.5}, col(10, 30, 5), []string{"10 | 0", "5 | 0"}},
		{"a value at the bound stays", plan.Outlier{Remove: true, Param: 0}, col(1, 2, 3, 4, 5), []string{"1 | 0", "2 | 0", "3 | 0", "4 | 0"}},
		{"the lower bound counts if asked for", plan.Outlier{Param: 0, UseLower: true}, col(1, 2, 3, 4, 5), []string{"2 | 1", "2 | 0", "3 | 0", "4 | 0", "4 | 1"}},
		{"what is no number is no outlier", plan.Outlier{Param: 0}, col("x", nil, "7", js("[1]")), []string{"x | 0", "- | 0", "7 | 0", "[1] | 0"}},
		{"one value", plan.Outlier{Param: 0}, col(3), []string{"3 | 0"}},
		{"all null", plan.Outlier{Remove: true}, col(nil, nil), []string{"- | 0", "- | 0"}},
		{"no rows", plan.Outlier{}, col(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.step.Slots, tt.step.Out, tt.step.Mark = []int{0}, []int{1}, []int{2}
			got, err := outlierStep{&tt.step}.table(testRun(), events(tt.in))
			check(t, "outlier", got, err, tt.want, 1, 2)
		})
	}
}

func TestOutlierOfAnyColumnRemovesTheRow(t *testing.T) {
	step := &plan.Outlier{Remove: true, Slots: []int{0, 1}, Out: []int{2, 3}}
	got, err := outlierStep{step}.table(testRun(), events(col(1, 1, 1, 1, 9), col(9, 1, 1, 1, 1)))
	check(t, "outlier", got, err, []string{"1 | 1", "1 | 1", "1 | 1"}, 2, 3)
}
