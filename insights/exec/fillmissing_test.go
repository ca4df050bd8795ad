package exec

import (
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

func period(t *testing.T, text string) function.Period {
	t.Helper()
	p, err := function.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFillMissing(t *testing.T) {
	const minute = 60_000
	zero := []plan.FillValue{{Slot: 2, Value: column.IntValue(0)}}
	for _, tt := range []struct {
		name   string
		period string
		keys   []int
		values []plan.FillValue
		in     *rows
		want   []string
	}{
		{"bins that run down stay so", "1m", nil, zero,
			handmade(col(ms(3*minute), ms(0)), col("x", "y"), col(7, nil)),
			[]string{"1970-01-01 00:03:00.000 | x | 7", "1970-01-01 00:02:00.000 | - | 0", "1970-01-01 00:01:00.000 | - | 0", "1970-01-01 00:00:00.000 | y | -"}},
		{"bins that run up stay so", "1m", nil, zero,
			handmade(col(ms(0), ms(2*minute)), col("x", "y"), col(1, 2)),
			[]string{"1970-01-01 00:00:00.000 | x | 1", "1970-01-01 00:01:00.000 | - | 0", "1970-01-01 00:02:00.000 | y | 2"}},
		{"in any other order they come last", "1m", nil, zero,
			handmade(col(ms(0), ms(3*minute), ms(minute)), col("x", "y", "z"), col(1, 2, 3)),
			[]string{"1970-01-01 00:00:00.000 | x | 1", "1970-01-01 00:03:00.000 | y | 2", "1970-01-01 00:01:00.000 | z | 3", "1970-01-01 00:02:00.000 | - | 0"}},
		{"each combination of keys gets the bins of all", "1m", []int{1}, zero,
			handmade(col(ms(2*minute), ms(minute), ms(0)), col("a", "b", "a"), col(1, 2, 3)),
			[]string{"1970-01-01 00:02:00.000 | a | 1", "1970-01-01 00:02:00.000 | b | 0", "1970-01-01 00:01:00.000 | b | 2",
				"1970-01-01 00:01:00.000 | a | 0", "1970-01-01 00:00:00.000 | a | 3", "1970-01-01 00:00:00.000 | b | 0"}},
		{"calendar months", "1mo", nil, nil,
			handmade(col(ms(0), ms(90*24*60*minute)), col(nil, nil), col(1, 2)),
			[]string{"1970-01-01 00:00:00.000 | - | 1", "1970-02-01 00:00:00.000 | - | -", "1970-03-01 00:00:00.000 | - | -", "1970-04-01 00:00:00.000 | - | 2"}},
		{"a row without a time stays", "1m", nil, zero,
			handmade(col(nil, ms(2*minute), ms(0)), col("n", "x", "y"), col(1, 2, 3)),
			[]string{"- | n | 1", "1970-01-01 00:02:00.000 | x | 2", "1970-01-01 00:00:00.000 | y | 3", "1970-01-01 00:01:00.000 | - | 0"}},
		{"one row", "1m", nil, zero, handmade(col(ms(0)), col("x"), col(1)), []string{"1970-01-01 00:00:00.000 | x | 1"}},
		{"no row has a time", "1m", nil, zero, handmade(col(nil), col("x"), col(1)), []string{"- | x | 1"}},
		{"no rows", "1m", nil, zero, handmade(col(), col(), col()), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := fillMissingStep{&plan.FillMissing{Time: 0, Period: period(t, tt.period), Keys: tt.keys, Values: tt.values}}
			got, err := step.table(testRun(), tt.in)
			check(t, "fillmissing", got, err, tt.want, 0, 1, 2)
		})
	}
}

func TestFillMissingInsertsNoMoreThanItsLimit(t *testing.T) {
	for _, tt := range []struct {
		name  string
		keys  []int
		in    *rows
		rows  int // 0: an error
		limit int
	}{
		{"exactly the limit", nil, handmade(col(ms(0), ms(maxInserted+1)), col("a", "b")), maxInserted + 2, 0},
		{"one more", nil, handmade(col(ms(0), ms(maxInserted+2)), col("a", "b")), 0, 0},
		{"one more through combinations", []int{1}, handmade(col(ms(0), ms(maxInserted/2+1)), col("a", "b")), 0, 0},
		{"centuries of milliseconds", nil, handmade(col(ms(0), ms(1<<45)), col("a", "b")), 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := fillMissingStep{&plan.FillMissing{Time: 0, Period: period(t, "1ms"), Keys: tt.keys}}
			got, err := step.table(testRun(), tt.in)
			if tt.rows == 0 {
				if err == nil || !strings.Contains(err.Error(), "100000 rows") {
					t.Errorf("table: %v, want an error that names the limit", err)
				}
				return
			}
			if err != nil || got.n != tt.rows {
				t.Errorf("table: %d rows, %v, want %d", got.n, err, tt.rows)
			}
		})
	}
}
