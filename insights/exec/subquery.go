package exec

import (
	"context"
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// A set is the values of a subquery: what filter f in (query) looks among.
type set struct {
	kinds map[string]kindSet // by the equalKey of the values, which kinds there are
	words [2]bool            // whether the texts false and true are among the values, in any case
	bools [2]bool            // whether the booleans are
}

// A kindSet has the bit 1<<kind for each kind of value.
type kindSet uint8

// equalKey is a key that values have in common if = holds between them, but for true and false as text:
// numbers by their value, whether they are written as text or not. Whole numbers of more than 64 bits are kept as text,
// and stand for themselves.
func equalKey(dst []byte, v column.Value) []byte {
	switch f := function.Number(v); {
	case f.IsNull(), v.Kind() == column.String && f.Kind() == column.Float64 && strings.Trim(v.Str(), "0123456789") == "":
		return function.GroupKey(dst, v)
	default:
		return function.GroupKey(dst, f)
	}
}

// word returns 1 for the text true, 0 for false.
func word(v column.Value) (int, bool) {
	switch {
	case v.Kind() != column.String:
		return 0, false
	case strings.EqualFold(v.Str(), "true"):
		return 1, true
	case strings.EqualFold(v.Str(), "false"):
		return 0, true
	}
	return 0, false
}

// add puts v into the set and returns how many bytes that takes. Maps and lists equal nothing.
func (s *set) add(v column.Value) int64 {
	if v.IsNull() || v.Kind() == column.JSON {
		return 0
	}
	if w, ok := word(v); ok {
		s.words[w] = true
	}
	if v.Kind() == column.Bool {
		s.bools[v.Int()] = true
	}
	key := string(equalKey(nil, v))
	old, found := s.kinds[key]
	s.kinds[key] = old | 1<<v.Kind()
	if found {
		return 0
	}
	return int64(len(key)) + 64
}

// has reports whether v equals a value of the set by the rules of =. It is used by several workers at once.
func (s *set) has(v column.Value) function.Tri {
	if v.IsNull() {
		return function.Unknown
	}
	if v.Kind() == column.JSON {
		return function.False
	}
	if w, ok := word(v); ok && s.bools[w] {
		return function.True
	}
	if v.Kind() == column.Bool && s.words[v.Int()] {
		return function.True
	}
	kinds := s.kinds[string(equalKey(nil, v))]
	switch v.Kind() { // a time and a text are never equal
	case column.String:
		kinds &^= 1 << column.Timestamp
	case column.Timestamp:
		kinds &^= 1 << column.String
	}
	return function.TriOf(kinds != 0)
}

// subqueries runs the queries inside the conditions of steps and keeps their values.
func (run *run) subqueries(steps []plan.Step) error {
	for _, s := range steps {
		for _, q := range plan.Subqueries(s) {
			if run.sets[q] != nil {
				continue
			}
			before := run.memory.used.Load()
			r, err := run.subquery(q)
			if err != nil {
				return err
			}
			rows := run.memory.used.Load() - before
			found, err := newSet(run, r.col(q.Output[0].Slot))
			if err != nil {
				return err
			}
			if run.sets == nil {
				run.sets = map[*plan.Plan]*set{}
			}
			run.sets[q] = found
			run.memory.used.Add(-rows) // the set is what stays
		}
	}
	return nil
}

// subquery runs q for as long as a subquery may run.
func (run *run) subquery(q *plan.Plan) (*rows, error) {
	if run.opts.SubqueryTime == 0 {
		return run.plan(q)
	}
	whole := run.ctx
	defer func() { run.ctx = whole }()
	late := fmt.Errorf("the subquery took longer than the %s that one may take; filter it further", run.opts.SubqueryTime)
	ctx, cancel := context.WithTimeoutCause(whole, run.opts.SubqueryTime, late)
	defer cancel()
	run.ctx = ctx
	r, err := run.plan(q)
	if err != nil && whole.Err() == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return r, err
}

func newSet(run *run, c *column.Column) (*set, error) {
	s := &set{kinds: map[string]kindSet{}}
	for i := range c.Len {
		if !run.main.step(1) {
			return nil, run.err()
		}
		if n := s.add(c.Value(i)); n > 0 {
			if err := run.memory.add(n, "a subquery"); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}
