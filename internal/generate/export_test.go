package generate

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readExport returns the text of every gzip file below dir by its path.
func readExport(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.gz"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, p := range paths {
		f, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		gz, err := gzip.NewReader(f)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		text, err := io.ReadAll(gz)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		f.Close()
		rel, _ := filepath.Rel(dir, p)
		all[filepath.ToSlash(rel)] = string(text)
	}
	return all
}

func TestExportIsLaidOutAsByAWS(t *testing.T) {
	dir := t.TempDir()
	o := Options{Shape: "lambda", Count: 30_000, Seed: 5}
	if err := WriteExport(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "aws-logs-write-test")); err != nil || len(text) == 0 {
		t.Errorf("aws-logs-write-test holds %q, %v", text, err)
	}
	place := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/2026-01-05-\[\$LATEST\][0-9a-f]{32}/000000\.gz$`)
	stamp := regexp.MustCompile(`^2026-01-0[56]T\d\d:\d\d:\d\d\.\d{3}Z `)
	files := readExport(t, dir)
	tasks, starts := map[string]bool{}, 0
	for p, text := range files {
		if !place.MatchString(p) {
			t.Errorf("file %s, want %s", p, place)
		}
		tasks[p[:36]] = true
		starts += strings.Count(text, "Z START RequestId: ")
		last := ""
		for line := range strings.Lines(text) {
			if at := stamp.FindString(line); at != "" {
				if at < last {
					t.Fatalf("%s: %s after %s", p, at, last)
				}
				last = at
			}
		}
		if last == "" {
			t.Errorf("%s: no line begins with a time", p)
		}
	}
	if len(tasks) != len(functions) || len(files) < 9 {
		t.Errorf("%d tasks with %d streams, want one task for each of %d functions", len(tasks), len(files), len(functions))
	}
	if want := strings.Count(written(t, Options{Shape: "lambda", Count: 30_000, Seed: 5}), "START RequestId: "); starts != want {
		t.Errorf("%d invocations in the export, %d as NDJSON", starts, want)
	}
}

func TestExportIsRepeatable(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if err := WriteExport(context.Background(), dir, Options{Count: 1000, Seed: 9}); err != nil {
			t.Fatal(err)
		}
	}
	one, two := readExport(t, a), readExport(t, b)
	if len(one) != webStreams {
		t.Errorf("%d files, want %d", len(one), webStreams)
	}
	for p, text := range one {
		if two[p] != text {
			t.Errorf("%s differs between two runs of one seed", p)
		}
	}
}

func TestExportNamesTheFolderItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := WriteExport(context.Background(), filepath.Join(file, "export"), Options{})
	if err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("WriteExport below a file = %v, want an error that names %s", err, file)
	}
}
