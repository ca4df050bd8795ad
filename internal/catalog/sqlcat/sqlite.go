package sqlcat

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqlite is the dialect of SQLite. Tables without rowid are b-trees by their key, so a page of a list is a walk along
// leaves.
var sqlite = dialect{
	prepare: prepareSQLite,
	open:    openSQLite,
	empty:   func() (*sql.DB, error) { return sql.Open("sqlite", ":memory:") },
	begin:   "BEGIN IMMEDIATE",
	migrations: [][]string{
		// 1: entries by name, by first peak and by terms; the last number of each sequence.
		{
			`CREATE TABLE entries (
				account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, parent INTEGER NOT NULL, name BLOB NOT NULL,
				version INTEGER NOT NULL, value BLOB, term1 BLOB, term2 BLOB,
				peak1 INTEGER NOT NULL, peak2 INTEGER NOT NULL, peak3 INTEGER NOT NULL, checksum INTEGER NOT NULL,
				PRIMARY KEY (kind, account, region, parent, name)) STRICT, WITHOUT ROWID`,
			`CREATE INDEX entries_by_peak ON entries (kind, account, region, parent, peak1, name)`,
			`CREATE INDEX entries_by_term1 ON entries (kind, account, region, parent, term1, name) WHERE term1 IS NOT NULL`,
			`CREATE INDEX entries_by_term2 ON entries (kind, account, region, parent, term2, name) WHERE term2 IS NOT NULL`,
			`CREATE TABLE numbers (name TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
		},
	},
	// Without statistics SQLite takes the key for as good as the index, and walks the whole scope.
	useTerm:  [2]string{" INDEXED BY entries_by_term1", " INDEXED BY entries_by_term2"},
	describe: `SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name`,
	classify: classifySQLite,
	verify:   verifySQLite,
}

// Cache sizes in KiB. 1,100,000 entries take about 100,000 pages, of which a list reads a few dozen, so more buys little:
// the kernel caches the file.
const (
	writerCache = 8 << 10
	readerCache = 4 << 10
)

// busyMillis is how long a statement waits for another process, such as a backup, before it is refused.
const busyMillis = 5000

// openSQLite connects to a file that exists. Commits reach the disk before they return (synchronous FULL) and go to
// a log first (WAL), so that readers and the writer do not wait for each other.
func openSQLite(path string, write bool) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	cache := readerCache
	if write {
		cache = writerCache
	}
	params := url.Values{
		"mode":       {"rw"}, // never create: a file that is gone is an error
		"_defensive": {"1"},
		"_dqs":       {"0"},
		"_pragma": {
			"busy_timeout(" + strconv.Itoa(busyMillis) + ")",
			"synchronous(FULL)",
			"cache_size(-" + strconv.Itoa(cache) + ")",
			"cell_size_check(ON)", // looks at the shape of every page that is read
			"trusted_schema(OFF)",
			"query_only(" + strconv.FormatBool(!write) + ")",
		},
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: params.Encode()}
	return sql.Open("sqlite", file.String())
}

func classifySQLite(err error) trouble {
	failed, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return unknown
	}
	switch failed.Code() & 0xff { // the rest only says where
	case sqlite3.SQLITE_FULL:
		return full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		return refused
	case sqlite3.SQLITE_IOERR:
		return failing
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
		return corrupted
	}
	return unknown
}

// verifySQLite lets SQLite compare its pages, tables and indexes with one another.
func verifySQLite(ctx context.Context, db *sql.DB) error {
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, found)
	}
	return nil
}
