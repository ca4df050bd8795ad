package sqlcat

import (
	"path/filepath"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/catalog/catalogtest"
)

func open(t testing.TB, path string) *Catalog {
	t.Helper()
	c, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("Open(%q) = %v, want no error", path, err)
	}
	return c
}

func closing(t testing.TB, c *Catalog) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Fatalf("Close = %v, want no error", err)
	}
}

func TestCatalog(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) catalog.Catalog {
		c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
		t.Cleanup(func() { closing(t, c) })
		return c
	})
}
