package sqlcat

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// content returns everything that c says about groups, in every way it can be asked.
func content(ctx context.Context, c *Catalog) (string, error) {
	var all bytes.Buffer
	for _, q := range []catalog.Query{{Scope: groups}, {Scope: groups, ByPeak: true, Descending: true}, {Scope: groups, Terms: catalog.Terms{"tgroup-0003"}}} {
		for e, err := range catalog.All(ctx, c, q) {
			if err != nil {
				return "", err
			}
			all.WriteString(e.Key.String())
			all.Write(e.Value)
			again, err := c.Get(ctx, e.Key)
			if err != nil {
				return "", err
			}
			all.Write(again.Value)
		}
	}
	return all.String(), nil
}

// stride is how many bytes the tests of damage go on by: all of them take minutes.
func stride() int {
	if os.Getenv("GROUNDWATCH_LONG") != "" {
		return 1
	}
	return 401
}

// TestFlippedByte flips bytes of a small catalog, one at a time: it has to be refused, or to answer as before.
func TestFlippedByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := open(t, path)
	put(t, c, numbered(0, 40)...)
	if _, err := c.NextNumber(t.Context(), "partition"); err != nil {
		t.Fatalf("NextNumber = %v", err)
	}
	want, err := content(t.Context(), c)
	if err != nil {
		t.Fatalf("content = %v", err)
	}
	closing(t, c)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := filepath.Join(t.TempDir(), "flipped.db")
	refused := 0
	places := append(places(100, 1), places(len(whole), stride())...)
	for _, at := range places {
		damaged := slices.Clone(whole)
		damaged[at] ^= byte(1 + at%255)
		if !answersOrRefuses(t, flipped, damaged, nil, at, want) {
			refused++
		}
	}
	t.Logf("of %d flipped bytes %d were refused, %d made no difference", len(places), refused, len(places)-refused)
	if refused < len(places)/3 {
		t.Errorf("%d of %d flips were refused: too few to believe in", refused, len(places))
	}
}

func places(size, by int) []int {
	var all []int
	for at := 0; at < size; at += by {
		all = append(all, at)
	}
	return all
}

// answersOrRefuses tells whether a catalog of these bytes opens, and answers one of want. It fails the test if it opens and
// answers anything else.
func answersOrRefuses(t *testing.T, path string, file, log []byte, at int, want ...string) bool {
	t.Helper()
	for suffix, b := range map[string][]byte{"": file, "-wal": log} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if b == nil {
			continue
		}
		if err := os.WriteFile(path+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Open(t.Context(), path, Options{})
	if err != nil {
		if !strings.Contains(err.Error(), path) {
			t.Errorf("flip at %d: Open = %v, want the file's name in it", at, err)
		}
		return false
	}
	got, err := content(t.Context(), c)
	if err == nil && !slices.Contains(want, got) {
		t.Errorf("flip at %d: the catalog opens, and answers\n%.300q\nwant\n%.300q", at, got, want[0])
	}
	_ = c.Close() // of a damaged file it may fail
	return err == nil
}

// TestFlippedLogByte flips bytes of the log that a crash left. Only damage to the last transaction may pass for a torn end.
func TestFlippedLogByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	c := open(t, path)
	defer closing(t, c)
	put(t, c, numbered(0, 10)...)
	before, err := content(t.Context(), c)
	if err != nil {
		t.Fatalf("content = %v", err)
	}
	lastAt := int(logSize(t, path))
	put(t, c, "last")
	want, err := content(t.Context(), c)
	if err != nil {
		t.Fatalf("content = %v", err)
	}
	left := crashed(t, path)
	file, log := readFile(t, left), readFile(t, left+"-wal")
	flipped := filepath.Join(t.TempDir(), "flipped.db")
	for _, at := range append(places(logHeaderBytes+frameHeaderBytes, 1), places(len(log), stride())...) {
		damaged := slices.Clone(log)
		damaged[at] ^= byte(1 + at%255)
		allowed := []string{want}
		if at >= lastAt {
			allowed = append(allowed, before)
		}
		answersOrRefuses(t, flipped, file, damaged, at, allowed...)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenRefuses(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.db")
	c := open(t, good)
	put(t, c, numbered(0, 100)...)
	left := crashed(t, good) // with a log
	closing(t, c)
	file, log := readFile(t, good), readFile(t, left+"-wal")
	for _, tt := range []struct {
		name      string
		file, log []byte
		sql       string
		want      string
	}{
		{"an empty file", []byte{}, nil, "", "header of 0 bytes"},
		{"a text file", bytes.Repeat([]byte("log line\n"), 1000), nil, "", "mark of SQLite"},
		{"a file that lost its end", file[:len(file)-pageBytes], nil, "", "the header says"},
		{"a file that grew", append(slices.Clone(file), make([]byte, pageBytes)...), nil, "", "the header says"},
		{"a log without its file", nil, log, "", "the file is gone"},
		{"another program's database", file, nil, "PRAGMA application_id = 7", "mark of Groundwatch"},
		{"a newer schema", file, nil, "UPDATE schema_version SET version = 2", "a newer groundwatch wrote it"},
		{"no schema version", file, nil, "DELETE FROM schema_version", "0 schema versions"},
		{"another table", file, nil, "CREATE TABLE mine (x)", "its schema is"},
		{"a lost index", file, nil, "DROP INDEX entries_by_peak", "its schema is"},
		{"a changed value", file, nil, "UPDATE entries SET value = x'00' WHERE name = CAST('group-0007' AS BLOB)", `group-0007": checksum`},
		{"a changed number", file, nil, "UPDATE numbers SET last = 1", "checksum"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "catalog.db")
			for suffix, b := range map[string][]byte{"": tt.file, "-wal": tt.log} {
				if b != nil {
					if err := os.WriteFile(path+suffix, b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			if tt.sql != "" {
				change(t, path, tt.sql)
			}
			c, err := Open(t.Context(), path, Options{})
			if err == nil {
				closing(t, c)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("Open = %v, want an error with %q and the path", err, tt.want)
			}
			if newer := strings.Contains(tt.want, "newer"); err != nil && errors.Is(err, errDamaged) == newer {
				t.Errorf("Open = %v, speaks of damage: %t, want %t", err, !newer, newer)
			}
		})
	}
}

// change does a statement behind the catalog's back.
func change(t *testing.T, path, statement string) {
	t.Helper()
	db, err := openSQLite(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// TestDamageFoundLater damages a row of an open catalog, as a disk may. The row is refused, the others are read, and
// nothing is written any more.
func TestDamageFoundLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	var sealed []error
	c, err := Open(t.Context(), path, Options{Hooks: Hooks{Sealed: func(err error) { sealed = append(sealed, err) }}})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	put(t, c, "a", "b")
	change(t, path, "UPDATE entries SET peak2 = 9 WHERE name = CAST('a' AS BLOB)")
	for range 2 {
		if _, err := c.Get(t.Context(), groups.Key("a")); !fault.Is(err, fault.InternalFailure) || !errors.Is(err, errDamaged) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("Get of a damaged row = %v, want an internal failure that says what to do", err)
		}
	}
	if _, err := c.Get(t.Context(), groups.Key("b")); err != nil {
		t.Errorf("Get of another row = %v, want no error", err)
	}
	if _, err := c.Write(t.Context(), catalog.Put(named("c"), catalog.Absent)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Write to a sealed catalog = %v, want unavailable", err)
	}
	if len(sealed) != 1 {
		t.Errorf("Sealed was called %d times, want once", len(sealed))
	}
	if err := c.Check(t.Context()); !errors.Is(err, errDamaged) {
		t.Errorf("Check = %v, want damage", err)
	}
	closing(t, c)
}
