package function

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/quantile"
)

// many makes n rows of group 0 with different values, in random order.
func many(n int, rnd *rand.Rand, value func(i int) column.Value) []row {
	rows := make([]row, n)
	for i, k := range rnd.Perm(n) {
		rows[i] = row{time: int64(k), seq: int64(k), args: args(value(k))}
	}
	return rows
}

func TestCountDistinctIsExactUpToItsBound(t *testing.T) {
	f, _ := LookupAggregate("countDistinct")
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, tt := range []struct {
		n, slack int64
	}{{maxDistinct - 1, 0}, {maxDistinct, 0}, {maxDistinct + 1, maxDistinct * 2 / 100}, {300_000, 300_000 * 2 / 100}} {
		rows := many(int(tt.n), rnd, func(i int) column.Value { return str(fmt.Sprint("user-", i)) })
		got := results(f, []*column.Value{nil}, 1, rows, nil)
		if d := got[0].Int() - tt.n; d > tt.slack || -d > tt.slack {
			t.Errorf("countDistinct of %d = %s, want it within %d", tt.n, show(got[0]), tt.slack)
		}
		if split := results(f, []*column.Value{nil}, 1, rows, rnd); !slices.Equal(split, got) {
			t.Errorf("countDistinct of %d split = %s, want %s", tt.n, showAll(split), showAll(got))
		}
	}
}

func TestDistributionIsExactUpToItsBound(t *testing.T) {
	f, _ := LookupAggregate("pct")
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{quantile.MaxExact - 1, quantile.MaxExact, quantile.MaxExact + 1, 100_000} {
		rows := many(n, rnd, func(i int) column.Value { return f64((float64(i) - 1000) * 1.7) })
		for _, p := range []float64{0, 1, 50, 99.9, 100} {
			lits := literals(null, f64(p))
			got := results(f, lits, 1, rows, nil)
			want := (math.Ceil(p*float64(n)/100) - 1001) * 1.7
			if p == 0 {
				want = -1700
			}
			slack := 0.0
			if n > quantile.MaxExact && p > 0 && p < 100 {
				slack = math.Abs(want) / 1024
			}
			if v, ok := ToNumber(got[0]); !ok || math.Abs(v-want) > slack {
				t.Errorf("pct(%d values, %v) = %s, want %v within %v", n, p, show(got[0]), want, slack)
			}
			if split := results(f, lits, 1, rows, rnd); !slices.Equal(split, got) {
				t.Errorf("pct(%d values, %v) split = %s, want %s", n, p, showAll(split), showAll(got))
			}
		}
	}
}

func TestValuesKeepsTheNewest(t *testing.T) {
	f, _ := LookupAggregate("values")
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{maxValues - 1, maxValues, maxValues + 1, 3 * maxValues} {
		rows := many(n, rnd, func(i int) column.Value { return i64(int64(i)) })
		again := make([]row, 0, n/10) // old values that come again are new
		for i := 0; i < n; i += 10 {
			again = append(again, row{time: int64(n + i), args: args(i64(int64(i)))})
		}
		rows = append(rows, again...)
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		got := results(f, []*column.Value{nil}, 1, rows, nil)
		if size, first := strings.Count(got[0].Str(), ",")+1, fmt.Sprintf("[%d,", (n-1)/10*10); size != min(n, maxValues) || !strings.HasPrefix(got[0].Str(), first) {
			t.Errorf("values of %d: %d of them from %.10s, want %d from %s", n, size, got[0].Str(), min(n, maxValues), first)
		}
		if split := results(f, []*column.Value{nil}, 1, rows, rnd); !slices.Equal(split, got) {
			t.Errorf("values of %d differ when rows are split", n)
		}
	}
}

// TestBytesAreHonest compares with the heap: what a state says is within a factor of two.
func TestBytesAreHonest(t *testing.T) {
	for _, f := range Aggregates() {
		lits := literals(null, i64(50))
		switch f.Name {
		case "topk":
			lits = literals(i64(5), null)
		case "rate":
			lits = literals(null, str("1s"))
		}
		for _, shape := range []struct{ groups, rows int }{{10_000, 30_000}, {2, 60_000}} {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			s := f.New(lits)
			for i := 0; i < shape.rows; i += 1000 {
				rows := make([]row, 1000)
				for j := range rows {
					k := (i + j) * 7919
					v := str(fmt.Sprint("a value of some length ", k))
					if f.Name == "pct" || f.Name == "median" || f.Name == "histogram" {
						v = i64(int64(k))
					}
					rows[j] = row{group: uint32(k % shape.groups), time: int64(i), seq: int64(k), args: args(v, v)}
				}
				s.Add(batch(rows, false), shape.groups)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			held, says := int64(after.HeapAlloc)-int64(before.HeapAlloc), s.Bytes()
			if const64k := int64(64 << 10); says+const64k < held/2 || says > 2*held+const64k {
				t.Errorf("%s, %d rows in %d groups: Bytes() = %d, the heap holds %d", f.Name, shape.rows, shape.groups, says, held)
			}
			runtime.KeepAlive(s)
		}
	}
}
