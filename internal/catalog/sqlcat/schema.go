package sqlcat

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// migrate brings db to the newest schema, each step in a transaction of its own, and checks that the result is what
// this program would have made. An empty database has version 0.
func migrate(ctx context.Context, d *dialect, db *sql.DB) error {
	got, err := migrated(ctx, d, db)
	if err != nil {
		return err
	}
	empty, err := d.empty()
	if err != nil {
		return err
	}
	defer empty.Close()
	want, err := migrated(ctx, d, empty)
	if err != nil {
		return fmt.Errorf("migrate an empty database: %w", err)
	}
	if !slices.Equal(got, want) { // a letter that changed there could change what a statement means, without any error
		return fmt.Errorf("%w: its schema is %q, want %q", errDamaged, got, want)
	}
	return nil
}

// migrated brings db to the newest schema and describes what is there then.
func migrated(ctx context.Context, d *dialect, db *sql.DB) ([]string, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	version, err := schemaVersion(ctx, d, conn)
	if err != nil {
		return nil, err
	}
	if n := len(d.migrations); version > n || version < 0 {
		return nil, fmt.Errorf("schema version %d, this program knows 1 to %d: a newer groundwatch wrote it, run that one", version, n)
	}
	for ; version < len(d.migrations); version++ {
		if err := migrateTo(ctx, d, conn, version+1); err != nil {
			return nil, fmt.Errorf("bring schema version %d to %d: %w", version, version+1, err)
		}
	}
	return describe(ctx, d, conn)
}

// schemaTable holds one row with the version of everything else. It is the same in all versions.
const schemaTable = "CREATE TABLE schema_version (version INTEGER NOT NULL)"

// schemaVersion returns 0 if there is no table at all.
func schemaVersion(ctx context.Context, d *dialect, conn *sql.Conn) (int, error) {
	tables, err := describe(ctx, d, conn)
	if err != nil || len(tables) == 0 {
		return 0, err
	}
	var version, rows int
	if err := conn.QueryRowContext(ctx, "SELECT coalesce(max(version), 0), count(*) FROM schema_version").Scan(&version, &rows); err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	if rows != 1 {
		return 0, fmt.Errorf("%w: %d schema versions, want 1", errDamaged, rows)
	}
	return version, nil
}

func migrateTo(ctx context.Context, d *dialect, conn *sql.Conn, version int) error {
	steps := []string{d.begin}
	if version == 1 {
		steps = append(steps, schemaTable, "INSERT INTO schema_version (version) VALUES (0)")
	}
	steps = append(steps, d.migrations[version-1]...)
	// One of few numbers of ours. A statement here takes no parameters, so that begin can be among them.
	steps = append(steps, fmt.Sprintf("UPDATE schema_version SET version = %d", version), "COMMIT")
	for _, step := range steps {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			rollback(ctx, conn)
			return err
		}
	}
	return nil
}

// rollback ends a transaction that failed. Its own error says no more than that the database has ended it already.
func rollback(ctx context.Context, conn *sql.Conn) {
	_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
}

// describe returns the schema as texts, none of an empty database.
func describe(ctx context.Context, d *dialect, conn *sql.Conn) ([]string, error) {
	rows, err := conn.QueryContext(ctx, d.describe)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}
