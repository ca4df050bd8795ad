package function

import "github.com/groundwatch/groundwatch/column"

func newLatest(sign int) func([]*column.Value) State {
	return func([]*column.Value) State { return &latestState{sign: sign} }
}

// latestState keeps the value in the newest row of each group, or with sign -1 in the oldest.
type latestState struct {
	sign   int
	groups []placed
	texts  borrowed
}

// A place tells where a row stands: by time, then by order of ingestion.
type place struct{ time, seq int64 }

// after reports whether p's row is newer than q's.
func (p place) after(q place) bool { return p.time > q.time || p.time == q.time && p.seq > q.seq }

// A placed value is one with the place of its row.
type placed struct {
	v column.Value
	place
}

func (s *latestState) Add(r *Rows, n int) {
	s.groups = grown(s.groups, n)
	c := r.Args[0]
	for i, g := range r.Groups[:r.N] {
		time := r.Time[i]
		if best := &s.groups[g]; !best.v.IsNull() && time != best.time && (time > best.time) != (s.sign > 0) {
			continue
		}
		if !c.IsNull(i) {
			s.add(g, placed{c.Value(i), place{time, r.Seq[i]}})
		}
	}
	s.texts.keep(func(g uint32) *column.Value { return &s.groups[g].v })
}

func (s *latestState) add(g uint32, p placed) {
	best := &s.groups[g]
	if !best.v.IsNull() && p.after(best.place) != (s.sign > 0) {
		return
	}
	s.texts.replace(g, best.v, p.v)
	*best = p
}

func (s *latestState) Merge(other State, from int, to []uint32, n int) {
	s.groups = grown(s.groups, n)
	for g, p := range groupsFrom(other.(*latestState).groups, from, to) {
		if !p.v.IsNull() {
			s.add(to[g], p)
		}
	}
	s.texts.keep(func(g uint32) *column.Value { return &s.groups[g].v })
}

func (s *latestState) Result(g int) column.Value { return tidy(s.groups[g].v) }

func (s *latestState) Bytes() int64 { return int64(cap(s.groups))*48 + s.texts.bytes }
