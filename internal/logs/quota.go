package logs

import (
	"context"
	"sync"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// A groupQuota counts each tenant's groups, so that making one does not count them all. The first of a tenant counts them once.
type groupQuota struct {
	mu struct {
		sync.Mutex
		counts map[tenant]int
	}
}

// take counts one more group of t, or refuses. A delete at the moment of the first count may let one group more pass.
func (q *groupQuota) take(ctx context.Context, s *Service, t tenant) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, counted := q.mu.counts[t]
	if !counted {
		var err error
		if n, err = s.catalog.Count(ctx, catalog.Query{Scope: t.scope(groupKind)}); err != nil {
			return refuse.Internal("count log groups", err)
		}
	}
	if n >= s.limits.Groups {
		return refuse.LimitExceeded()
	}
	if q.mu.counts == nil {
		q.mu.counts = map[tenant]int{}
	}
	q.mu.counts[t] = n + 1
	return nil
}

// give counts one group of t less.
func (q *groupQuota) give(t tenant) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n, counted := q.mu.counts[t]; counted {
		q.mu.counts[t] = n - 1
	}
}
