// Package relevance scores how well the values of a field tell rows for which a condition is true from all others. It leaves to who asks which
// rows those are.
package relevance

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/quantile"
	"github.com/groundwatch/groundwatch/insights/split"
)

// A Relevance says how well a field goes with a condition.
type Relevance struct {
	Name         string
	Score        float64         // 0 to 1
	Contributors string          // a JSON array of texts
	Median       [2]column.Value // of the rest and of the rows for which the condition is true
}

// Rows are how many there are on each side of the condition: 0 the rest, 1 those for which it is true.
type Rows struct {
	Sampled [2]int
	All     [2]int64
}

// Bounds of what is looked at in a field.
const (
	maxCategories   = 100 // values told apart; the rest are one
	numericBuckets  = 10  // quantiles that numbers are put into, if there are more different ones
	maxContributors = 5   // values named
)

// A Field is the values of a field in a sample, without nulls, by side of the condition.
type Field struct {
	Name   string
	values [2][]column.Value
}

// Put adds a value; null is none.
func (f *Field) Put(side int, v column.Value) {
	if !v.IsNull() {
		f.values[side] = append(f.values[side], v)
	}
}

// Relevance scores the field ([R] §6: AWS does not document how). The score is the mutual information of value
// and condition as a share of the condition's entropy: 1 if the value decides the condition, 0 if it tells
// nothing. A missing value is a value too; numbers of which there are many different ones count by decile;
// values seen once, which tell nothing about others, count as one value, so that an identifier
// does not win. What chance alone would give, (values-1)/(2*rows), is taken off.
func (f *Field) Relevance(rows Rows) Relevance {
	out := Relevance{Name: f.Name}
	numbers, numeric := f.numbers()
	if numeric {
		for k := range numbers {
			if len(numbers[k]) > 0 {
				out.Median[k] = column.FloatValue(quantile.Of(numbers[k], 0.5))
			}
		}
	}
	t := newTally(rows)
	label := f.labels(numbers, numeric)
	for k := range f.values {
		for _, v := range f.values[k] {
			t.count(k, label(v))
		}
	}
	t.absent()
	out.Score = t.score()
	out.Contributors = t.contributors()
	return out
}

// numbers returns the numbers of each side, sorted. The field counts as numeric if nine in ten of its values are numbers.
func (f *Field) numbers() (numbers [2][]float64, numeric bool) {
	for k := range f.values {
		for _, v := range f.values[k] {
			if n, ok := function.ToNumber(v); ok {
				numbers[k] = append(numbers[k], n)
			}
		}
		slices.Sort(numbers[k])
	}
	count := len(numbers[0]) + len(numbers[1])
	return numbers, count > 0 && 10*count >= 9*(len(f.values[0])+len(f.values[1]))
}

// labels returns how values are named: by their text or, if there are many different numbers, by the
// decile they are in.
func (f *Field) labels(numbers [2][]float64, numeric bool) func(column.Value) string {
	all := slices.Concat(numbers[0], numbers[1])
	slices.Sort(all)
	if !numeric || len(slices.Compact(slices.Clone(all))) <= numericBuckets {
		return column.Value.Text
	}
	var bounds []float64
	for i := range numericBuckets + 1 {
		bounds = append(bounds, quantile.Of(all, float64(i)/numericBuckets))
	}
	bounds = slices.Compact(bounds)
	return func(v column.Value) string {
		n, ok := function.ToNumber(v)
		if !ok {
			return v.Text()
		}
		i, _ := slices.BinarySearch(bounds, n) // the first bound at or above n
		i = max(i, 1)
		return column.FloatValue(bounds[i-1]).Text() + " to " + column.FloatValue(bounds[i]).Text()
	}
}

// A tally counts the rows of each value of a field on both sides of a condition.
type tally struct {
	rows    [2]int     // of the sample
	weight  [2]float64 // how many rows a row of the sample stands for
	counts  map[string]*[2]int
	missing [2]int // rows without a value
}

func newTally(rows Rows) *tally {
	t := &tally{counts: map[string]*[2]int{}, rows: rows.Sampled}
	for k, n := range t.rows {
		if n > 0 {
			t.weight[k] = float64(rows.All[k]) / float64(n)
		}
	}
	return t
}

func (t *tally) count(side int, label string) {
	if t.counts[label] == nil {
		t.counts[label] = new([2]int)
	}
	t.counts[label][side]++
}

// absent counts the rows without a value.
func (t *tally) absent() {
	t.missing = t.rows
	for _, n := range t.counts {
		t.missing[0] -= n[0]
		t.missing[1] -= n[1]
	}
}

// categories returns the counts of the values that are told apart, the frequent ones by themselves.
func (t *tally) categories() [][2]int {
	var frequent [][2]int
	var other [2]int
	for _, n := range t.counts {
		if n[0]+n[1] > 1 {
			frequent = append(frequent, *n)
		} else {
			other[0] += n[0]
			other[1] += n[1]
		}
	}
	slices.SortFunc(frequent, func(a, b [2]int) int { return cmp.Or(cmp.Compare(b[0]+b[1], a[0]+a[1]), cmp.Compare(a[0], b[0])) })
	for len(frequent) > maxCategories {
		last := frequent[len(frequent)-1]
		other[0] += last[0]
		other[1] += last[1]
		frequent = frequent[:len(frequent)-1]
	}
	for _, n := range [][2]int{other, t.missing} {
		if n != [2]int{} {
			frequent = append(frequent, n)
		}
	}
	return frequent
}

// score returns the corrected mutual information as a share of the entropy, with four decimals.
func (t *tally) score() float64 {
	total := float64(t.rows[0])*t.weight[0] + float64(t.rows[1])*t.weight[1]
	whole := entropy(float64(t.rows[0])*t.weight[0]/total, float64(t.rows[1])*t.weight[1]/total)
	if whole == 0 || math.IsNaN(whole) {
		return 0
	}
	rest := 0.0 // the entropy that is left when the value is known
	categories := t.categories()
	for _, n := range categories {
		a, b := float64(n[0])*t.weight[0], float64(n[1])*t.weight[1]
		rest += (a + b) / total * entropy(a/(a+b), b/(a+b))
	}
	chance := float64(len(categories)-1) / float64(2*(t.rows[0]+t.rows[1]))
	score := (whole - rest - chance) / whole
	return math.Round(1e4*min(max(score, 0), 1)) / 1e4
}

// entropy of two outcomes, in nats.
func entropy(p, q float64) float64 {
	h := 0.0
	for _, x := range [...]float64{p, q} {
		if x > 0 {
			h -= x * math.Log(x)
		}
	}
	return h
}

// contributors lists the values that are more frequent where the condition is true, the most telling
// first, as a JSON array.
func (t *tally) contributors() string {
	type telling struct {
		label string
		by    float64
	}
	var list []telling
	for label, n := range t.counts {
		by := share(n[1], t.rows[1]) - share(n[0], t.rows[0])
		if by > 0 {
			list = append(list, telling{label, by})
		}
	}
	slices.SortFunc(list, func(a, b telling) int {
		return cmp.Or(cmp.Compare(b.by, a.by), strings.Compare(a.label, b.label))
	})
	dst := []byte{'['}
	for i, c := range list[:min(len(list), maxContributors)] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = split.AppendJSON(dst, c.label)
	}
	return string(append(dst, ']'))
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
