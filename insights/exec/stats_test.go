package exec

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// TestGroupsStandNewestFirst groups batches of rows, most of them read newest first, and compares the order of the groups with that of
// all rows sorted.
func TestGroupsStandNewestFirst(t *testing.T) {
	type row struct {
		time, seq int64
		key       string
	}
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		run := testRun()
		sink := newStats(run, &plan.Stats{Keys: []plan.Assign{{Slot: 0, Expr: slot(0)}}, Slots: 1, Time: 1})
		var all []row
		coded := []string{"a", "b", "c", "d", "e", "f"}
		for batch := range 20 {
			r := &rows{n: 1 + rnd.IntN(9)}
			keys := &column.Column{Kind: column.String, Len: r.n, Strings: coded}
			times := &column.Column{Kind: column.Timestamp, Len: r.n}
			for range r.n {
				code := rnd.IntN(min(len(coded), batch+1))
				at := row{int64(rnd.IntN(60) - batch), int64(1000 - len(all)), coded[code]}
				if rnd.IntN(20) == 0 {
					at.time += 100 // an old part may have the newest row
				}
				all = append(all, at)
				keys.Codes, times.Ints, r.seq = append(keys.Codes, uint32(code)), append(times.Ints, at.time), append(r.seq, at.seq)
			}
			if rnd.IntN(3) == 0 { // without a dictionary
				keys = makeColumn(r.n, keys.Value)
			}
			r.set(0, keys)
			r.set(1, times)
			if err := sink.add(run.worker(batch%2), r); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(all, func(a, b row) int { return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.seq, a.seq)) })
		var want []string
		for _, r := range all {
			if !slices.Contains(want, r.key) {
				want = append(want, r.key)
			}
		}
		r, err := sink.finish()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range r.n {
			got = append(got, r.col(0).Str(i))
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: groups %s, want %s", seed, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

func TestLatest(t *testing.T) {
	var times []int64
	for n := range 12 {
		for at := range max(1, n) {
			want := int64(minTime)
			if n > 0 {
				want = 7
				clear(times)
				times[at] = want
			}
			if got := latest(times); got != want {
				t.Errorf("latest(%s) = %d, want %d", fmt.Sprint(times), got, want)
			}
		}
		times = append(times, -1)
	}
}
