package function

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// A row is one row of a group, with the values of an aggregate's arguments.
type row struct {
	group     uint32
	time, seq int64
	args      []column.Value
}

// batch makes Rows of rows. With codes, text columns are dictionary-coded.
func batch(rows []row, codes bool) *Rows {
	r := &Rows{N: len(rows)}
	for _, x := range rows {
		r.Groups = append(r.Groups, x.group)
		r.Time = append(r.Time, x.time)
		r.Seq = append(r.Seq, x.seq)
	}
	for i := range rows[0].args {
		var b column.Builder
		for _, x := range rows {
			b.Value(x.args[i])
		}
		c := b.Column()
		if codes && c.Kind == column.String {
			c = coded(c)
		}
		r.Args = append(r.Args, c)
	}
	return r
}

// coded returns a text column as a dictionary-coded one.
func coded(c *column.Column) *column.Column {
	out := &column.Column{Kind: c.Kind, Len: c.Len, Nulls: c.Nulls}
	index := map[string]uint32{}
	for _, s := range c.Strings {
		if _, ok := index[s]; !ok {
			index[s] = uint32(len(out.Strings))
			out.Strings = append(out.Strings, s)
		}
		out.Codes = append(out.Codes, index[s])
	}
	return out
}

// literals marks the arguments of a call that are literals: those given.
func literals(v ...column.Value) []*column.Value {
	out := make([]*column.Value, len(v))
	for i := range v {
		if !v[i].IsNull() {
			out[i] = &v[i]
		}
	}
	return out
}

// fold runs an aggregate over rows of one group.
func fold(t *testing.T, name string, lits []*column.Value, rows ...row) column.Value {
	t.Helper()
	f, ok := LookupAggregate(name)
	if !ok {
		t.Fatalf("LookupAggregate(%q): no such aggregate", name)
	}
	if f.Check != nil {
		if err := f.Check(lits); err != nil {
			t.Fatal(err)
		}
	}
	s := f.New(lits)
	s.Add(batch(rows, false), 1)
	return s.Result(0)
}

// newestFirst gives values rows whose times fall.
func newestFirst(values ...column.Value) []row {
	var out []row
	for i, v := range values {
		out = append(out, row{time: int64(1000 - i), seq: int64(i), args: args(v)})
	}
	return out
}

func TestAggregates(t *testing.T) {
	ms := args(i64(12), i64(250), str("40"), f64(90.5), null)
	for _, tt := range []struct {
		name, fn string
		lits     []column.Value
		in       []column.Value
		want     column.Value
	}{
		{"of a field skips rows without it", "count", nil, ms, i64(4)},
		{"text that is a number counts (E044)", "sum", nil, ms, f64(392.5)},
		{"whole numbers stay whole", "sum", nil, args(i64(1), i64(2)), i64(3)},
		{"a whole sum of fractions is whole", "sum", nil, args(f64(0.5), f64(0.5)), i64(1)},
		{"ten times 0.1 is rounded once", "sum", nil, args(f64(.1), f64(.1), f64(.1), f64(.1), f64(.1), f64(.1), f64(.1), f64(.1), f64(.1), f64(.1)), f64(1)},
		{"cancellation loses nothing", "sum", nil, args(f64(1e300), f64(1), f64(-1e300), f64(1e-300)), f64(1)},
		{"beyond 64 bits", "sum", nil, args(i64(math.MaxInt64), i64(math.MaxInt64)), f64(1 << 64)},
		{"back within 64 bits", "sum", nil, args(i64(math.MaxInt64), i64(math.MaxInt64), i64(-math.MaxInt64)), i64(math.MaxInt64)},
		{"booleans are 1 and 0 (E052)", "sum", nil, args(yes, no, yes), i64(2)},
		{"beyond a float is null", "sum", nil, args(f64(math.MaxFloat64), f64(math.MaxFloat64)), null},
		{"nothing that is a number", "sum", nil, args(null, str("abc"), jsn("{}")), null},
		{"the mean", "avg", nil, args(i64(12), i64(250)), f64(131)},
		{"the mean of text and numbers (E044)", "avg", nil, args(str("40"), f64(90.5), str("x")), f64(65.25)},
		{"no numbers, no mean", "avg", nil, args(null), null},
		{"E049", "stddev", nil, ms, f64(92.08716998040498)},
		{"of one value is 0", "stddev", nil, args(i64(7)), f64(0)},
		{"far from zero loses nothing", "variance", nil, args(i64(1<<60), i64(1<<60+2)), f64(1)},
		{"population variance", "variance", nil, args(i64(1), i64(2), i64(3), i64(4)), f64(1.25)},
		{"of huge numbers", "variance", nil, args(f64(1e160), f64(-1e160)), null},
		{"of tiny numbers", "variance", nil, args(f64(1e-60), f64(3e-60)), f64(1.0000000000000002e-120)},
		{"nothing, no variance", "variance", nil, args(str("x")), null},
		{"numbers by value (E044)", "max", nil, ms, i64(250)},
		{"the smallest (E044)", "min", nil, ms, i64(12)},
		{"text comes before numbers", "min", nil, args(i64(1), str("abc"), null), str("abc")},
		{"a timestamp stays one", "max", nil, args(at(5), at(1767225600000)), at(1767225600000)},
		{"the smallest timestamp", "min", nil, args(at(5), at(1767225600000)), at(5)},
		{"text only", "max", nil, args(str("b"), str("a"), str("c")), str("c")},
		{"equal numbers go by their text", "max", nil, args(str("1"), str("01")), str("1")},
		{"nothing", "max", nil, args(null, null), null},
		{"E050 first", "sortsFirst", nil, args(str("cart"), str("cart"), str("pay")), str("cart")},
		{"E050 last", "sortsLast", nil, args(str("cart"), str("cart"), str("pay")), str("pay")},
		{"E045", "countDistinct", nil, args(str("u1"), str("u2"), str("u1"), null), i64(2)},
		{"values with one text are one", "count_distinct", nil, args(i64(1), str("1"), f64(1), yes, str("1.0"), f64(2.5), str("2.5"), at(1)), i64(4)},
		{"nothing is zero", "countDistinct", nil, args(null), i64(0)},
		{"E049 the middle", "pct", args(null, i64(50)), ms, i64(40)},
		{"E049 the top", "pct", args(null, i64(95)), ms, i64(250)},
		{"0 percent is the smallest", "pct", args(null, i64(0)), ms, i64(12)},
		{"100 percent is the largest", "pct", args(null, i64(100)), ms, i64(250)},
		{"a fraction of a percent", "pct", args(null, f64(25.1)), ms, i64(40)},
		{"-0 is 0", "pct", args(null, i64(50)), args(f64(math.Copysign(0, -1)), i64(0), f64(0)), i64(0)},
		{"nothing", "pct", args(null, i64(50)), args(str("x")), null},
		{"is the 50th percentile", "median", nil, args(i64(1), i64(2), i64(3), i64(10)), i64(2)},
		{"E056", "values", nil, args(null, str("pay"), str("pay"), str("cart"), str("cart")), jsn(`["pay","cart"]`)},
		{"numbers, timestamps and JSON", "collect_values", nil, args(i64(1), f64(2.5), at(0), jsn(`{"a":1}`), str(`q"`)),
			jsn(`[1,2.5,"1970-01-01 00:00:00.000",{"a":1},"q\""]`)},
		{"one text, the newest kind", "values", nil, args(str("1"), i64(1)), jsn(`["1"]`)},
		{"nothing", "values", nil, args(null), null},
		{"quarters", "histogram", args(null, i64(4)), args(i64(0), i64(1), i64(4), i64(7), i64(8)), jsn(`{"0-2":2,"2-4":0,"4-6":1,"6-8":2}`)},
		{"bounds without the noise of floats", "histogram", args(null, i64(3)), args(f64(0), f64(0.3)), jsn(`{"0-0.1":1,"0.1-0.2":0,"0.2-0.3":1}`)},
		{"one number, one bucket", "histogram", args(null, i64(9)), args(f64(-2.5), f64(-2.5)), jsn(`{"-2.5--2.5":2}`)},
		{"the whole range of floats", "histogram", args(null, i64(2)), args(f64(-math.MaxFloat64), f64(math.MaxFloat64)), null},
		{"per bin", "countOverTime", nil, ms, i64(4)},
		{"per bin", "sumOverTime", nil, ms, f64(392.5)},
		{"newest", "latest", nil, args(null, str("WARN"), str("INFO")), str("WARN")},
		{"oldest", "earliest", nil, args(null, str("WARN"), str("INFO")), str("INFO")},
		{"nothing", "latest", nil, args(null), null},
	} {
		t.Run(tt.fn+": "+tt.name, func(t *testing.T) {
			lits := literals(tt.lits...)
			if lits == nil {
				lits = make([]*column.Value, 1)
			}
			got := fold(t, tt.fn, lits, newestFirst(tt.in...)...)
			if strings.Contains(tt.name, "whole range") { // only that it is a map
				if !strings.HasPrefix(got.Str(), "{") {
					t.Errorf("histogram = %s, want a map", show(got))
				}
				return
			}
			if got != tt.want {
				t.Errorf("%s%s = %s, want %s", tt.fn, showAll(tt.in), show(got), show(tt.want))
			}
		})
	}
}

func TestCountOfRows(t *testing.T) {
	f, _ := LookupAggregate("count")
	s := f.New(nil)
	s.Add(&Rows{N: 3, Groups: []uint32{0, 0, 0}}, 1)
	s.Add(&Rows{N: 2, Groups: []uint32{1, 0}}, 2)
	if got := args(s.Result(0), s.Result(1)); got[0] != i64(4) || got[1] != i64(1) {
		t.Errorf("count(*) = %s, want 4 and 1", showAll(got))
	}
}

func TestTopK(t *testing.T) {
	values := args(str("INFO"), str("WARN"), null, str("INFO"), str("ERROR"), i64(5), str("5"))
	for _, tt := range []struct {
		name string
		k    int64
		want string
	}{
		{"E111", 1, `[5]`},
		{"ties in sort order", 2, `["INFO",5]`},
		{"more than there are", 100, `["INFO",5,"ERROR","WARN"]`},
	} {
		rows := newestFirst(values...)
		for i := range rows {
			rows[i].args = args(i64(tt.k), values[i])
		}
		got := fold(t, "topk", literals(i64(tt.k), null), rows...)
		if tt.name == "E111" { // INFO and 5 are both twice there; text sorts first
			tt.want = `["INFO"]`
		}
		if got != jsn(tt.want) {
			t.Errorf("topk(%d) %s = %s, want %s", tt.k, tt.name, show(got), tt.want)
		}
	}
}

func TestRate(t *testing.T) {
	rows := []row{
		{time: 60_000, seq: 3, args: args(i64(160))},
		{time: 0, seq: 1, args: args(i64(100))},
		{time: 0, seq: 2, args: args(str("x"))},
		{time: 30_000, seq: 4, args: args(i64(999))},
	}
	for _, tt := range []struct {
		name string
		lits []column.Value
		want column.Value
	}{
		{"per minute in a bin of five minutes", args(null, str("1m"), str("5m")), i64(12)},
		{"per second without bins: over the time between", args(null, str("1s"), null), i64(1)},
		{"without word about bins", args(null, str("1s")), i64(1)},
		{"per day in a bin of a month: January has 31", args(null, str("1d"), str("1mo")), f64(60.0 / 31)},
		{"per month in a bin of a day", args(null, str("1mo"), str("1d")), i64(60 * 31)},
	} {
		if got := fold(t, "rate", literals(tt.lits...), rows...); got != tt.want {
			t.Errorf("rate, %s = %s, want %s", tt.name, show(got), show(tt.want))
		}
	}
	if got := fold(t, "rate", literals(null, str("1s")), rows[0]); !got.IsNull() {
		t.Errorf("rate of one number without bins = %s, want null", show(got))
	}
	if got := fold(t, "rate", literals(null, str("1s"), str("1m")), rows[0]); got != i64(0) {
		t.Errorf("rate of one number in a bin = %s, want 0", show(got))
	}
}

func TestAggregateChecks(t *testing.T) {
	for _, tt := range []struct {
		name, fn string
		lits     []column.Value
		want     string
	}{
		{"X15: k below 1", "topk", args(i64(0), null), "from 1 to 10000"},
		{"k above 10000", "topk", args(i64(10_001), null), "from 1 to 10000"},
		{"k with a fraction", "topk", args(f64(1.5), null), "whole number"},
		{"k that is no literal", "topk", args(null, null), "an expression"},
		{"k at its limits", "topk", args(i64(10_000), null), ""},
		{"percent above 100", "pct", args(null, f64(100.1)), "0 to 100"},
		{"percent below 0", "pct", args(null, i64(-1)), "0 to 100"},
		{"percent that is no literal", "pct", args(null, null), "an expression"},
		{"percent at its limit", "pct", args(null, i64(100)), ""},
		{"no bucket", "histogram", args(null, i64(0)), "1 to 1000"},
		{"too many buckets", "histogram", args(null, i64(1001)), "1 to 1000"},
		{"most buckets", "histogram", args(null, i64(1000)), ""},
		{"a period of zero", "rate", args(null, str("0s")), "1 or more"},
		{"a period", "rate", args(null, str("1s")), ""},
	} {
		f, _ := LookupAggregate(tt.fn)
		err := f.Check(literals(tt.lits...))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: Check = %v, want %q", tt.fn, tt.name, err, tt.want)
		}
	}
}

// TestResultsDoNotDependOnOrder folds the same rows in random order, random batches and random
// merges: all results must be equal to the last bit.
func TestResultsDoNotDependOnOrder(t *testing.T) {
	const seed = 7
	rnd := rand.New(rand.NewPCG(seed, 1))
	for _, f := range Aggregates() {
		lits := literals(null, i64(37))
		switch f.Name {
		case "topk":
			lits = literals(i64(3), null)
		case "rate":
			lits = literals(null, str("1s"), str("5m"))
		case "histogram":
			lits = literals(null, i64(4))
		}
		for trial := range 60 {
			rows := randomRows(rnd, trial)
			want := results(f, lits, 5, rows, nil)
			for range 4 {
				rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
				if got := results(f, lits, 5, rows, rnd); !slices.Equal(got, want) {
					t.Fatalf("%s, seed %d, trial %d: got %s, want %s", f.Name, seed, trial, showAll(got), showAll(want))
				}
			}
		}
	}
}

// randomRows makes rows of five groups whose values are hard to add up and of many kinds.
func randomRows(rnd *rand.Rand, trial int) []row {
	rows := make([]row, 1+rnd.IntN(300))
	for i := range rows {
		v := randomValue(rnd, trial%4)
		rows[i] = row{group: uint32(rnd.IntN(5)), time: int64(rnd.IntN(50)), seq: int64(i), args: args(v, v)}
	}
	return rows
}

func randomValue(rnd *rand.Rand, kinds int) column.Value {
	if rnd.IntN(10) == 0 {
		return null
	}
	switch kinds {
	case 0:
		return i64(int64(rnd.IntN(40)))
	case 1:
		return f64(math.Ldexp(rnd.NormFloat64(), rnd.IntN(120)-60))
	case 2:
		return f64(math.Ldexp(rnd.NormFloat64(), rnd.IntN(1900)-950))
	}
	return []column.Value{i64(rnd.Int64() - rnd.Int64()), i64(3), str("3"), f64(3), str("3.0"), str("abc"), str("9a"), yes, at(3), jsn("[]"), f64(0.1),
		str("0.1"), str(fmt.Sprint(rnd.IntN(9))), str("123456789012345678901234567890"), f64(math.Copysign(0, -1))}[rnd.IntN(15)]
}

// results folds rows in, in one piece if rnd is nil.
func results(f *Aggregate, lits []*column.Value, groups int, rows []row, rnd *rand.Rand) []column.Value {
	states := []State{f.New(lits)}
	if rnd != nil {
		states = append(states, f.New(lits), f.New(lits))
	}
	for len(rows) > 0 {
		n, s := len(rows), states[0]
		if rnd != nil {
			n, s = 1+rnd.IntN(len(rows)), states[rnd.IntN(3)]
		}
		s.Add(batch(rows[:n], rnd != nil && rnd.IntN(2) == 0), groups)
		rows = rows[n:]
	}
	to := make([]uint32, groups)
	for i := range to {
		to[i] = uint32(i)
	}
	all := f.New(lits)
	for _, s := range states {
		some := groups / 2
		all.Merge(s, some, to[some:], groups)
		all.Merge(s, 0, to[:some], groups)
	}
	out := make([]column.Value, groups)
	for g := range out {
		out[g] = all.Result(g)
	}
	return out
}

func TestMergeMapsGroups(t *testing.T) {
	for _, f := range Aggregates() {
		lits := literals(null, i64(50))
		if f.Name == "topk" {
			lits = literals(i64(5), null)
		}
		if f.Name == "rate" {
			lits = literals(null, str("1s"), str("1m"))
		}
		a, b, both := f.New(lits), f.New(lits), f.New(lits)
		rows := []row{{group: 0, args: args(i64(1), i64(1))}, {group: 1, time: 1, seq: 1, args: args(i64(2), i64(2))}}
		a.Add(batch(rows, false), 2)
		rows = append(rows, row{group: 2, time: 2, seq: 2, args: args(str("x"), str("x"))})
		b.Add(batch(rows, false), 3)
		both.Merge(a, 0, []uint32{2, 0}, 3)
		both.Merge(b, 2, []uint32{3, 9, 9}, 4) // in pieces, and with more groups than it has
		both.Merge(b, 0, []uint32{1, 1}, 4)
		if got, want := both.Result(2), a.Result(0); got != want {
			t.Errorf("%s: group 2 = %s, want %s", f.Name, show(got), show(want))
		}
		if got, want := both.Result(3), b.Result(2); got != want {
			t.Errorf("%s: group 3 = %s, want %s", f.Name, show(got), show(want))
		}
	}
}
