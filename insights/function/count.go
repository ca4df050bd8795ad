package function

import "github.com/groundwatch/groundwatch/column"

// countFunctions count rows and values (CWL_QuerySyntax-Stats).
var countFunctions = []Aggregate{
	{Name: "count", Min: 0, Max: 1, Unordered: true, Star: true, Usage: "count(*) or count(f)",
		Doc: "The number of rows, or of rows where f exists.", New: newCount},
	{Name: "countDistinct", Aliases: []string{"count_distinct"}, Min: 1, Max: 1, Unordered: true, Usage: "countDistinct(f)",
		Doc: "The number of distinct values of f: exact up to 65,536 in a group, beyond that an estimate with a standard error of 0.41 %.",
		New: newDistinct},
}

func newCount([]*column.Value) State { return new(countState) }

type countState struct{ counts []int64 }

func (s *countState) Add(r *Rows, n int) {
	s.counts = grown(s.counts, n)
	if len(r.Args) == 0 || r.Args[0] == nil {
		s.addAll(r, n)
		return
	}
	switch c := r.Args[0]; {
	case c.Kind == column.Null:
	case c.Kind != column.Mixed && c.Nulls == nil:
		s.addAll(r, n)
	default:
		for i, g := range r.Groups {
			if !c.IsNull(i) {
				s.counts[g]++
			}
		}
	}
}

// addAll counts all rows.
func (s *countState) addAll(r *Rows, n int) {
	if n == 1 {
		s.counts[0] += int64(r.N)
		return
	}
	counts := s.counts
	for _, g := range r.Groups[:r.N] {
		counts[g]++
	}
}

func (s *countState) Merge(other State, from int, to []uint32, n int) {
	s.counts = grown(s.counts, n)
	for g, v := range groupsFrom(other.(*countState).counts, from, to) {
		s.counts[to[g]] += v
	}
}

func (s *countState) Result(g int) column.Value { return column.IntValue(s.counts[g]) }

func (s *countState) Bytes() int64 { return int64(cap(s.counts)) * 8 }
