package exec

import (
	"errors"
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestAutoregress(t *testing.T) {
	for _, tt := range []struct {
		name string
		step plan.Autoregress
		in   *rows
		want []string
	}{
		{"two lags", plan.Autoregress{In: 0, From: 1, Out: []int{1, 2}}, handmade(col(10, nil, 30, 5)),
			[]string{"10 | - | -", "- | 10 | -", "30 | - | 10", "5 | 30 | -"}},
		{"a lag from the third row on", plan.Autoregress{In: 0, From: 3, Out: []int{1}}, handmade(col("a", "b", "c", "d", "e")),
			[]string{"a | - | -", "b | - | -", "c | - | -", "d | a | -", "e | b | -"}},
		{"a lag of all rows gives nulls", plan.Autoregress{In: 0, From: 2, Out: []int{1}}, handmade(col(1, 2)),
			[]string{"1 | - | -", "2 | - | -"}},
		{"no rows", plan.Autoregress{In: 0, From: 1, Out: []int{1}}, handmade(col()), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := autoregressStep{&tt.step}.table(testRun(), tt.in)
			check(t, "autoregress", got, err, tt.want, 0, 1, 2)
		})
	}
}

func TestAutoregressCountsItsMemory(t *testing.T) {
	run := testRun()
	run.memory.limit = 3 * 2 * lagBytes
	step := autoregressStep{&plan.Autoregress{In: 0, From: 1, Out: []int{1, 2}}}
	if _, err := step.table(run, handmade(col(1, 2, 3))); err != nil {
		t.Fatalf("table of 3 rows and 2 lags: %v, want none: the limit is just enough", err)
	}
	_, err := step.table(run, handmade(col(1, 2, 3)))
	var memory *MemoryError
	if !errors.As(err, &memory) {
		t.Errorf("table beyond the limit: %v, want a MemoryError", err)
	}
}
