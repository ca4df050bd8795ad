package quantile

import (
	"fmt"
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

// TestTallyCounts compares with counts row by row, over dictionaries that share numbers, in two tallies that become one.
func TestTallyCounts(t *testing.T) {
	type cell struct {
		group int
		v     float64
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	want, got := map[cell]uint64{}, map[cell]uint64{}
	var tallies [2]Tally // the groups of the second are numbered the other way round
	const groups = 20
	drain := func(t *Tally) {
		t.Drain(func(group int, numbers []float64, times []uint64) {
			for i, v := range numbers {
				got[cell{group, v}] += times[i]
			}
		})
	}
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
			code, group := rnd.IntN(len(dict)), rnd.IntN(groups)
			r.Codes, r.Groups = append(r.Codes, uint32(code)), append(r.Groups, uint32(group))
			if batch%2 == 1 {
				r.Groups[i] = uint32(groups - 1 - group)
			}
			if i != 7 && i != 64 {
				want[cell{group, dict[code]}]++
			}
		}
		if !tallies[batch%2].Count(r, groups) {
			t.Fatalf("Count of batch %d = false, want true", batch)
		}
		if batch == 10 {
			drain(&tallies[0])
		}
	}
	var to []uint32
	for g := range uint32(groups) {
		to = append(to, groups-1-g)
	}
	if !tallies[0].Merge(&tallies[1], to, groups) {
		t.Fatal("Merge = false, want true")
	}
	drain(&tallies[0])
	for k, n := range want {
		if got[k] != n {
			t.Errorf("count of %v in group %d = %d, want %d", k.v, k.group, got[k], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("Drain gives %d counts, want %d", len(got), len(want))
	}
}

// TestTallyRefusesToMerge brings tallies together that have more numbers and groups than one of them may hold: both keep what they counted.
func TestTallyRefusesToMerge(t *testing.T) {
	const groups, numbers = 1000, 500
	var tallies [2]Tally
	var to []uint32
	for i := range tallies {
		r := &Rows{}
		for n := range numbers {
			r.Numbers = append(r.Numbers, float64(i*numbers+n))
		}
		for g := range uint32(groups) {
			for code := range uint32(2) {
				r.Codes, r.Groups = append(r.Codes, (g+code)%numbers), append(r.Groups, g)
			}
		}
		if !tallies[i].Count(r, groups) {
			t.Fatalf("Count of tally %d = false, want true", i)
		}
	}
	for g := range uint32(groups) {
		to = append(to, 4*groups+g)
	}
	if tallies[0].Merge(&tallies[1], to, 5*groups) {
		t.Fatal("Merge = true, want false")
	}
	var third Tally
	for g := range uint32(groups) {
		to[g] = groups - 1 - g
	}
	if !third.Merge(&tallies[0], to, groups) {
		t.Fatal("Merge of a tally that has refused one = false, want true")
	}
	third.Drain(func(group int, got []float64, _ []uint64) {
		if group = groups - 1 - group; len(got) != 2 || got[0] != float64(group%numbers) && got[1] != float64(group%numbers) {
			t.Errorf("merged from one that has refused: group %d has %v, want %d and the next", group, got, group%numbers)
		}
	})
	for i := range tallies {
		seen := 0
		tallies[i].Drain(func(group int, got []float64, times []uint64) {
			seen++
			first, second := float64(i*numbers+group%numbers), float64(i*numbers+(group+1)%numbers)
			if want := []float64{min(first, second), max(first, second)}; !slices.Equal(got, want) || !slices.Equal(times, []uint64{1, 1}) {
				t.Errorf("tally %d: group %d has %v, %v times, want %v once", i, group, got, times, want)
			}
		})
		if seen != groups {
			t.Errorf("tally %d: %d groups have numbers, want %d", i, seen, groups)
		}
	}
}

// TestFill compares with numbers that are added one by one, by themselves and with others before or behind them.
func TestFill(t *testing.T) {
	negative := math.Copysign(0, -1)
	numbers, times := []float64{3, 0, -1.5, negative, 1e300}, []uint64{2, 1, 4, 3, 1}
	distinct := func(n int) (all []float64, once []uint64) {
		for i := range n {
			all, once = append(all, math.Sqrt(float64(i+2))), append(once, 1)
		}
		return all, once
	}
	many, once := distinct(MaxExact)
	more, onceMore := distinct(MaxExact + 1)
	other := new(Distribution)
	other.Add(7, 5)
	filled := new(Distribution)
	filled.Fill([]float64{3, 8}, []uint64{1, 1})
	for _, tt := range []struct {
		name          string
		numbers       []float64
		times         []uint64
		before, after func(d *Distribution)
	}{
		{"alone", numbers, times, nil, nil},
		{"behind a number", numbers, times, func(d *Distribution) { d.Add(3, 1) }, nil},
		{"before a number", numbers, times, nil, func(d *Distribution) { d.Add(3, 1) }},
		{"before as many again", numbers, times, nil, func(d *Distribution) { d.Fill([]float64{3, 4}, []uint64{1, 1}) }},
		{"merged with another", numbers, times, nil, func(d *Distribution) { d.Merge(other) }},
		{"merged with one like it", numbers, times, nil, func(d *Distribution) { d.Merge(filled) }},
		{"merged into one that is not empty", numbers, times, func(d *Distribution) { d.Merge(filled) }, nil},
		{"as many as are exact", many, once, nil, nil},
		{"one more", more, onceMore, nil, nil},
		{"as many as are exact, and one", many, once, nil, func(d *Distribution) { d.Add(-1, 1) }},
		{"one, and as many as are exact", many, once, func(d *Distribution) { d.Add(-1, 1) }, nil},
		{"more than are exact, and as many", many, once, func(d *Distribution) { d.Fill(more, onceMore) }, nil},
		{"as many as are exact twice", many, once, func(d *Distribution) { d.Fill(many, once) }, nil},
		{"one of them, and then as many", many[1:], once[1:], func(d *Distribution) { d.Add(many[7], 1) }, nil},
	} {
		fast, slow := new(Distribution), new(Distribution)
		fill := func(d *Distribution) { d.Fill(tt.numbers, tt.times) }
		add := func(d *Distribution) {
			for i, v := range tt.numbers {
				d.Add(v, tt.times[i])
			}
		}
		for d, count := range map[*Distribution]func(*Distribution){fast: fill, slow: add} {
			for _, step := range []func(*Distribution){tt.before, count, tt.after} {
				if step != nil {
					step(d)
				}
			}
		}
		for _, p := range []float64{0, 1, 10, 30, 50, 99, 100} {
			if got, want := fast.Percentile(p), slow.Percentile(p); got != want {
				t.Errorf("%s: Percentile(%v) = %v, want %v", tt.name, p, got, want)
			}
		}
		for range 2 { // what is asked changes nothing
			if got, want := fast.Values(), slow.Values(); !slices.Equal(got, want) || fast.Total() != slow.Total() {
				t.Errorf("%s: %d numbers in all: %.200s\nwant %d: %.200s", tt.name, fast.Total(), fmt.Sprint(got), slow.Total(), fmt.Sprint(want))
			}
		}
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

// BenchmarkTally counts numbers of 20 groups, of dictionaries that have some thousand numbers for five batches each, and brings two such
// tallies together.
func BenchmarkTally(b *testing.B) {
	const batches, rows, groups, per = 40, 8192, 20, 5
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []*Rows
	var dict []float64
	for batch := range batches {
		if batch%per == 0 {
			dict = nil
			for _, n := range rnd.Perm(20_000)[:8000] {
				dict = append(dict, float64(n)/100)
			}
		}
		r := &Rows{Numbers: dict}
		for range rows {
			r.Codes, r.Groups = append(r.Codes, uint32(rnd.IntN(len(dict)))), append(r.Groups, uint32(rnd.IntN(groups)))
		}
		all = append(all, r)
	}
	to := make([]uint32, groups)
	for g := range to {
		to[g] = uint32(g)
	}
	b.SetBytes(batches * rows * 4)
	b.ReportAllocs()
	for b.Loop() {
		var tallies [2]Tally
		for i, r := range all {
			if !tallies[i%2].Count(r, groups) {
				b.Fatal("Count = false")
			}
		}
		if !tallies[0].Merge(&tallies[1], to, groups) {
			b.Fatal("Merge = false")
		}
		tallies[0].Drain(func(int, []float64, []uint64) {})
	}
}
