package exec

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// collectSink keeps rows in the order the query asks for: newest first, or by the keys of a sort, and
// no more of them than a limit right behind lets through.
type collectSink struct {
	run       *run
	time      int            // slot of @timestamp
	keys      []plan.SortKey // nil: newest first
	limit     int            // -1: all rows
	any       bool           // any rows up to limit will do
	isDefault bool
	what      string // for the error of a full budget

	mu    sync.Mutex
	held  []*rows
	sizes []int64 // bytes of each of held
	n     int     // rows held
	size  int64   // bytes held
	best  int64   // of them, those that were kept when rows were last forgotten
	last  *rows   // the worst row held, once there are enough; a worse one need not be kept
	seen  int64
}

// newCollect returns the sink for a plan whose remaining steps begin with no sink of their own, and how
// many of those steps it does itself.
func newCollect(run *run, p *plan.Plan, steps []plan.Step) (*collectSink, int) {
	s := &collectSink{run: run, time: p.Time, limit: -1, what: "the result"}
	used := 0
	if len(steps) > used {
		if sort, ok := steps[used].(*plan.Sort); ok {
			s.keys, s.what = sort.Keys, "sort"
			used++
		}
	}
	if len(steps) > used {
		if l, ok := steps[used].(*plan.Limit); ok && !l.Tail {
			s.limit, s.any, s.isDefault = l.N, l.Any && s.keys == nil, l.Default
			used++
		}
	}
	return s, used
}

func (s *collectSink) add(w *worker, r *rows) error {
	s.mu.Lock()
	s.seen += int64(r.n)
	last := s.last
	s.mu.Unlock()
	if last != nil && !s.any { // most rows of a long scan end here, so nobody waits for it
		r = s.better(r, last)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.any {
		return s.addAny(r)
	}
	if r.n == 0 {
		return nil
	}
	if err := s.keep(r); err != nil {
		return err
	}
	switch {
	case s.limit < 0 || s.n <= s.limit:
		return nil
	case s.n > 2*s.limit+1024:
		return s.prune(w.breath)
	case s.size > s.best+shedBytes && s.size > int64(s.n)*longRow:
		return s.shed()
	}
	return nil
}

// Where rows have texts of megabytes, those that the limit cuts off are forgotten at once: shedBytes is how much may be
// held beside the limit's, and a longRow what a row takes then. Short rows are sorted out by thousands.
const (
	shedBytes = 4 << 20
	longRow   = 64 << 10
)

// shed forgets the batches of which the limit cuts off every row. It is for few rows with long texts, so
// it copies none.
func (s *collectSink) shed() error {
	type place struct{ part, row int }
	var places []place
	for part, r := range s.held {
		for row := range r.n {
			places = append(places, place{part, row})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return s.compare(s.held[a.part], a.row, s.held[b.part], b.row) })
	worst := places[s.limit-1]
	s.last = s.held[worst.part].take([]int32{int32(worst.row)}, nil)
	used := make([]bool, len(s.held))
	for _, p := range places[:s.limit] {
		used[p.part] = true
	}
	was, held, sizes := s.size, s.held, s.sizes
	s.held, s.sizes, s.n, s.size = nil, nil, 0, 0
	for part, r := range held {
		if used[part] {
			s.held, s.sizes, s.n, s.size = append(s.held, r), append(s.sizes, sizes[part]), s.n+r.n, s.size+sizes[part]
		}
	}
	s.best = s.size
	return s.run.memory.add(s.size-was, s.what)
}

// addAny keeps rows until there are enough and then ends the scan.
func (s *collectSink) addAny(r *rows) error {
	if left := s.limit - s.n; left < r.n {
		r = r.take(firstRows(left), nil)
	}
	if err := s.keep(r); err != nil {
		return err
	}
	if s.n == s.limit {
		return ErrStop
	}
	return nil
}

func firstRows(n int) []int32 {
	which := make([]int32, n)
	for i := range which {
		which[i] = int32(i)
	}
	return which
}

// better returns the rows of r that come before last, the worst row held.
func (s *collectSink) better(r, last *rows) *rows {
	var which []int32
	times, bound, newest := s.timesFirst(r, last)
	for i := range r.n {
		if times != nil && times[i] != bound {
			if newest == (times[i] > bound) {
				which = append(which, int32(i))
			}
			continue
		}
		if s.compare(r, i, last, 0) < 0 {
			which = append(which, int32(i))
		}
	}
	return r.take(which, nil)
}

// timesFirst returns the times of rows where these are what rows are ordered by first, that of last, and whether the newest row
// comes first; nil where something else orders them.
func (s *collectSink) timesFirst(r, last *rows) (times []int64, bound int64, newest bool) {
	slot, newest := s.time, true
	if len(s.keys) > 0 {
		slot, newest = s.keys[0].Slot, s.keys[0].Desc
	}
	c, l := r.col(slot), last.col(slot)
	if c.Kind != column.Timestamp || l.Kind != column.Timestamp || len(c.Nulls) > 0 || l.IsNull(0) {
		return nil, 0, false
	}
	return c.Ints, l.Ints[0], newest
}

// keep copies r, which belongs to the scan.
func (s *collectSink) keep(r *rows) error {
	own, size := ownRows(r)
	s.held, s.sizes = append(s.held, own), append(s.sizes, size)
	s.n += r.n
	s.size += size
	return s.run.memory.add(size, s.what)
}

// prune sorts what is held and forgets what the limit cuts off.
func (s *collectSink) prune(b *breath) error {
	sorted := s.sorted(b)
	if sorted.n > s.limit {
		sorted = sorted.take(firstRows(s.limit), nil)
	}
	own, size := ownRows(sorted)
	if err := s.run.memory.add(size-s.size, s.what); err != nil {
		return err
	}
	s.held, s.sizes, s.n, s.size, s.best = []*rows{own}, []int64{size}, own.n, size, size
	s.last = own.take([]int32{int32(own.n - 1)}, nil)
	return nil
}

func (s *collectSink) finish() (*rows, error) {
	r := s.first(s.run.main)
	if s.isDefault && s.seen > int64(r.n) {
		s.run.limited = true
	}
	return r, nil
}

// peek implements peeker. Of many rows it looks for the first ones as the scan does.
func (s *collectSink) peek(b *breath, most, within int) *rows {
	if most < 0 {
		if s.n > manyRows {
			within = min(within, someRows)
		}
		some := &collectSink{time: s.time, keys: s.keys, limit: s.limit, held: upTo(s.held, within)}
		return some.first(b)
	}
	most = min(most, within)
	if s.limit >= 0 {
		most = min(most, s.limit)
	}
	if s.n <= 2*most {
		r := s.first(b)
		return r.slice(0, min(r.n, most))
	}
	top := &collectSink{run: &run{memory: &budget{limit: math.MaxInt64}}, time: s.time, keys: s.keys, limit: most, what: s.what}
	w := &worker{breath: b}
	for _, r := range s.held {
		for from := 0; from < r.n && b.step(firstPiece); from += firstPiece {
			if err := top.add(w, r.slice(from, min(from+firstPiece, r.n))); err != nil {
				panic("BUG: no memory for the first rows: " + err.Error())
			}
		}
	}
	return top.first(b)
}

// upTo returns the first n rows of some, in their parts.
func upTo(parts []*rows, n int) []*rows {
	var first []*rows
	for _, r := range parts {
		if n <= 0 {
			break
		}
		first = append(first, r.slice(0, min(r.n, n)))
		n -= r.n
	}
	return first
}

// first returns the rows held, in order and up to the limit.
func (s *collectSink) first(b *breath) *rows {
	r := s.sorted(b)
	if s.limit >= 0 && r.n > s.limit {
		r = r.take(firstRows(s.limit), nil)
	}
	return r
}

// sorted returns all rows held, in order.
func (s *collectSink) sorted(b *breath) *rows {
	all := concat(b, s.held)
	if s.time >= len(all.cols) && s.keys == nil {
		return all
	}
	return all.ordered(b, b.order(all.n, func(i, j int32) int { return s.compare(all, int(i), all, int(j)) }))
}

// compare orders row i of a and row j of b: by the sort keys, then newest first, then the later
// ingested first.
func (s *collectSink) compare(a *rows, i int, b *rows, j int) int {
	if c := compareKeys(s.keys, a, i, b, j); c != 0 {
		return c
	}
	if s.ascending() && a.seq[i] != b.seq[j] {
		return cmp.Compare(a.seq[i], b.seq[j])
	}
	x := moment{time: rowTime(a, s.time, i), seq: a.seq[i]}
	y := moment{time: rowTime(b, s.time, j), seq: b.seq[j]}
	switch {
	case y.before(x):
		return -1
	case x.before(y):
		return 1
	}
	return 0
}

// ascending reports whether rows are read oldest first. Then those of one millisecond come in the order in
// which they were ingested, as the lines of a log were written ([R]: AWS does not say).
func (s *collectSink) ascending() bool {
	n := len(s.keys)
	return n > 0 && s.keys[n-1].Slot == s.time && !s.keys[n-1].Desc
}

// compareKeys orders two rows by the keys of a sort.
func compareKeys(keys []plan.SortKey, a *rows, i int, b *rows, j int) int {
	for _, k := range keys {
		c := function.SortCompare(a.col(k.Slot).Value(i), b.col(k.Slot).Value(j))
		if k.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// ownRows copies rows out of a batch: their texts go into memory of their own. It also returns how
// many bytes they take.
func ownRows(r *rows) (*rows, int64) {
	out := &rows{n: r.n, cols: make([]*column.Column, len(r.cols)), seq: slices.Clone(r.seq)}
	size := int64(8 * len(r.seq))
	for i, c := range r.cols {
		if c != nil {
			var n int64
			out.cols[i], n = ownColumn(c)
			size += n
		}
	}
	return out, size
}

func ownColumn(c *column.Column) (*column.Column, int64) {
	out := &column.Column{
		Kind: c.Kind, Len: c.Len, Nulls: slices.Clone(c.Nulls), Ints: slices.Clone(c.Ints), Floats: slices.Clone(c.Floats),
	}
	size := int64(8*len(c.Ints) + 8*len(c.Floats) + 8*len(c.Nulls))
	switch c.Kind {
	case column.Mixed:
		out.Values = make([]column.Value, c.Len)
		for i, v := range c.Values {
			out.Values[i] = ownValue(v)
			size += int64(32 + len(v.Str()))
		}
	case column.String, column.JSON:
		total := 0
		for i := range c.Len {
			total += len(c.Str(i))
		}
		var text strings.Builder
		text.Grow(total)
		for i := range c.Len {
			text.WriteString(c.Str(i))
		}
		whole := text.String()
		out.Strings = make([]string, c.Len)
		for i := range c.Len {
			n := len(c.Str(i))
			out.Strings[i], whole = whole[:n], whole[n:]
		}
		size += int64(total + 16*c.Len)
	}
	return out, size
}

// concat puts rows behind each other.
func concat(b *breath, parts []*rows) *rows {
	switch len(parts) {
	case 0:
		return &rows{seq: []int64{}}
	case 1:
		return parts[0]
	}
	out := &rows{}
	for _, p := range parts {
		out.n += p.n
	}
	if parts[0].seq != nil {
		out.seq = make([]int64, 0, out.n)
	}
	for _, p := range parts {
		b.step(p.n)
		out.seq = append(out.seq, p.seq...)
		for s, c := range p.cols {
			if c != nil {
				out.set(s, nil)
			}
		}
	}
	for s := range out.cols {
		out.cols[s] = concatColumn(b, parts, s)
	}
	return out
}

func concatColumn(b *breath, parts []*rows, slot int) *column.Column {
	var out column.Builder
	n := 0
	for _, p := range parts {
		c := p.col(slot)
		n += p.n
		for i := range p.n {
			if !b.step(1) {
				break
			}
			out.Value(c.Value(i))
		}
	}
	if b.ended() {
		return &column.Column{Kind: column.Null, Len: n}
	}
	return out.Column()
}
