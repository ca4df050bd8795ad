package logs

import (
	"context"
	"slices"
	"sync"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// groupNames has the names of each tenant's groups in memory, for lists that look for a text in them: Grafana does with every key
// that is pressed. A tenant's are read when somebody first looks. It may have names of groups that are gone, and never lacks one
// that is there. 100,000 names of 40 bytes take some 6 MB.
type groupNames struct {
	mu struct {
		sync.RWMutex
		sorted map[tenant][]string
	}
}

// match returns t's names after a name that are wanted, up to limit of them; all tells whether there are no more.
func (n *groupNames) match(ctx context.Context, c catalog.Catalog, t tenant, after string, limit int, wanted func(name string) bool) (names []string, all bool, err error) {
	if err := n.load(ctx, c, t); err != nil {
		return nil, false, err
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	sorted := n.mu.sorted[t]
	from, found := slices.BinarySearch(sorted, after)
	if found {
		from++
	}
	for _, name := range sorted[from:] {
		if !wanted(name) {
			continue
		}
		if len(names) == limit {
			return names, false, nil
		}
		names = append(names, name)
	}
	return names, true, nil
}

// load reads t's names if that was not done yet.
func (n *groupNames) load(ctx context.Context, c catalog.Catalog, t tenant) error {
	n.mu.RLock()
	_, loaded := n.mu.sorted[t]
	n.mu.RUnlock()
	if loaded {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, loaded := n.mu.sorted[t]; loaded {
		return nil
	}
	sorted := []string{}
	for e, err := range catalog.All(ctx, c, catalog.Query{Scope: t.scope(groupKind), Names: true}) {
		if err != nil {
			return refuse.Internal("list log groups", err)
		}
		sorted = append(sorted, e.Name)
	}
	if n.mu.sorted == nil {
		n.mu.sorted = map[tenant][]string{}
	}
	n.mu.sorted[t] = sorted
	return nil
}

// add is called after a group was made. While names are being read it waits, so that none is missed.
func (n *groupNames) add(t tenant, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	sorted, loaded := n.mu.sorted[t]
	if i, found := slices.BinarySearch(sorted, name); loaded && !found {
		n.mu.sorted[t] = slices.Insert(sorted, i, name)
	}
}

// remove is called after a group was deleted. It asks the catalog again: a group of that name may have been made and added
// since, and must not be lost.
func (n *groupNames) remove(ctx context.Context, c catalog.Catalog, t tenant, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	sorted := n.mu.sorted[t]
	i, found := slices.BinarySearch(sorted, name)
	if !found {
		return
	}
	if _, err := c.Get(ctx, t.scope(groupKind).Key(name)); fault.Is(err, fault.NotFound) {
		n.mu.sorted[t] = slices.Delete(sorted, i, i+1)
	}
}
