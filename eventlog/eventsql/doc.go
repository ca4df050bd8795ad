// Package eventsql adds to the event of a unit of work how many queries it made, how long they took and how many rows
// they touched. It leaves connections, drivers and errors to the database's package, whichever that is.
//
// Where there is a unit of work (see eventlog.Begin, and the wrappers of eventhttp, eventqueue and eventlambda), its
// event gets db_queries, db_ms and db_rows:
//
//	err := eventsql.Time(ctx, "user_by_email", func(ctx context.Context) error {
//		return db.QueryRowContext(ctx, `select id from users where email = $1`, email).Scan(&id)
//	})
//	result, err := eventsql.Exec(ctx, db.ExecContext, `update users set name = $1 where id = $2`, name, id)
//	err = eventsql.Each(ctx, db.QueryContext, func(rows *sql.Rows) error { … rows.Scan(…) … }, `select id from users`)
//
// The functions take the method that runs the query, so they fit database/sql, its Tx and Stmt-like types, and pgx.
//
// A query that takes longer than [WithSlow] says writes an event of its own, slow_query_finished. It carries the name
// of the query or the statement without its literals (see [Fingerprint]), never the arguments.
package eventsql
