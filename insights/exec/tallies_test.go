package exec

import (
	"math/rand/v2"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// TestStatsOfDictionaries groups rows whose numbers come from dictionaries, and the same rows without them.
func TestStatsOfDictionaries(t *testing.T) {
	step := &plan.Stats{Keys: []plan.Assign{{Slot: 0, Expr: slot(0)}}, Slots: 8, Time: -1}
	p := column.FloatValue(99)
	for i, name := range []string{"count", "avg", "sum", "pct", "median", "histogram", "max"} {
		fn, ok := function.LookupAggregate(name)
		if !ok {
			t.Fatal(name)
		}
		a := plan.Agg{Slot: i + 1, Fn: fn, Args: []plan.Expr{slot(1)}, Literals: []*column.Value{nil}}
		if fn.Min == 2 {
			a.Args, a.Literals = append(a.Args, &plan.Const{Value: p}), append(a.Literals, &p)
		}
		step.Aggs = append(step.Aggs, a)
	}
	answer := func(coded bool) string {
		rnd := rand.New(rand.NewPCG(5, 6))
		run := testRun()
		sink := newStats(run, step)
		var dict []float64
		for batch := range 12 {
			if batch%4 == 0 {
				dict = []float64{0, -1e300, 5e-324, 1e18, -3}
				for range 500 {
					dict = append(dict, float64(rnd.IntN(100_000))/100)
				}
			}
			keys, c := &column.Column{Kind: column.Int64, Len: 300}, &column.Column{Kind: column.Float64, Len: 300}
			var codes []uint32
			for i := range c.Len {
				codes = append(codes, uint32(rnd.IntN(len(dict))))
				keys.Ints, c.Floats = append(keys.Ints, int64(rnd.IntN(batch+2))), append(c.Floats, dict[codes[i]])
				if keys.Ints[i] == 3 || i%11 == 0 {
					c.Nulls = c.Nulls.Set(i, c.Len)
				}
			}
			if coded && batch%5 != 2 {
				c.Coded = &column.Coded{Numbers: dict, Codes: codes}
			}
			if err := sink.add(run.worker(batch%3), events(keys, c)); err != nil {
				t.Fatal(err)
			}
			if batch == 7 { // a look changes nothing
				sink.(peeker).peek(nil, -1, batch%2*100+2)
			}
		}
		r, err := sink.finish()
		if err != nil {
			t.Fatal(err)
		}
		return show(r, 0, 1, 2, 3, 4, 5, 6, 7)
	}
	if got, want := answer(true), answer(false); got != want {
		t.Errorf("stats of numbers of dictionaries =\n%s\nwant\n%s", got, want)
	}
}
