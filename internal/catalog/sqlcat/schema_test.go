package sqlcat

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// TestMigrate opens a catalog of today with a program that knows one version more, then again with that of today.
func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := open(t, path)
	put(t, c, "a", "b")
	closing(t, c)

	openWith := func(d *dialect) error {
		db, err := d.open(path, true)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		return migrate(t.Context(), d, db)
	}
	next := sqlite
	next.migrations = append(next.migrations[:len(next.migrations):len(next.migrations)], []string{
		"ALTER TABLE entries ADD COLUMN colour TEXT", "THIS IS NOT SQL",
	})
	if err := openWith(&next); err == nil || !strings.Contains(err.Error(), "bring schema version 1 to 2") {
		t.Errorf("migrate by a wrong step = %v, want an error that names the versions", err)
	}
	closing(t, open(t, path)) // it was rolled back: the schema is as it was

	next.migrations[len(next.migrations)-1][1] = "CREATE INDEX entries_by_colour ON entries (colour)"
	for range 2 {
		if err := openWith(&next); err != nil {
			t.Fatalf("migrate = %v, want no error", err)
		}
	}
	db, err := next.open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM entries WHERE colour IS NULL").Scan(&n); err != nil || n != 2 {
		t.Errorf("entries after a migration = %d, %v, want 2", n, err)
	}
	if c, err := Open(t.Context(), path, Options{}); err == nil {
		closing(t, c)
		t.Error("Open of a newer schema = no error, want one")
	} else if !strings.Contains(err.Error(), "schema version 2, this program knows 1 to 1") {
		t.Errorf("Open of a newer schema = %v, want both versions in it", err)
	}
}

// TestTwoOpen opens one file twice, as a check beside a server does. Each sees what the other wrote.
func TestTwoOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	first := open(t, path)
	second, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("second Open = %v", err)
	}
	put(t, first, "a")
	put(t, second, "b")
	if n, err := first.Count(t.Context(), catalog.Query{Scope: groups}); n != 2 || err != nil {
		t.Errorf("Count = %d, %v, want 2", n, err)
	}
	a, errA := first.NextNumber(t.Context(), "n")
	b, errB := second.NextNumber(t.Context(), "n")
	if a == b || errA != nil || errB != nil {
		t.Errorf("NextNumber of two = %d and %d, %v, %v, want two numbers", a, b, errA, errB)
	}
	closing(t, second)
	put(t, first, "c")
	closing(t, first)
}
