package exec

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// A set is the values of a subquery: what filter f in (query) looks among.
type set struct {
	keys map[string]bool
	buf  []byte
}

// has reports whether v is in the set. It is used by several workers at once.
func (s *set) has(v column.Value) function.Tri {
	if v.IsNull() {
		return function.Unknown
	}
	return function.TriOf(s.keys[string(equalKey(nil, v))])
}

// equalKey is a key that values have in common if = holds between them: numbers by their value,
// whether they are written as text or not.
func equalKey(dst []byte, v column.Value) []byte {
	if f := function.Number(v); !f.IsNull() && v.Kind() != column.Timestamp {
		v = f
	}
	return function.GroupKey(dst, v)
}

// subqueries runs the queries inside the conditions of steps and keeps their values.
func (run *run) subqueries(steps []plan.Step) error {
	for _, s := range steps {
		for _, q := range plan.Subqueries(s) {
			if run.sets[q] != nil {
				continue
			}
			r, err := run.plan(q)
			if err != nil {
				return err
			}
			found, err := newSet(run, r.col(q.Output[0].Slot))
			if err != nil {
				return err
			}
			if run.sets == nil {
				run.sets = map[*plan.Plan]*set{}
			}
			run.sets[q] = found
		}
	}
	return nil
}

func newSet(run *run, c *column.Column) (*set, error) {
	s := &set{keys: map[string]bool{}}
	var size int64
	for i := range c.Len {
		if v := c.Value(i); !v.IsNull() {
			s.buf = equalKey(s.buf[:0], v)
			s.keys[string(s.buf)] = true
			size += int64(len(s.buf)) + 48
		}
	}
	return s, run.memory.add(size, "a subquery")
}
