package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
	"github.com/groundwatch/groundwatch/internal/catalog/sqlcat"
)

func TestCheckData(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   string // in the only problem; "" if there is none
	}{
		{"nothing is wrong", func(*testing.T, string) {}, ""},
		{"a part with another byte", func(t *testing.T, dir string) {
			parts, err := filepath.Glob(filepath.Join(dir, tablesDir, "parts", "*.parquet"))
			if err != nil || len(parts) != 1 {
				t.Fatalf("parts are %q, %v, want one", parts, err)
			}
			text, err := os.ReadFile(parts[0])
			if err != nil {
				t.Fatal(err)
			}
			text[len(text)/2] ^= 1
			write(t, parts[0], text)
		}, "tables: part"},
		{"no catalog", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, catalogFile)); err != nil {
				t.Fatal(err)
			}
		}, "is missing"},
		{"a catalog that is none", func(t *testing.T, dir string) { write(t, filepath.Join(dir, catalogFile), []byte("none")) }, "catalog: "},
		{"events of no group", func(t *testing.T, dir string) {
			c, err := sqlcat.Open(t.Context(), filepath.Join(dir, catalogFile), sqlcat.Options{})
			if err != nil {
				t.Fatal(err)
			}
			scopes, err := c.Scopes(t.Context(), "log-group")
			if err != nil || len(scopes) != 1 {
				t.Fatalf("Scopes() = %v, %v, want one", scopes, err)
			}
			_, err = c.Write(t.Context(), catalog.Delete(scopes[0].Key("/app"), catalog.Any))
			if err != nil || c.Close() != nil {
				t.Fatalf("Write() = %v", err)
			}
		}, "has events of no log group"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := settings(t)
			s := start(t, cfg)
			put(t, s.client("000000000000", "x"), "/app", "one", "hello", "world")
			if err := s.stop(); err != nil {
				t.Fatal(err)
			}
			tt.damage(t, cfg.Data)
			r, err := CheckData(t.Context(), cfg.Data)
			if err != nil {
				t.Fatalf("CheckData() = %v", err)
			}
			if tt.want == "" && len(r.Problems) > 0 || tt.want != "" && (len(r.Problems) != 1 || !strings.Contains(r.Problems[0], tt.want)) {
				t.Errorf("CheckData() finds %q, want %q", r.Problems, tt.want)
			}
			if r.Rows != 2 {
				t.Errorf("CheckData() = %+v, want 2 rows", r)
			}
		})
	}
}

func TestCheckDataRefuses(t *testing.T) {
	cfg := settings(t)
	start(t, cfg)
	if r, err := CheckData(t.Context(), cfg.Data); err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Errorf("CheckData() beside a server = %v, %v, want that it works there", r, err)
	}
	empty := t.TempDir()
	if r, err := CheckData(t.Context(), empty); err == nil {
		t.Errorf("CheckData() of an empty folder = %v, want an error", r)
	}
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
