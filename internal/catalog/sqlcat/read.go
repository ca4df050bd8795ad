package sqlcat

import (
	"context"
	"database/sql"
	"errors"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// Get implements catalog.Catalog.
func (c *Catalog) Get(ctx context.Context, k catalog.Key) (catalog.Entry, error) {
	if err := k.Check(); err != nil {
		return catalog.Entry{}, err
	}
	var e catalog.Entry
	var found bool
	err := c.fresh(ctx, func() (err error) {
		e, found, err = one(ctx, &c.reads, k)
		return err
	}, func(touched *touched) { touched.raise(&e) })
	if err == nil && !found {
		err = catalog.Missing(k)
	}
	if err != nil {
		return catalog.Entry{}, c.failed("get "+k.String(), false, err)
	}
	return e, nil
}

// List implements catalog.Catalog.
func (c *Catalog) List(ctx context.Context, q catalog.Query) (catalog.Page, error) {
	if err := q.Check(); err != nil {
		return catalog.Page{}, err
	}
	if q.ByPeak && c.touched.has(q.Scope) {
		// While the store refuses writes, the order is that of the last flush; each entry shows its true peak.
		if err := c.Flush(ctx); err != nil && ctx.Err() != nil {
			return catalog.Page{}, err
		}
	}
	var page catalog.Page
	err := c.fresh(ctx, func() (err error) {
		page, err = c.page(ctx, q)
		return err
	}, func(touched *touched) {
		for i := 0; i < len(page.Entries) && !q.Names; i++ {
			touched.raise(&page.Entries[i])
		}
	})
	if err != nil {
		return catalog.Page{}, c.failed("list "+q.Scope.String(), false, err)
	}
	return page, nil
}

// page reads a page as it is in the database. It asks for one row more, to know whether there is a next page.
func (c *Catalog) page(ctx context.Context, q catalog.Query) (catalog.Page, error) {
	text, args := c.dialect.listStatement(q)
	stmt, err := c.reads.get(ctx, text)
	if err != nil {
		return catalog.Page{}, err
	}
	size := q.PageSize()
	rows, err := stmt.QueryContext(ctx, append(args, size+1)...)
	if err != nil {
		return catalog.Page{}, err
	}
	defer rows.Close()
	var page catalog.Page
	for rows.Next() {
		if len(page.Entries) == size {
			page.Next = q.Cursor(page.Entries[size-1])
			break
		}
		e, err := scanFor(rows, q)
		if err != nil {
			return catalog.Page{}, err
		}
		page.Entries = append(page.Entries, e)
	}
	return page, rows.Err()
}

// scanFor reads a row of q's list.
func scanFor(row scanner, q catalog.Query) (catalog.Entry, error) {
	if !q.Names {
		return scan(row, q.Scope)
	}
	var name sql.RawBytes
	err := row.Scan(&name)
	return catalog.Entry{Key: q.Key(string(name))}, err
}

// Count implements catalog.Catalog.
func (c *Catalog) Count(ctx context.Context, q catalog.Query) (int, error) {
	if err := q.Check(); err != nil {
		return 0, err
	}
	if q.ByPeak && c.touched.has(q.Scope) {
		if err := c.Flush(ctx); err != nil && ctx.Err() != nil {
			return 0, err
		}
	}
	text, args := c.dialect.countStatement(q)
	stmt, err := c.reads.get(ctx, text)
	n := 0
	if err == nil {
		err = stmt.QueryRowContext(ctx, args...).Scan(&n)
	}
	return n, c.failed("count "+q.Scope.String(), false, err)
}

// selectScope finds the scope after one. There are few: one question each is cheaper than a walk over all entries.
const selectScope = "SELECT account, region FROM entries WHERE kind = $1 AND (account, region) > ($2, $3) AND parent = 0" +
	" ORDER BY account, region LIMIT 1"

// Scopes implements catalog.Catalog.
func (c *Catalog) Scopes(ctx context.Context, kind catalog.Kind) ([]catalog.Scope, error) {
	if err := catalog.CheckWord("kind", string(kind)); err != nil {
		return nil, err
	}
	stmt, err := c.reads.get(ctx, selectScope)
	if err != nil {
		return nil, c.failed("scopes of "+string(kind), false, err)
	}
	var all []catalog.Scope
	s := catalog.Scope{Kind: kind}
	for {
		err := stmt.QueryRowContext(ctx, string(kind), s.Account, s.Region).Scan(&s.Account, &s.Region)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, c.failed("scopes of "+string(kind), false, err)
		}
		all = append(all, s)
	}
}
