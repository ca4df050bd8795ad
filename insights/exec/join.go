package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// maxJoinKeys is how many distinct keys the right side of a join may have (CloudWatch Logs Insights, join).
const maxJoinKeys = 50_000

// joinStep adds the rows of another query whose key equals ours by the rules of =. Several matches
// give several rows, in the order of the other query; a null key matches nothing ([R] §6.3). A left join keeps rows without
// a match, with nulls.
type joinStep struct {
	*plan.Join
	run   *run
	right *rows
	byKey map[string][]int32 // the rows of right by their key
}

func newJoin(run *run, s *plan.Join) rowStep { return &joinStep{Join: s, run: run} }

// prepare runs the right side and indexes its rows.
func (s *joinStep) prepare() error {
	var err error
	if s.right, err = s.run.plan(s.Right); err != nil {
		return err
	}
	keys := s.right.col(s.RightKey)
	s.byKey = map[string][]int32{}
	var key []byte
	size := int64(0)
	for i := range s.right.n {
		v := keys.Value(i)
		if !s.run.main.step(1) {
			return s.run.err()
		}
		if !joins(v) {
			continue
		}
		key = equalKey(key[:0], v)
		if s.byKey[string(key)] == nil {
			size += int64(len(key)) + 64
			if len(s.byKey) == maxJoinKeys {
				return mistake(s.Span, "filter it further", "join: the right side has more than %d distinct keys", maxJoinKeys)
			}
		}
		size += 4
		s.byKey[string(key)] = append(s.byKey[string(key)], int32(i))
	}
	return s.run.memory.add(size, "join")
}

// joins reports whether v can equal anything.
func joins(v column.Value) bool { return !v.IsNull() && v.Kind() != column.JSON }

func (s *joinStep) batch(w *worker, r *rows) (*rows, error) {
	left, right, err := s.pairs(w.breath, w.eval(s.LeftKey, r))
	if err != nil {
		return nil, err
	}
	out := r.take(left, nil)
	for _, c := range s.Copy {
		out.set(c.To, gather(s.right.col(c.From), right))
	}
	return out, nil
}

// apart reports whether v and row i of c are a time and a text, which are never equal though they may have one key.
func apart(v column.Value, c *column.Column, i int) bool {
	if v.Kind() != column.Timestamp && v.Kind() != column.String {
		return false
	}
	return function.Compare(function.Eq, v, c.Value(i)) != function.True
}

// pairBytes is about what a joined row takes before its columns are counted.
const pairBytes = 64

// pairs lists the rows that belong together: row left[i] of ours and row right[i] of theirs, or -1. A
// key that many rows share on both sides makes very many, so they count as memory while they are made.
func (s *joinStep) pairs(b *breath, keys *column.Column) (left, right []int32, err error) {
	var key []byte
	counted := 0
	defer func() { s.run.memory.used.Add(-int64(counted) * pairBytes) }()
	for i := range keys.Len {
		var matches []int32
		if v := keys.Value(i); joins(v) {
			key = equalKey(key[:0], v)
			matches = s.byKey[string(key)]
		}
		before := len(left)
		for _, m := range matches {
			if !b.step(1) {
				return nil, nil, s.run.err()
			}
			if v := keys.Value(i); !apart(v, s.right.col(s.RightKey), int(m)) {
				left, right = append(left, int32(i)), append(right, m)
			}
		}
		if len(left) == before && s.Outer {
			left, right = append(left, int32(i)), append(right, -1)
		}
		if grown := len(left) - counted; grown > 1<<16 {
			counted = len(left)
			if err := s.run.memory.add(int64(grown)*pairBytes, "join"); err != nil {
				return nil, nil, err
			}
		}
	}
	return left, right, nil
}
