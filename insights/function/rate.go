package function

import (
	"math"

	"github.com/groundwatch/groundwatch/column"
)

// rateFunctions are meant for groups of by bin() (timeseries-functions).
var rateFunctions = []Aggregate{
	{Name: "rate", Min: 2, Max: 2, Usage: "rate(f, period)", Binned: true,
		Doc:   "How much f changes in a period: the last number less the first one, divided by the number of periods in the bin.",
		Check: checkPeriod, New: newRate},
	{Name: "countOverTime", Min: 0, Max: 1, Star: true, Usage: "countOverTime(f)", Doc: "The number of rows of each bin where f exists.", New: newCount},
	{Name: "sumOverTime", Min: 1, Max: 1, Usage: "sumOverTime(f)", Doc: "The sum of the numbers in f of each bin.",
		New: func([]*column.Value) State { return &sumState{finish: sumOf} }},
}

func newRate(literals []*column.Value) State {
	s := new(rateState)
	if literals[1] != nil {
		s.period, _ = periodOf(*literals[1])
	}
	if len(literals) > 2 && literals[2] != nil {
		s.bin, s.binned = periodOf(*literals[2])
	}
	return s
}

// rateState keeps the first and the last number of each group.
type rateState struct {
	period Period
	bin    Period
	binned bool
	groups []change
	buf    []number
}

// A change is the oldest and the newest number of a group.
type change struct {
	first, last reading
	any         bool
}

// A reading is a number with the place of its row.
type reading struct {
	v float64
	place
}

func (s *rateState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	var in numbers
	in, s.buf = numbersOf(r.Args[0], s.buf)
	add := func(i int, v float64) {
		p := reading{v, place{r.Time[i], r.Seq[i]}}
		s.groups[r.Groups[i]].add(&change{p, p, true})
	}
	in.each(func(i int, v int64) { add(i, float64(v)) }, add)
}

func (c *change) add(o *change) {
	if !c.any {
		*c = *o
		return
	}
	if c.first.after(o.first.place) {
		c.first = o.first
	}
	if o.last.after(c.last.place) {
		c.last = o.last
	}
}

func (s *rateState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	groups := groupsFrom(other.(*rateState).groups, from, to)
	for g := range groups {
		if groups[g].any {
			s.groups[to[g]].add(&groups[g])
		}
	}
}

// Result divides by the length of the group's bin or, where groups are not bins, by the time between
// the two numbers. The formula is not documented ([R] §8). Calendar periods have the length of that in which the
// first number lies.
func (s *rateState) Result(g int) column.Value {
	c := &s.groups[g]
	if !c.any {
		return column.Value{}
	}
	span := float64(c.last.time) - float64(c.first.time)
	if s.binned {
		span = lengthAt(s.bin, c.first.time)
	}
	periods := span / lengthAt(s.period, c.first.time)
	if periods == 0 || math.IsNaN(periods) {
		return column.Value{}
	}
	return floatNumber((c.last.v - c.first.v) / periods).value()
}

// lengthAt returns the milliseconds of the bucket of p that holds ms.
func lengthAt(p Period, ms int64) float64 {
	if length, ok := p.Millis(); ok {
		return float64(length)
	}
	if p.months == 0 {
		return 0
	}
	floor := p.Floor(ms)
	return float64(p.Next(floor) - floor)
}

func (s *rateState) Bytes() int64 { return int64(cap(s.groups))*56 + int64(cap(s.buf))*32 }
