package sqlcat

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/fault"
)

// fillUp writes until the catalog takes no more, and returns how many entries it has and why it stopped.
func fillUp(t *testing.T, c *Catalog) (n int, why error) {
	t.Helper()
	for n = range 10_000 {
		e := named(fmt.Sprintf("big-%05d", n))
		e.Value = make([]byte, 20_000)
		if _, err := c.Write(t.Context(), catalog.Put(e, catalog.Absent)); err != nil {
			return n, err
		}
	}
	t.Fatal("10,000 writes of 20 kB fit on a small disk")
	return 0, nil
}

// checkFull checks what a catalog does on a full disk, and that it goes on by itself when free has made room.
func checkFull(t *testing.T, c *Catalog, free func()) {
	t.Helper()
	put(t, c, "small")
	n, err := fillUp(t, c)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "full") {
		t.Fatalf("Write on a full disk = %v, want unavailable, and the operator told why", err)
	}
	if told := fault.Of(err).Message; strings.Contains(told, "disk") || strings.Contains(told, c.path) {
		t.Errorf("message %q tells the client about our disk", told)
	}
	if got, err := c.Count(t.Context(), catalog.Query{Scope: groups}); err != nil || got != n+1 {
		t.Errorf("Count on a full disk = %d, %v, want the %d that were acknowledged", got, err, n+1)
	}
	if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key("small"), Peaks: catalog.Peaks{99}}); err != nil {
		t.Errorf("Touch on a full disk = %v, want no error: it waits", err)
	}
	if got, err := c.List(t.Context(), catalog.Query{Scope: groups, ByPeak: true}); err != nil || len(got.Entries) != n+1 {
		t.Errorf("List by peak on a full disk = %d entries, %v, want %d", len(got.Entries), err, n+1)
	}
	if got, err := c.Get(t.Context(), groups.Key("small")); err != nil || got.Peaks[0] != 99 {
		t.Errorf("Get on a full disk = %v, %v, want the touched entry", got.Peaks, err)
	}
	free()
	put(t, c, "after")
	if err := c.Flush(t.Context()); err != nil {
		t.Errorf("Flush when there is room again = %v, want no error", err)
	}
	if err := c.Check(t.Context()); err != nil {
		t.Errorf("Check = %v, want no error", err)
	}
}

func TestDiskFullBySetting(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	pages := func(n int) {
		if _, err := c.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	pages(200)
	checkFull(t, c, func() { pages(100_000) })
}

// TestUnreachableFile opens what cannot be a file.
func TestUnreachableFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "no", "such", "folder", "catalog.db"), filepath.Join(file, "catalog.db"), dir} {
		if c, err := Open(t.Context(), path, Options{}); err == nil {
			closing(t, c)
			t.Errorf("Open(%s) = no error, want one", path)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("failed opens left %v, %v, want nothing new", left, err)
	}
}

// TestFailingDisk lets the driver's next error mean a failing disk, whatever it is.
func TestFailingDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	var sealed error
	c, err := Open(t.Context(), path, Options{Hooks: Hooks{Sealed: func(err error) { sealed = err }}})
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	put(t, c, "a")
	broken := sqlite
	broken.classify = func(error) trouble { return failing }
	broken.begin = "BEGIN ON A FAILING DISK"
	c.dialect = &broken
	if _, err := c.Write(t.Context(), catalog.Put(named("b"), catalog.Absent)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Write on a failing disk = %v, want unavailable", err)
	}
	if sealed == nil {
		t.Error("Sealed was not called")
	}
	c.dialect = &sqlite // the disk says that it is well again, but what became of the last write?
	if _, err := c.Write(t.Context(), catalog.Put(named("b"), catalog.Absent)); !fault.Is(err, fault.Unavailable) || !errors.Is(err, sealed) {
		t.Errorf("Write to a sealed catalog = %v, want unavailable because of the first error", err)
	}
	if _, err := c.NextNumber(t.Context(), "n"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("NextNumber of a sealed catalog = %v, want unavailable", err)
	}
	if _, err := c.Get(t.Context(), groups.Key("a")); err != nil {
		t.Errorf("Get from a sealed catalog = %v, want no error", err)
	}
	for i := range maxTouched {
		if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key(fmt.Sprint(i)), Peaks: catalog.Peaks{1}}); err != nil {
			t.Fatalf("touch %d of a sealed catalog = %v, want no error while there is room", i, err)
		}
	}
	if err := c.Touch(t.Context(), catalog.Touch{Key: groups.Key("one more"), Peaks: catalog.Peaks{1}}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("one touch more = %v, want unavailable", err)
	}
	if err := c.Close(); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Close with touches that cannot be written = %v, want unavailable", err)
	}
	after := open(t, path)
	defer closing(t, after)
	put(t, after, "b")
}
