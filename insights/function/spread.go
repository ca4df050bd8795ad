package function

import (
	"fmt"
	"math"
	"strconv"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/quantile"
)

// spreadFunctions tell how a group's numbers are spread (CWL_QuerySyntax-Stats).
var spreadFunctions = []Aggregate{
	{Name: "pct", Min: 2, Max: 2, Unordered: true, Usage: "pct(f, percent)",
		Doc:   "The percentile of the numbers in f by nearest rank: exact up to 16,384 distinct numbers in a group, beyond that within 0.1 %.",
		Check: checkPercent, New: newPercentile},
	{Name: "median", Min: 1, Max: 1, Unordered: true, Usage: "median(f)", Doc: "The same as pct(f, 50).", New: newPercentile},
	{Name: "histogram", Min: 2, Max: 2, Unordered: true, Usage: "histogram(f, buckets)",
		Doc:   "A map from the bounds of equally wide buckets to the number of values in each. Values are exact as in pct.",
		Check: checkBuckets, New: newHistogram},
}

// literalNumber returns the literal argument i as a number.
func literalNumber(literals []*column.Value, i int) (float64, bool) {
	if i >= len(literals) || literals[i] == nil {
		return 0, false
	}
	return ToNumber(*literals[i])
}

func checkPercent(args []*column.Value) error {
	if p, ok := literalNumber(args, 1); !ok || p < 0 || p > 100 {
		return fmt.Errorf("pct: got %s as percent, want a number from 0 to 100", describe(args[1]))
	}
	return nil
}

// maxBuckets bounds a histogram; the service documents no bound ([R] §8).
const maxBuckets = 1000

func checkBuckets(args []*column.Value) error {
	if n, ok := literalNumber(args, 1); !ok || n != math.Trunc(n) || n < 1 || n > maxBuckets {
		return fmt.Errorf("histogram: got %s as number of buckets, want a whole number from 1 to %d", describe(args[1]), maxBuckets)
	}
	return nil
}

// describe names an argument in an error.
func describe(v *column.Value) string {
	if v == nil {
		return "an expression"
	}
	return strconv.Quote(v.Text())
}

// spreadState keeps the distribution of each group's numbers.
type spreadState struct {
	groups []quantile.Distribution
	buf    []number
	bytes  int64 // of what groups point to
	finish func(*quantile.Distribution) column.Value
}

func newPercentile(literals []*column.Value) State {
	p, ok := literalNumber(literals, 1)
	if !ok {
		p = 50 // median
	}
	return &spreadState{finish: func(d *quantile.Distribution) column.Value { return floatNumber(d.Percentile(p)).value() }}
}

func newHistogram(literals []*column.Value) State {
	n, _ := literalNumber(literals, 1)
	return &spreadState{finish: func(d *quantile.Distribution) column.Value { return histogram(d, int(n)) }}
}

func (s *spreadState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	var in numbers
	in, s.buf = numbersOf(r.Args[0], s.buf)
	groups, rows := s.groups, r.Groups[:r.N]
	for i, v := range in.ints {
		if in.nulls == nil || !in.nulls.Get(i) {
			s.bytes += groups[rows[i]].Add(float64(v), 1)
		}
	}
	for i, v := range in.floats {
		if in.nulls == nil || !in.nulls.Get(i) {
			s.bytes += groups[rows[i]].Add(v, 1)
		}
	}
	for i := range in.any {
		if in.any[i].ok {
			s.bytes += groups[rows[i]].Add(in.any[i].f, 1)
		}
	}
}

// AddCounted implements Counter.
func (s *spreadState) AddCounted(c *Counted, n int) {
	s.groups = grown(s.groups, n)
	s.bytes += s.groups[c.Group].Fill(c.Numbers, c.Times)
}

func (s *spreadState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	groups := groupsFrom(other.(*spreadState).groups, from, to)
	for g := range groups {
		s.bytes += s.groups[to[g]].Merge(&groups[g])
	}
}

func (s *spreadState) Result(g int) column.Value {
	if s.groups[g].Total() == 0 {
		return column.Value{}
	}
	return s.finish(&s.groups[g])
}

func (s *spreadState) Bytes() int64 {
	return int64(cap(s.groups))*88 + int64(cap(s.buf))*32 + s.bytes
}

// histogram counts the numbers in n buckets of equal width from the smallest number to the largest; the
// upper bound belongs to the next bucket, but for the last one. A bucket is named by its bounds, "lo-hi" ([R] §8).
func histogram(d *quantile.Distribution, n int) column.Value {
	values := d.Values()
	lo, hi := values[0].V, values[len(values)-1].V
	width := hi/float64(n) - lo/float64(n) // in this order it cannot overflow
	if width == 0 {
		n = 1
	}
	counts := make([]uint64, n)
	for _, c := range values {
		i := 0
		if n > 1 {
			i = max(0, min(int((c.V-lo)/width), n-1))
		}
		counts[i] += c.N
	}
	out := []byte{'{'}
	for i, count := range counts {
		if i > 0 {
			out = append(out, ',')
		}
		to := lo + float64(i+1)*width
		if i == n-1 {
			to = hi
		}
		out = append(appendBound(append(out, '"'), lo+float64(i)*width), '-')
		out = append(appendBound(out, to), '"', ':')
		out = strconv.AppendUint(out, count, 10)
	}
	return column.JSONValue(stringOf(append(out, '}')))
}

// appendBound appends a bucket's bound with at most 12 digits, which hides what adding floats leaves.
func appendBound(dst []byte, f float64) []byte {
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 12, 64), 64)
	if err != nil {
		short = f
	}
	return floatNumber(short).value().AppendText(dst)
}
