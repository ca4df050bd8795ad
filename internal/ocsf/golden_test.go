package ocsf

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the events under testdata")

// A sample is a record under testdata, and the file that it is in.
type sample struct {
	source, name, file string
	record             string
}

// samples returns the records under testdata: a folder for a source, a file for a record and its events.
func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d records under testdata, want at least 30: %v", len(files), err)
	}
	var all []sample
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil || len(archive.Files) == 0 {
			t.Fatalf("%s holds no record: %v", file, err)
		}
		all = append(all, sample{
			source: filepath.Base(filepath.Dir(file)), name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file,
			record: strings.TrimSuffix(string(archive.Files[0].Data), "\n"),
		})
	}
	return all
}

func converter(t testing.TB, source, schema string) *Converter {
	t.Helper()
	c, err := New(source, schema, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// convert returns the event of a record as a value and indented.
func convert(t testing.TB, source, schema, record string) (event map[string]any, indented string) {
	t.Helper()
	got, err := converter(t, source, schema).Convert(record)
	if err != nil {
		t.Fatalf("Convert(%s) = %v", record, err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "  "); err != nil {
		t.Fatalf("Convert(%s) = %s: %v", record, got, err)
	}
	if err := json.Unmarshal(got, &event); err != nil {
		t.Fatalf("Convert(%s) = %s: %v", record, got, err)
	}
	return event, b.String() + "\n"
}

// TestEvents compares the events of the records under testdata with those beside them. Each file holds a record, and its event in both versions
// of the schema.
func TestEvents(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.source+"/"+s.name, func(t *testing.T) {
			archive, err := txtar.ParseFile(s.file)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			for _, f := range archive.Files[1:] {
				want[f.Name] = string(f.Data)
			}
			archive.Files = archive.Files[:1]
			for _, schema := range []string{"V1.1", "V1.5"} {
				event, got := convert(t, s.source, schema, s.record)
				archive.Files = append(archive.Files, txtar.File{Name: schema, Data: []byte(got)})
				for _, problem := range problems(event, schema) {
					t.Errorf("Convert(%s) to %s: %s", s.record, schema, problem)
				}
				if got != want[schema] && !*update {
					t.Errorf("Convert(%s) to %s\n got %s\nwant %s", s.record, schema, got, want[schema])
				}
			}
			if *update {
				if err := os.WriteFile(s.file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
