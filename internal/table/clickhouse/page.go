package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/table"
)

// errFull ends the reading of a page.
var errFull = errors.New("the page is full")

// Page implements table.Table.
func (s *Store) Page(ctx context.Context, p table.Page) (*column.Batch, table.Stats, error) {
	if err := s.schema.CheckPage(p); err != nil {
		return nil, table.Stats{}, err
	}
	batch, stats, err := s.page(ctx, p)
	if err != nil {
		return nil, table.Stats{}, fmt.Errorf("page of %s: %w", s.schema.Name, err)
	}
	return batch, stats, nil
}

func (s *Store) page(ctx context.Context, p table.Page) (*column.Batch, table.Stats, error) {
	ranges, err := s.visible(ctx, []table.Range{p.Range})
	if err != nil {
		return nil, table.Stats{}, err
	}
	p.Range = ranges[0]
	sel := newSelection(s.schema)
	places := sel.addAll(p.Columns)
	read := paging{page: p, selection: sel}
	if !empty(p.Range) {
		err = s.server.query(ctx, read.statement(s.names.rows), sel.types, read.add)
	}
	if err != nil && !errors.Is(err, errFull) {
		return nil, table.Stats{}, err
	}
	return read.joined().pick(places), read.stats, nil
}

// A paging collects the rows of a page.
type paging struct {
	page      table.Page
	selection *selection
	blocks    []*block
	stats     table.Stats
}

// statement returns the query of the page. Where only the pair of time and sequence is bounded ClickHouse does not use its
// index, so that the time is bounded by itself too.
func (g *paging) statement(rows string) statement {
	var q query
	way, before := "ASC", ">"
	if g.page.Order == table.Descending {
		way, before = "DESC", "<"
	}
	q.where = []string{q.inRange(g.page.Range, 0)}
	if after := g.page.After; after != (table.Cursor{}) {
		time, sequence := q.param(after.Time), q.param(int64(after.Sequence))
		q.where = append(q.where, fmt.Sprintf("`@time` %s= %s AND (`@time` %s %s OR `@sequence` %s %s)", before, time, before, time, before, sequence))
	}
	q.through(g.page.Through)
	sql := fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY `@time` %s, `@sequence` %s LIMIT %s",
		strings.Join(g.selection.columns, ", "), rows, strings.Join(q.where, " AND "), way, way, q.param(int64(g.page.Limit)))
	return statement{sql: sql, params: q.params, streams: q.stream, settings: map[string]string{"readonly": "2"}}
}

// add takes the rows of a block that fit in, and returns errFull after the last that does.
func (g *paging) add(b *block) error {
	for i := range b.rows {
		size := b.columns[0].Ints[i]
		if g.page.Bytes > 0 && g.stats.Rows > 0 && g.stats.Bytes+size > int64(g.page.Bytes) {
			g.blocks = append(g.blocks, b.head(i))
			return errFull
		}
		g.stats.Rows++
		g.stats.Bytes += size
	}
	g.blocks = append(g.blocks, b)
	return nil
}

// head returns the first n rows.
func (b *block) head(n int) *block {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	short := &block{rows: n}
	for _, c := range b.columns {
		short.columns = append(short.columns, c.Take(rows))
	}
	return short
}

// joined returns all rows as one block.
func (g *paging) joined() *block {
	whole := &block{rows: int(g.stats.Rows)}
	for i, want := range g.selection.types {
		c := &column.Column{Kind: want.kind, Len: whole.rows}
		n := 0
		for _, b := range g.blocks {
			part := b.columns[i]
			c.Ints = append(c.Ints, part.Ints...)
			c.Floats = append(c.Floats, part.Floats...)
			c.Strings = append(c.Strings, part.Strings...)
			for row := range b.rows {
				if part.IsNull(row) {
					c.Nulls = c.Nulls.Set(n+row, whole.rows)
				}
			}
			n += b.rows
		}
		whole.columns = append(whole.columns, c)
	}
	return whole
}
