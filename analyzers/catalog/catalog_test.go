package catalog

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// catalogs lists the packages below analyzers/testdata.
func catalogs(t *testing.T, patterns ...string) []*Catalog {
	t.Helper()
	testdata, err := filepath.Abs(filepath.Join("..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*Catalog
	for _, r := range analysistest.Run(t, testdata, Analyzer, patterns...) {
		all = append(all, r.Result.(*Catalog))
	}
	return all
}

func TestGolden(t *testing.T) {
	all := Merge(catalogs(t, "catalog/shop", "catalog/queue")...)
	for _, tt := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{"events.md", all.Markdown},
		{"events.json", all.JSON},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := tt.write(&got); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s: -want +got\n%s", tt.file, diff)
			}
		})
	}
}

// A package is listed twice when its tests are loaded as well, and the order of packages is nobody's.
func TestMergeInAnyOrder(t *testing.T) {
	all := catalogs(t, "catalog/shop", "catalog/queue")
	want := Merge(all...)
	for _, tt := range []struct {
		name string
		in   []*Catalog
	}{
		{"the other order", []*Catalog{all[1], all[0]}},
		{"one package twice", []*Catalog{all[0], all[1], all[0]}},
		{"merged again", []*Catalog{want}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(want, Merge(tt.in...)); diff != "" {
				t.Errorf("Merge: -in order +%s\n%s", tt.name, diff)
			}
		})
	}
}

func TestEmptyCatalog(t *testing.T) {
	var got bytes.Buffer
	if err := Merge().JSON(&got); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"events\": []\n}\n"; got.String() != want {
		t.Errorf("JSON of no events = %q, want %q", got.String(), want)
	}
}
