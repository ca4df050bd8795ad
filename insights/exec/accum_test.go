package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestAccum(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   *column.Column
		want []string
	}{
		{"null adds nothing", col(10, nil, 30, 5), []string{"10", "10", "40", "45"}},
		{"nothing before the first number", col(nil, "x", 1), []string{"-", "-", "1"}},
		{"text that is a number counts", col("1", 2.5, " 3 "), []string{"1", "3.5", "6.5"}},
		{"whole numbers stay exact", col(9007199254740992, 1), []string{"9007199254740992", "9007199254740993"}},
		{"all null", col(nil, nil), []string{"-", "-"}},
		{"no rows", col(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := accumStep{&plan.Accum{In: 0, Out: 1}}.table(testRun(), handmade(tt.in))
			check(t, "accum", got, err, tt.want, 1)
		})
	}
}
