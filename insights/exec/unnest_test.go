package exec

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func TestUnnest(t *testing.T) {
	for _, tt := range []struct {
		name   string
		expand bool
		in     *column.Column
		want   []string
	}{
		{"a row of each element, whatever its kind", false, col(js(`["x",1,2.5,true,null,{"a":1},[2]]`)),
			[]string{"x", "1", "2.5", "1", "-", `{"a":1}`, "[2]"}},
		{"what is no list is a list of one", false, col("x", 7, js(`{"a":1}`)), []string{"x", "7", `{"a":1}`}},
		{"text is no list", false, col(`["a"]`), []string{`["a"]`}},
		{"null gives one row with null", false, col(nil), []string{"-"}},
		{"an empty list leaves no row", false, col(js("[]"), js("[1]")), []string{"1"}},
		{"expand takes the text of an array", true, col(`[ "a", "b" ]`, js(`["c"]`)), []string{"a", "b", "c"}},
		{"expand leaves other rows as they are", true, col("x", nil, "[1", js(`{"a":1}`)), []string{"x", "-", "[1", `{"a":1}`}},
		{"escapes and unicode", false, col(js(`["ä\n","\u00e9"]`)), []string{"ä\n", "é"}},
		{"no rows", false, col(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := unnestStep{&plan.Unnest{X: slot(0), Out: 1, Expand: tt.expand}}
			got, err := step.batch(testRun().worker(0), events(tt.in))
			check(t, "unnest", got, err, tt.want, 1)
		})
	}
}

func TestUnnestCopiesTheOtherColumns(t *testing.T) {
	got, err := unnestStep{&plan.Unnest{X: slot(0), Out: 1}}.batch(testRun().worker(0), events(col(js("[1,2]"), js("[3]")), nil, col("a", "b")))
	check(t, "unnest", got, err, []string{"1 | a", "2 | a", "3 | b"}, 1, 2)
	if got.seq[1] != 0 || got.seq[2] != 1 {
		t.Errorf("order of ingestion = %v, want that of the row each comes from", got.seq)
	}
}
