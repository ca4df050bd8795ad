package sqlcat

import (
	"context"
	"database/sql"
)

// A dialect is what one database says differently from others. All other statements of this package are understood by
// SQLite and PostgreSQL alike: parameters are $1, $2…, names and values are bytes, so no collation has a say in the order.
type dialect struct {
	// prepare looks at what is at path before it is opened, and makes an empty database if nothing is. It tells whether
	// the database is small enough to be checked as a whole each time.
	prepare func(ctx context.Context, d *dialect, path string) (small bool, err error)

	open       func(path string, write bool) (*sql.DB, error) // connects
	empty      func() (*sql.DB, error)                        // connects to an empty database, to compare schemas
	begin      string                                         // begins the only writing transaction there can be
	migrations [][]string                                     // what leads from each schema version to the next; the first makes version 1
	useTerm    [2]string                                      // after the table: use the index by that term
	describe   string                                         // one text per row: the schema, table by table
	classify   func(error) trouble                            // what an error of the driver means
	verify     func(context.Context, *sql.DB) error           // checks the database's own structure
}

// trouble is what an error of a database means for us.
type trouble uint8

const (
	unknown   trouble = iota
	refused           // not now: locked by another process, read-only. Nothing was done
	full              // not now: there is no room. Nothing was done
	failing           // the disk failed, and whether it kept the last write is not known
	corrupted         // the database contradicts itself
)
