package queries

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/table"
)

// A fakeGroup is a log group of tests.
type fakeGroup struct {
	facts Facts
	kind  discover.Kind

	mu      sync.Mutex
	streams []string // by number, from 1 on; "" for a deleted one
}

// number returns the number of a stream, which is made if need be.
func (g *fakeGroup) number(stream string) int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.streams, stream)
	if i < 0 {
		i, g.streams = len(g.streams), append(g.streams, stream)
	}
	return int64(i + 1)
}

func (g *fakeGroup) Facts() Facts { return g.facts }

func (g *fakeGroup) Kind(context.Context) (discover.Kind, error) { return g.kind, nil }

func (g *fakeGroup) Gone(context.Context) ([]int64, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var gone []int64
	for i, name := range g.streams {
		if name == "" {
			gone = append(gone, int64(i+1))
		}
	}
	return gone, nil
}

func (g *fakeGroup) Stream(_ context.Context, number int64) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.streams[number-1], nil
}

func (g *fakeGroup) Pointer(stream int64, at table.Cursor) string {
	return fmt.Sprintf("%s/%d/%d/%d", g.facts.Name, stream, at.Time, at.Sequence)
}

// fakeGroups are the groups of tests, by name.
type fakeGroups map[string]*fakeGroup

func (f fakeGroups) Find(_ context.Context, identifier string) (Group, error) {
	_, name, isARN := strings.Cut(identifier, ":log-group:")
	if !isARN {
		name = identifier
	}
	if g := f[strings.TrimRight(name, ":*")]; g != nil {
		return g, nil
	}
	return nil, refuse.NotFound("The specified log group does not exist.")
}

func (f fakeGroups) Select(_ context.Context, s Selection, limit int) ([]Group, error) {
	var found []Group
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		wanted := len(s.Prefixes) == 0 || slices.ContainsFunc(s.Prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if wanted && len(found) < limit {
			found = append(found, f[name])
		}
	}
	return found, nil
}

// fakeTables are the lookup tables of tests, the columns first. One called "broken" cannot be read.
type fakeTables map[string][][]string

func (f fakeTables) Columns(ctx context.Context, name string) ([]string, error) {
	t, err := f.Table(ctx, name)
	if err != nil {
		return nil, err
	}
	return t.Columns(), nil
}

func (f fakeTables) Table(_ context.Context, name string) (*lookup.Table, error) {
	if name == "broken" {
		return nil, errors.New("no disk")
	}
	t := f[name]
	if t == nil {
		return nil, refuse.NotFound("The specified lookup table does not exist.")
	}
	rows := lookup.NewBuilder(t[0], 0, 0)
	for _, row := range t[1:] {
		if err := rows.Add(row); err != nil {
			return nil, err
		}
	}
	return rows.Table(), nil
}
