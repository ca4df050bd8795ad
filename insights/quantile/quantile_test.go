package quantile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPercentileIsByNearestRank(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, few, few + 1, 1000} {
		for _, distinct := range []int{1, 3, n} {
			var d Distribution
			var all []float64
			for range n {
				v := float64(rnd.IntN(distinct)) - 1.5
				all = append(all, v)
				d.Add(v, 1)
			}
			slices.Sort(all)
			for rank := 1; rank <= n; rank++ {
				p := 100 * float64(rank) / float64(n)
				if got, want := d.Percentile(p), all[rank-1]; got != want {
					t.Fatalf("Percentile(%v) of %d numbers, %d distinct = %v, want %v", p, n, distinct, got, want)
				}
			}
		}
	}
}

// TestTallyCounts compares with counts row by row, over dictionaries that share numbers.
func TestTallyCounts(t *testing.T) {
	type cell struct {
		group int
		v     float64
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	want, got := map[cell]uint64{}, map[cell]uint64{}
	var tally Tally
	var dict []float64
	for batch := range 20 {
		if batch%3 == 0 {
			dict = nil
			for _, i := range rnd.Perm(100 + batch)[:50+batch] {
				dict = append(dict, float64(i)/100)
			}
		}
		r := &Rows{Numbers: dict, Nulls: []uint64{1 << 7, 1}} // rows 7 and 64
		for i := range 200 {
			code, group := rnd.IntN(len(dict)), rnd.IntN(batch+1)
			r.Codes, r.Groups = append(r.Codes, uint32(code)), append(r.Groups, uint32(group))
			if i != 7 && i != 64 {
				want[cell{group, dict[code]}]++
			}
		}
		if !tally.Count(r, batch+1) {
			t.Fatalf("Count of batch %d = false, want true", batch)
		}
		if batch == 10 {
			tally.Drain(func(group int, v float64, times uint64) { got[cell{group, v}] += times })
		}
	}
	tally.Drain(func(group int, v float64, times uint64) { got[cell{group, v}] += times })
	for k, n := range want {
		if got[k] != n {
			t.Errorf("count of %v in group %d = %d, want %d", k.v, k.group, got[k], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("Drain gives %d counts, want %d", len(got), len(want))
	}
}

func TestTallyRefuses(t *testing.T) {
	coded := func(n, rows int) *Rows {
		r := &Rows{Codes: make([]uint32, rows), Groups: make([]uint32, rows)}
		for i := range n {
			r.Numbers = append(r.Numbers, math.Sqrt(float64(i)))
		}
		return r
	}
	for _, tt := range []struct {
		name   string
		r      *Rows
		groups int
		want   bool
	}{
		{"an empty dictionary", coded(0, 1), 1, false},
		{"four times the rows", coded(40, 10), 1, true},
		{"more than that", coded(41, 10), 1, false},
		{"as many counts as there may be", coded(1<<10, 1<<10), maxCells >> 10, true},
		{"one group more", coded(1<<10, 1<<10), maxCells>>10 + 1, false},
	} {
		if got := new(Tally).Count(tt.r, tt.groups); got != tt.want {
			t.Errorf("%s: Count = %v, want %v", tt.name, got, tt.want)
		}
	}
}
