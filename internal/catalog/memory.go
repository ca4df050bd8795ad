package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
)

// A Memory is a catalog that forgets everything with the process: for tests of services, and for a server that is to leave
// nothing behind. It keeps every promise of Catalog but those about disks. Lists take time in proportion to the scope.
type Memory struct {
	mu struct {
		sync.Mutex
		entries map[Scope]map[string]Entry // a scope without entries is not there
		numbers map[string]int64           // the last of each sequence
		version Version                    // of the last write
	}
}

// NewMemory returns an empty catalog.
func NewMemory() *Memory {
	m := new(Memory)
	m.mu.entries = map[Scope]map[string]Entry{}
	m.mu.numbers = map[string]int64{}
	return m
}

var _ Catalog = (*Memory)(nil)

// Get implements Catalog.
func (m *Memory) Get(ctx context.Context, k Key) (Entry, error) {
	if err := firstError(ctx.Err, k.Check); err != nil {
		return Entry{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.mu.entries[k.Scope][k.Name]
	if !ok {
		return Entry{}, Missing(k)
	}
	return e.clone(), nil
}

// firstError calls the checks one after the other up to the first error.
func firstError(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// List implements Catalog.
func (m *Memory) List(ctx context.Context, q Query) (Page, error) {
	if err := firstError(ctx.Err, q.Check); err != nil {
		return Page{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.matching(q)
	var page Page
	for _, e := range all[:min(len(all), q.PageSize())] {
		if q.Names {
			e = Entry{Key: e.Key}
		}
		page.Entries = append(page.Entries, e.clone())
	}
	if n := len(page.Entries); n < len(all) {
		page.Next = q.Cursor(page.Entries[n-1])
	}
	return page, nil
}

// matching returns q's entries from its cursor on, in its order. The caller holds the lock.
func (m *Memory) matching(q Query) []Entry {
	var all []Entry
	for _, e := range m.mu.entries[q.Scope] {
		if q.has(e) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return q.compare(q.Cursor(a), q.Cursor(b)) })
	return all
}

// has tells whether e, which is in q's scope, comes after q's cursor and is what q asks for.
func (q Query) has(e Entry) bool {
	for i, t := range q.Terms {
		if t != "" && t != e.Terms[i] {
			return false
		}
	}
	return strings.HasPrefix(e.Name, q.Prefix) && (q.After == (Cursor{}) || q.compare(q.Cursor(e), q.After) > 0)
}

// compare returns which of two places comes first in q's order, as cmp.Compare.
func (q Query) compare(a, b Cursor) int {
	c := cmp.Or(cmp.Compare(a.Peak, b.Peak), cmp.Compare(a.Name, b.Name))
	if q.Descending {
		return -c
	}
	return c
}

// Count implements Catalog.
func (m *Memory) Count(ctx context.Context, q Query) (int, error) {
	if err := firstError(ctx.Err, q.Check); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.matching(q))
	if q.Limit > 0 {
		n = min(n, q.Limit)
	}
	return n, nil
}

// Scopes implements Catalog.
func (m *Memory) Scopes(ctx context.Context, kind Kind) ([]Scope, error) {
	if err := firstError(ctx.Err, func() error { return CheckWord("kind", string(kind)) }); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Scope
	for s := range m.mu.entries {
		if s.Kind == kind && s.Parent == 0 {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	})
	return all, nil
}

// Write implements Catalog.
func (m *Memory) Write(ctx context.Context, changes ...Change) (Version, error) {
	if err := firstError(ctx.Err, func() error { return CheckChanges(changes) }); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range changes {
		if err := c.Meets(m.mu.entries[c.Entry.Scope][c.Entry.Name].Version); err != nil {
			return 0, err
		}
	}
	m.mu.version++
	for _, c := range changes {
		switch c.Action {
		case ActionPut:
			m.put(c.Entry)
		case ActionDelete:
			m.remove(c.Entry.Key)
		case ActionRequire:
		}
	}
	return m.mu.version, nil
}

func (m *Memory) put(e Entry) {
	e = e.clone()
	e.Version = m.mu.version
	names := m.mu.entries[e.Scope]
	if names == nil {
		names = map[string]Entry{}
		m.mu.entries[e.Scope] = names
	}
	e.Peaks.Raise(names[e.Name].Peaks)
	names[e.Name] = e
}

func (m *Memory) remove(k Key) {
	delete(m.mu.entries[k.Scope], k.Name)
	if len(m.mu.entries[k.Scope]) == 0 {
		delete(m.mu.entries, k.Scope)
	}
}

// Touch implements Catalog.
func (m *Memory) Touch(ctx context.Context, touches ...Touch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, t := range touches {
		if err := t.Check(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range touches {
		if e, ok := m.mu.entries[t.Key.Scope][t.Key.Name]; ok {
			e.Peaks.Raise(t.Peaks)
			m.mu.entries[t.Key.Scope][t.Key.Name] = e
		}
	}
	return nil
}

// NextNumber implements Catalog.
func (m *Memory) NextNumber(ctx context.Context, sequence string) (int64, error) {
	if err := firstError(ctx.Err, func() error { return CheckWord("sequence", sequence) }); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mu.numbers[sequence]++
	return m.mu.numbers[sequence], nil
}
