package eventsql

import (
	"context"
	"log/slog"
	"time"
)

// A Run is a method that runs a statement: QueryContext or ExecContext of a DB, Tx or Conn of database/sql, Query or
// Exec of pgx.
type Run[R any] func(ctx context.Context, query string, args ...any) (R, error)

// Query runs a statement that returns rows, and adds the time until they are there to the unit of work of ctx. Time
// and number of the rows themselves are not known: [Each] has both.
func Query[R any](ctx context.Context, run Run[R], query string, args ...any) (rows R, err error) {
	w := watch{start: time.Now()}
	defer func() { w.end(ctx, slog.Any("statement", statement(query)), err) }()
	return run(ctx, query, args...)
}

// Exec runs a statement that returns no rows, and adds it to the unit of work of ctx, with the rows it affected if the
// result tells: sql.Result does, and so does pgx's CommandTag.
func Exec[R any](ctx context.Context, run Run[R], query string, args ...any) (result R, err error) {
	w := watch{start: time.Now()}
	defer func() { w.end(ctx, slog.Any("statement", statement(query)), err) }()
	if result, err = run(ctx, query, args...); err == nil {
		w.rows, w.counted = affected(result)
	}
	return result, err
}

// affected returns how many rows a result says were affected.
func affected(result any) (n int64, ok bool) {
	switch r := result.(type) {
	case interface{ RowsAffected() (int64, error) }:
		n, err := r.RowsAffected()
		return n, err == nil
	case interface{ RowsAffected() int64 }:
		return r.RowsAffected(), true
	}
	return 0, false
}

// Rows are what a query returns: *sql.Rows and pgx.Rows are.
type Rows interface {
	// Next moves to the next row and reports whether there is one.
	Next() bool
	// Err is the error that ended Next, or nil.
	Err() error
}

// Each runs a statement and calls scan for each row it returns, in order; scan reads the row, and an error of it ends
// the loop. Rows are closed in any case. The unit of work of ctx gets the whole time, scan's included, and the number
// of rows. The error is that of run, scan, Rows.Err or Close, whichever came first.
func Each[R Rows](ctx context.Context, run Run[R], scan func(rows R) error, query string, args ...any) (err error) {
	w := watch{start: time.Now(), counted: true}
	defer func() { w.end(ctx, slog.Any("statement", statement(query)), err) }()
	rows, err := run(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() {
		if closing := closeRows(rows); err == nil {
			err = closing
		}
	}()
	for rows.Next() {
		w.rows++
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// closeRows closes rows in the way of database/sql or of pgx.
func closeRows(rows any) error {
	switch r := rows.(type) {
	case interface{ Close() error }:
		return r.Close()
	case interface{ Close() }:
		r.Close()
	}
	return nil
}
