package exec

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// mixedRows returns n rows of two columns with values of several kinds, of which few are equal.
func mixedRows(random *rand.Rand, n int) *rows {
	var a, b column.Builder
	for range n {
		switch random.IntN(4) {
		case 0:
			a.Null()
		case 1:
			a.Int(random.Int64N(int64(n)))
		case 2:
			a.Float(float64(random.Int64N(20)) / 2)
		default:
			a.Text([]string{"1", "2", "x", "", "ü"}[random.IntN(5)])
		}
		b.Int(random.Int64N(3))
	}
	return &rows{n: n, cols: []*column.Column{a.Column(), b.Column()}}
}

// TestRowIndex numbers rows as a map does of their keys.
func TestRowIndex(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, n := range []int{0, 1, leastPlaces*3/4 - 1, leastPlaces * 3 / 4, leastPlaces*3/4 + 1, 20_000} {
		r, run := mixedRows(random, n), &run{memory: &budget{limit: math.MaxInt64}}
		x := run.index("dedup", r, []int{0, 1})
		want := map[string]uint32{}
		for i := range n {
			key := function.GroupKey(function.GroupKey(nil, r.cols[0].Value(i)), r.cols[1].Value(i))
			if _, seen := want[string(key)]; !seen {
				want[string(key)] = uint32(len(want))
			}
			got, err := x.number(i)
			if err != nil || got != want[string(key)] || x.first[got] > int32(i) {
				t.Fatalf("row %d of %d: number = %d, %v, want %d", i, n, got, err, want[string(key)])
			}
			if null := r.cols[0].IsNull(i); x.null(i) != null {
				t.Errorf("row %d of %d: null = %t, want %t", i, n, !null, null)
			}
		}
		held := run.memory.used.Load()
		if least := int64(len(want) * 16); held < least {
			t.Errorf("%d combinations count as %d bytes, want at least %d", len(want), held, least)
		}
		if x.free(); run.memory.used.Load() != 0 {
			t.Errorf("freed after %d rows: %d bytes are held, want 0", n, run.memory.used.Load())
		}
	}
}

// TestStepsThatNumberRowsAreBounded gives them less memory than their rows need.
func TestStepsThatNumberRowsAreBounded(t *testing.T) {
	const limit = placeBytes * leastPlaces
	r := mixedRows(rand.New(rand.NewPCG(1, 2)), 10_000)
	run := &run{memory: &budget{limit: limit}}
	x := run.index("dedup", r, []int{0, 1})
	var err error
	rows := 0
	for ; rows < r.n && err == nil; rows++ {
		_, err = x.number(rows)
	}
	full, ok := errors.AsType[*MemoryError](err)
	if !ok || full.What != "dedup" || len(x.first) != leastPlaces*3/4 {
		t.Errorf("row %d: error %v with %d combinations, want a MemoryError of dedup after %d", rows, err, len(x.first), leastPlaces*3/4)
	}
}
