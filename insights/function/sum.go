package function

import (
	"math"
	"math/big"

	"github.com/groundwatch/groundwatch/column"
)

// sumFunctions are sums and what is made of them (CWL_QuerySyntax-Stats). What is no number is
// skipped; if nothing is left the result is null ([R] §8).
var sumFunctions = []Aggregate{
	{Name: "sum", Min: 1, Max: 1, Unordered: true, Usage: "sum(f)", Doc: "The sum of the numbers in f, rounded once at the end.",
		New: func([]*column.Value) State { return &sumState{finish: sumOf} }},
	{Name: "avg", Min: 1, Max: 1, Unordered: true, Usage: "avg(f)", Doc: "The mean of the numbers in f.",
		New: func([]*column.Value) State { return &sumState{finish: meanOf} }},
	{Name: "stddev", Min: 1, Max: 1, Unordered: true, Usage: "stddev(f)", Doc: "The standard deviation of the numbers in f, the root of their variance.",
		New: func([]*column.Value) State { return &momentState{finish: math.Sqrt} }},
	{Name: "variance", Min: 1, Max: 1, Unordered: true, Usage: "variance(f)", Doc: "The population variance of the numbers in f: the mean of the squared distances from their mean.",
		New: func([]*column.Value) State { return &momentState{finish: func(v float64) float64 { return v }} }},
}

// A tally is how many numbers a group has and their sum.
type tally struct {
	exactSum
	n int64
}

func sumOf(t *tally) column.Value { return t.value() }

func meanOf(t *tally) column.Value { return column.FloatValue(t.float() / float64(t.n)) }

type sumState struct {
	groups []tally
	buf    []number
	finish func(*tally) column.Value // of a group that is not empty
}

func (s *sumState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	var in numbers
	in, s.buf = numbersOf(r.Args[0], s.buf)
	groups, rows := s.groups, r.Groups[:r.N]
	for i, v := range in.ints {
		if in.nulls == nil || !in.nulls.Get(i) {
			g := &groups[rows[i]]
			g.n++
			g.addInt(v)
		}
	}
	for i, v := range in.floats {
		if in.nulls == nil || !in.nulls.Get(i) {
			g := &groups[rows[i]]
			g.n++
			g.addFloat(v)
		}
	}
	for i := range in.any {
		groups[rows[i]].addNumber(&in.any[i])
	}
}

// AddCounted implements Counter.
func (s *sumState) AddCounted(c *Counted, n int) {
	s.groups = grown(s.groups, n)
	g := &s.groups[c.Group]
	for i, v := range c.Numbers {
		g.n += int64(c.Times[i])
		g.addTimes(v, c.Times[i])
	}
}

func (t *tally) addNumber(v *number) {
	switch {
	case v.whole:
		t.n++
		t.addInt(v.i)
	case v.ok:
		t.n++
		t.addFloat(v.f)
	}
}

func (s *sumState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	groups := groupsFrom(other.(*sumState).groups, from, to)
	for g := range groups {
		t := &s.groups[to[g]]
		t.n += groups[g].n
		t.add(&groups[g].exactSum)
	}
}

func (s *sumState) Result(g int) column.Value {
	if s.groups[g].n == 0 {
		return column.Value{}
	}
	return s.finish(&s.groups[g])
}

// Bytes leaves out the far parts of sums: few have one.
func (s *sumState) Bytes() int64 { return int64(cap(s.groups))*56 + int64(cap(s.buf))*32 }

// momentState holds the sums that variances are made of.
type momentState struct {
	groups []moments
	buf    []number
	finish func(variance float64) float64
}

type moments struct {
	tally
	squares exactSum
}

func (s *momentState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	var in numbers
	in, s.buf = numbersOf(r.Args[0], s.buf)
	in.each(func(row int, v int64) {
		g := &s.groups[r.Groups[row]]
		g.n++
		g.addInt(v)
		g.squares.addIntSquare(v)
	}, func(row int, v float64) {
		g := &s.groups[r.Groups[row]]
		g.n++
		g.addFloat(v)
		g.squares.addSquare(v)
	})
}

func (s *momentState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	groups := groupsFrom(other.(*momentState).groups, from, to)
	for g := range groups {
		m := &s.groups[to[g]]
		m.n += groups[g].n
		m.add(&groups[g].exactSum)
		m.squares.add(&groups[g].squares)
	}
}

func (s *momentState) Result(g int) column.Value {
	m := &s.groups[g]
	if m.n == 0 {
		return column.Value{}
	}
	return column.FloatValue(s.finish(m.variance()))
}

func (s *momentState) Bytes() int64 { return int64(cap(s.groups))*104 + int64(cap(s.buf))*32 }

// variance returns (n·Σx² - (Σx)²) / n², computed exactly and rounded once.
func (m *moments) variance() float64 {
	unit := uint(fractionBits)
	sum, squares := m.fixed(), m.squares.fixed()
	if m.far != nil || m.squares.far != nil {
		unit, sum, squares = farBits, m.scaled(), m.squares.scaled()
	}
	n := big.NewInt(m.n)
	num := squares.Mul(squares, n)
	num.Lsh(num, unit)
	num.Sub(num, sum.Mul(sum, sum))
	if num.Sign() <= 0 {
		return 0
	}
	const precise = 256 // bits: more than enough that rounding twice changes nothing
	quotient := new(big.Float).SetPrec(precise).SetInt(num)
	quotient.Quo(quotient, new(big.Float).SetInt(n.Mul(n, n)))
	quotient.SetMantExp(quotient, -2*int(unit))
	v, _ := quotient.Float64()
	return v
}
