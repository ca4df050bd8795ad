package queries

import (
	"context"
	"errors"

	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/syntax"
	"github.com/groundwatch/groundwatch/internal/caller"
)

// errTimeout is why a query is ended that takes too long.
var errTimeout = errors.New("the query took longer than a query may")

// run runs one query to its end, unless it was stopped before.
func (s *Service) run(ctx context.Context, q *query) {
	ctx, cancel := context.WithTimeoutCause(caller.With(ctx, q.caller), s.limits.Time, errTimeout)
	defer cancel()
	if !q.begin(ctx, cancel, s.opts.Now()) {
		return
	}
	host := s.pace.begin()
	defer host.end()
	opts := q.options().Exec
	opts.Host = host
	opts.Source = q.sources[nil].orNone()
	opts.Named = func(src *syntax.Source) (exec.Source, error) { return q.sources[src], nil }
	opts.Workers, opts.Memory, opts.Progress = s.limits.Workers, s.limits.Memory, &q.progress
	opts.Table, opts.SubqueryTime = s.tablesFor(ctx).rows, s.limits.Subquery
	result, err := s.evaluate(ctx, q, opts)
	if err != nil {
		result = q.found(ctx, s.limits.Rows)
	}
	q.end(ownResult(result), err, s.opts.Now())
	q.progress.Forget() // not before, as it may be looked at until then
	q.first.Store(nil)
	q.snapshot.forget()
	s.ended(q, err)
}

// orNone returns nil as an interface that is nil.
func (src *source) orNone() exec.Source {
	if src == nil {
		return nil
	}
	return src
}

// ended makes room for the result of q and tells the hooks.
func (s *Service) ended(q *query, err error) {
	s.mu.Lock()
	s.mu.kept.shrink(s.limits.Kept, q)
	s.mu.Unlock()
	if len(q.mu.problems) > 0 && s.opts.Hooks.Partial != nil {
		s.opts.Hooks.Partial(q.id, q.mu.problems)
	}
	if s.opts.Hooks.Ended != nil {
		s.opts.Hooks.Ended(Ended{ID: q.id, Status: string(q.mu.status), Took: q.mu.took, Bytes: q.read.bytes.Load(), Err: err})
	}
}
