package queries

import (
	"context"
	"errors"

	"github.com/groundwatch/groundwatch/insights/exec"
)

// Tables are the lookup tables of the caller that the context carries. Errors are *types.ResourceNotFoundException if there is no table of
// that name.
type Tables interface {
	// Columns returns the columns of a table.
	Columns(ctx context.Context, name string) ([]string, error)

	// Rows returns a table, each row as long as columns. Nobody changes them.
	Rows(ctx context.Context, name string) (columns []string, rows [][]string, err error)
}

// errNoTable is why a query cannot use a lookup table.
var errNoTable = errors.New("there is no lookup table of that name")

// queryTables are the lookup tables of one query: their columns when it is planned, their rows when it runs.
type queryTables struct {
	ctx    context.Context
	tables Tables // nil if there are none
	broken error  // why a table could not be looked for
	loaded map[string]*exec.Table
}

func (s *Service) tablesFor(ctx context.Context) *queryTables {
	return &queryTables{ctx: ctx, tables: s.opts.Tables, loaded: map[string]*exec.Table{}}
}

func (t *queryTables) columns(name string) (*exec.Table, error) {
	if t.tables == nil {
		return nil, errNoTable
	}
	columns, err := t.tables.Columns(t.ctx, name)
	if isMissing(err) {
		return nil, errNoTable
	}
	if err != nil {
		t.broken = err
		return nil, err
	}
	return &exec.Table{Columns: columns}, nil
}

func (t *queryTables) rows(name string) (*exec.Table, error) {
	if t.tables == nil {
		return nil, errNoTable
	}
	if found := t.loaded[name]; found != nil {
		return found, nil
	}
	columns, rows, err := t.tables.Rows(t.ctx, name)
	if isMissing(err) {
		return nil, errNoTable
	}
	if err != nil {
		return nil, err
	}
	t.loaded[name] = &exec.Table{Columns: columns, Rows: rows}
	return t.loaded[name], nil
}
