package function

import (
	"strings"

	"github.com/groundwatch/groundwatch/column"
)

// orderFunctions pick one value of a group (CWL_QuerySyntax-Stats). Where values are not all numbers,
// min and max go by the order of sort ([R] §8); numbers come last in it.
var orderFunctions = []Aggregate{
	{Name: "min", Min: 1, Max: 1, Unordered: true, Usage: "min(f)", Doc: "The smallest value of f, which is its first in sort order.", New: newExtreme(-1)},
	{Name: "max", Min: 1, Max: 1, Unordered: true, Usage: "max(f)", Doc: "The largest value of f, which is its last in sort order.", New: newExtreme(1)},
	{Name: "earliest", Min: 1, Max: 1, Usage: "earliest(f)", Doc: "The value of f in the oldest row that has f.", New: newLatest(-1)},
	{Name: "latest", Min: 1, Max: 1, Usage: "latest(f)", Doc: "The value of f in the newest row that has f.", New: newLatest(1)},
	{Name: "sortsFirst", Min: 1, Max: 1, Unordered: true, Usage: "sortsFirst(f)", Doc: "The value of f that comes first in sort order.", New: newExtreme(-1)},
	{Name: "sortsLast", Min: 1, Max: 1, Unordered: true, Usage: "sortsLast(f)", Doc: "The value of f that comes last in sort order.", New: newExtreme(1)},
}

func newExtreme(sign int) func([]*column.Value) State {
	return func([]*column.Value) State { return &extremeState{sign: sign} }
}

// extremeState keeps the last value in sort order of each group, or with sign -1 the first.
type extremeState struct {
	sign   int
	groups []sortKey
	texts  borrowed
}

func (s *extremeState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	c := r.Args[0]
	switch {
	case c.Kind == column.Null:
	case c.Kind == column.Int64 || c.Kind == column.Timestamp:
		s.addInts(r, c)
	case c.Kind == column.Float64:
		s.addFloats(r, c)
	case c.Kind == column.String:
		s.addTexts(r, c)
	default:
		for i, g := range r.Groups[:r.N] {
			if !c.IsNull(i) {
				s.add(g, sortKeyOf(c.Value(i)))
			}
		}
	}
	s.texts.keep(func(g uint32) *column.Value { return &s.groups[g].v })
}

// addInts compares with a group's number directly if it is of the column's kind.
func (s *extremeState) addInts(r *Rows, c *column.Column) {
	for i, g := range r.Groups[:r.N] {
		if c.Nulls != nil && c.Nulls.Get(i) {
			continue
		}
		v := c.Ints[i]
		if best := &s.groups[g]; best.v.Kind() == c.Kind && (v == best.n.i || (v > best.n.i) != (s.sign > 0)) {
			continue
		}
		s.add(g, sortKeyOf(c.Value(i)))
	}
}

func (s *extremeState) addFloats(r *Rows, c *column.Column) {
	for i, g := range r.Groups[:r.N] {
		if c.Nulls != nil && c.Nulls.Get(i) {
			continue
		}
		v := c.Floats[i]
		if best := &s.groups[g]; best.v.Kind() == column.Float64 && (v == best.n.f || (v > best.n.f) != (s.sign > 0)) {
			continue
		}
		s.add(g, sortKeyOf(c.Value(i)))
	}
}

// addTexts compares with a group's text directly if neither can be a number.
func (s *extremeState) addTexts(r *Rows, c *column.Column) {
	for i, g := range r.Groups[:r.N] {
		if c.Nulls != nil && c.Nulls.Get(i) {
			continue
		}
		text := c.Str(i)
		if best := &s.groups[g]; best.v.Kind() == column.String && !best.n.ok && beginsText(text) {
			if d := compareRuns(text, best.v.Str()); d == 0 || (d > 0) != (s.sign > 0) {
				continue
			}
		}
		s.add(g, sortKeyOf(column.StringValue(text)))
	}
}

// beginsText reports whether the first byte of s tells that s is not a number.
func beginsText(s string) bool {
	return s != "" && !digit(s[0]) && !blank(s[0]) && s[0] != '+' && s[0] != '-' && s[0] != '.'
}

func (s *extremeState) add(g uint32, k sortKey) {
	best := &s.groups[g]
	if !best.v.IsNull() {
		d := k.compare(*best) * s.sign
		if d < 0 || d == 0 && k.v.Kind() >= best.v.Kind() { // equal text: the kind decides, not the order
			return
		}
	}
	s.texts.replace(g, best.v, k.v)
	*best = k
}

func (s *extremeState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	for g, k := range groupsFrom(other.(*extremeState).groups, from, to) {
		if !k.v.IsNull() {
			s.add(to[g], k)
		}
	}
	s.texts.keep(func(g uint32) *column.Value { return &s.groups[g].v })
}

func (s *extremeState) Result(g int) column.Value { return tidy(s.groups[g].v) }

func (s *extremeState) Bytes() int64 { return int64(cap(s.groups))*56 + s.texts.bytes }

// borrowed knows which groups hold text of the rows that are being folded in, so that only what is left
// in the end is copied.
type borrowed struct {
	groups []uint32
	listed []bool // by group: it is in groups
	bytes  int64  // of all text that groups hold
}

// replace notes that group g now holds the value now in place of old.
func (b *borrowed) replace(g uint32, old, now column.Value) {
	b.bytes += int64(len(now.Str()) - len(old.Str()))
	if now.Str() == "" {
		return
	}
	b.listed = grown(b.listed, int(g)+1)
	if !b.listed[g] {
		b.listed[g] = true
		b.groups = append(b.groups, g)
	}
}

// keep copies the text that groups borrowed.
func (b *borrowed) keep(value func(g uint32) *column.Value) {
	for _, g := range b.groups {
		v := value(g)
		*v = owned(*v)
		b.listed[g] = false
	}
	b.groups = b.groups[:0]
}

// owned returns v with its text copied.
func owned(v column.Value) column.Value {
	switch v.Kind() {
	case column.String:
		return column.StringValue(strings.Clone(v.Str()))
	case column.JSON:
		return column.JSONValue(strings.Clone(v.Str()))
	}
	return v
}
