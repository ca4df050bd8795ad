package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestAddTotals(t *testing.T) {
	users := func() *rows {
		return events(col("u1", "u2", "u3"), col(40, nil, 5), col("2", 1.5, "x"), col(ms(1), ms(2), ms(3)))
	}
	visible := []plan.Column{{Name: "user", Slot: 0}, {Name: "b", Slot: 1}, {Name: "n", Slot: 2}, {Name: "t", Slot: 3}}
	for _, tt := range []struct {
		name  string
		step  plan.AddTotals
		in    *rows
		want  []string
		slots []int
	}{
		{"row sums skip null and text", plan.AddTotals{Slots: []int{1, 2}, Out: 4}, users(),
			[]string{"u1 | 40 | 2 | 42", "u2 | - | 1.5 | 1.5", "u3 | 5 | x | 5"}, []int{0, 1, 2, 4}},
		{"a last row of column sums", plan.AddTotals{Slots: []int{1}, Out: -1, Col: true}, users(),
			[]string{"u1 | 40", "u2 | -", "u3 | 5", "- | 45"}, []int{0, 1}},
		{"both, and the sums are summed", plan.AddTotals{Slots: []int{1, 2}, Out: 4, Col: true}, users(),
			[]string{"40 | 2 | 42", "- | 1.5 | 1.5", "5 | x | 5", "45 | 3.5 | 48.5"}, []int{1, 2, 4}},
		{"unnamed, columns with text or times do not count", plan.AddTotals{Columns: visible, Out: 4}, users(),
			[]string{"40", "-", "5"}, []int{4}},
		{"no rows have no total row", plan.AddTotals{Slots: []int{1}, Out: 2, Col: true}, handmade(col(), col()),
			nil, []int{0, 1, 2}},
		{"whole numbers stay exact", plan.AddTotals{Slots: []int{0, 1}, Out: 2}, handmade(col(9007199254740993), col(2)),
			[]string{"9007199254740995"}, []int{2}},
		{"a column that nobody made is null", plan.AddTotals{Slots: []int{0, 7}, Out: 8}, handmade(col(1)),
			[]string{"1"}, []int{8}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := addTotalsStep{&tt.step}.table(testRun(), tt.in)
			check(t, "addtotals", got, err, tt.want, tt.slots...)
		})
	}
}
