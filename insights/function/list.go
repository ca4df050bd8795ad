package function

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// listFunctions give a list of a group's values (CWL_QuerySyntax-Stats).
var listFunctions = []Aggregate{
	{Name: "values", Aliases: []string{"collect_values"}, Min: 1, Max: 1, Usage: "values(f)",
		Doc: "The list of distinct values of f, newest first; at most 10,000 in a group.",
		New: func([]*column.Value) State { return new(valuesState) }},
	{Name: "topk", Min: 2, Max: 2, Usage: "topk(k, f)",
		Doc:   "The list of the k most frequent values of f, most frequent first, k from 1 to 10,000.",
		Check: checkTopK, New: newTopK},
}

// listOf returns n values as a list.
func listOf(n int, value func(i int) column.Value) column.Value {
	out := []byte{'['}
	for i := range n {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendJSON(out, value(i))
	}
	return column.JSONValue(stringOf(append(out, ']')))
}

// maxValues is how many distinct values a group keeps: those that appear in its newest rows. The service
// documents no bound ([R] §8).
const maxValues = 10_000

// valuesState keeps for each distinct value of a group the newest row that has it. Reading newest first, that is
// where the value first appears, and lists go by that ([R] §8).
type valuesState struct {
	groups []valueList
	key    []byte
	bytes  int64 // of what groups point to
}

// A valueList holds the distinct values of a group, up to twice maxValues of them.
type valueList struct {
	index map[string]int // by GroupKey
	items []placed
}

func (s *valuesState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	for i, g := range r.Groups[:r.N] {
		if !r.Args[0].IsNull(i) {
			s.add(g, placed{r.Args[0].Value(i), place{r.Time[i], r.Seq[i]}})
		}
	}
}

func (s *valuesState) add(g uint32, p placed) {
	list := &s.groups[g]
	s.key = GroupKey(s.key[:0], p.v)
	if i, ok := list.index[string(s.key)]; ok {
		if item := &list.items[i]; p.after(item.place) {
			if p.v != item.v {
				p.v = owned(p.v)
			} else {
				p.v = item.v
			}
			*item = p
		}
		return
	}
	if list.index == nil {
		list.index = make(map[string]int)
	}
	p.v = owned(p.v)
	list.index[string(s.key)] = len(list.items)
	list.items = append(list.items, p)
	s.bytes += itemBytes(s.key, p.v)
	if len(list.items) == 2*maxValues {
		s.prune(list)
	}
}

// itemBytes is about what a value takes in a map of values and beside it.
func itemBytes(key []byte, v column.Value) int64 { return int64(len(key)+len(v.Str())) + 112 }

// prune keeps the newest maxValues values. A value that it drops comes back if a newer row has it.
func (s *valuesState) prune(list *valueList) {
	list.sort()
	dropped := list.items[min(maxValues, len(list.items)):]
	for _, p := range dropped {
		s.key = GroupKey(s.key[:0], p.v)
		s.bytes -= itemBytes(s.key, p.v)
	}
	clear(dropped)
	list.items = list.items[:len(list.items)-len(dropped)]
	clear(list.index)
	for i, p := range list.items {
		s.key = GroupKey(s.key[:0], p.v)
		list.index[string(s.key)] = i
	}
}

// sort puts the newest values first.
func (l *valueList) sort() {
	slices.SortFunc(l.items, func(a, b placed) int {
		return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.seq, a.seq), SortCompare(a.v, b.v))
	})
}

func (s *valuesState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	for g, list := range groupsFrom(other.(*valuesState).groups, from, to) {
		for _, p := range list.items {
			s.add(to[g], p)
		}
	}
}

func (s *valuesState) Result(g int) column.Value {
	list := &s.groups[g]
	if len(list.items) == 0 {
		return column.Value{}
	}
	list.sort()
	list.index = nil
	return listOf(min(len(list.items), maxValues), func(i int) column.Value { return list.items[i].v })
}

func (s *valuesState) Bytes() int64 { return int64(cap(s.groups))*32 + s.bytes }

// maxTop is the documented bound of topk.
const maxTop = 10_000

func checkTopK(args []*column.Value) error {
	if k, ok := literalNumber(args, 0); !ok || k != math.Trunc(k) || k < 1 || k > maxTop {
		return fmt.Errorf("topk: got %s as k, want a whole number from 1 to %d", describe(args[0]), maxTop)
	}
	return nil
}

func newTopK(literals []*column.Value) State {
	k, _ := literalNumber(literals, 0)
	return &topState{k: int(k)}
}

// topState counts all values of each group: no sketch gives the same answer in whatever order rows come.
type topState struct {
	k      int
	groups []frequencies
	key    []byte
	bytes  int64 // of what groups point to
}

// frequencies are the values of a group and how often each occurs.
type frequencies struct {
	index map[string]int // by GroupKey
	items []frequency
}

type frequency struct {
	v column.Value
	n int64
}

func (s *topState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	for i, g := range r.Groups[:r.N] {
		if !r.Args[1].IsNull(i) {
			s.add(g, r.Args[1].Value(i), 1)
		}
	}
}

func (s *topState) add(g uint32, v column.Value, n int64) {
	f := &s.groups[g]
	s.key = GroupKey(s.key[:0], v)
	if i, ok := f.index[string(s.key)]; ok {
		item := &f.items[i]
		item.n += n
		if v.Kind() < item.v.Kind() { // 5 and "5" are one value; which of them is shown must not depend on the order
			item.v = owned(v)
		}
		return
	}
	if f.index == nil {
		f.index = make(map[string]int)
	}
	f.index[string(s.key)] = len(f.items)
	f.items = append(f.items, frequency{owned(v), n})
	s.bytes += itemBytes(s.key, v)
}

func (s *topState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	for g, list := range groupsFrom(other.(*topState).groups, from, to) {
		for _, item := range list.items {
			s.add(to[g], item.v, item.n)
		}
	}
}

// Result orders values that occur equally often as sort does ([R] §8).
func (s *topState) Result(g int) column.Value {
	items := s.groups[g].items
	if len(items) == 0 {
		return column.Value{}
	}
	s.groups[g].index = nil
	slices.SortFunc(items, func(a, b frequency) int {
		return cmp.Or(cmp.Compare(b.n, a.n), SortCompare(a.v, b.v))
	})
	return listOf(min(s.k, len(items)), func(i int) column.Value { return items[i].v })
}

func (s *topState) Bytes() int64 { return int64(cap(s.groups))*32 + s.bytes }
