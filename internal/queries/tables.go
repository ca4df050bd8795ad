package queries

import (
	"context"
	"errors"

	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/internal/refuse"
)

// Tables are the lookup tables of the caller that the context carries. Errors are *types.ResourceNotFoundException if there is no table of
// that name.
type Tables interface {
	// Columns returns the columns of a table.
	Columns(ctx context.Context, name string) ([]string, error)

	// Table returns a table.
	Table(ctx context.Context, name string) (*lookup.Table, error)
}

// errNoTable is why a query cannot use a lookup table.
var errNoTable = errors.New("there is no lookup table of that name")

// queryTables are the lookup tables of one query: their columns when it is planned, their rows when it runs.
type queryTables struct {
	ctx    context.Context
	tables Tables // nil if there are none
	broken error  // why a table could not be looked for
	loaded map[string]*lookup.Table
}

func (s *Service) tablesFor(ctx context.Context) *queryTables {
	return &queryTables{ctx: ctx, tables: s.opts.Tables, loaded: map[string]*lookup.Table{}}
}

func (t *queryTables) columns(name string) (*lookup.Table, error) {
	if t.tables == nil {
		return nil, errNoTable
	}
	columns, err := t.tables.Columns(t.ctx, name)
	if refuse.IsMissing(err) {
		return nil, errNoTable
	}
	if err != nil {
		t.broken = err
		return nil, err
	}
	return lookup.New(columns), nil
}

func (t *queryTables) rows(name string) (*lookup.Table, error) {
	if t.tables == nil {
		return nil, errNoTable
	}
	if found := t.loaded[name]; found != nil {
		return found, nil
	}
	found, err := t.tables.Table(t.ctx, name)
	if refuse.IsMissing(err) {
		return nil, errNoTable
	}
	if err != nil {
		return nil, err
	}
	t.loaded[name] = found
	return found, nil
}
