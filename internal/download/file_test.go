package download

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func content(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return string(text)
}

// A download that was interrupted goes on behind what its state knows of, whatever else it had written.
func TestGoesOn(t *testing.T) {
	for _, name := range []string{"out.ndjson", "out.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			path, state := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), "state")
			clock := time.Unix(0, 0)
			now := func() time.Time { return clock }
			f, err := Create(path, state, "a", now)
			if err != nil {
				t.Fatal(err)
			}
			write := func(text string, through int64) {
				t.Helper()
				if _, err := io.WriteString(f, text); err != nil {
					t.Fatal(err)
				}
				if err := f.Done(through); err != nil {
					t.Fatal(err)
				}
			}
			clock = clock.Add(keepEvery)
			write("one\n", 10)
			write("lost\n", 20) // too soon to be kept
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if f, err = Create(path, state, "a", now); err != nil || f.Through() != 10 {
				t.Fatalf("Create = %v, through %d, want 10", err, f.Through())
			}
			write("two\n", 20)
			if err := f.End(30); err != nil {
				t.Fatal(err)
			}
			if got := content(t, path); got != "one\ntwo\n" {
				t.Errorf("file holds %q", got)
			}
			if f, err = Create(path, state, "a", now); err != nil || f.Through() != 30 {
				t.Fatalf("Create = %v, through %d, want 30", err, f.Through())
			}
			write("three\n", 40)
			if err := f.End(40); err != nil {
				t.Fatal(err)
			}
			if got := content(t, path); got != "one\ntwo\nthree\n" {
				t.Errorf("file holds %q", got)
			}
		})
	}
}

func TestCreateRefuses(t *testing.T) {
	tests := []struct{ name, state, want string }{
		{"another download", `{"version":1,"asked":"b","through":1,"bytes":0}`, "of another download"},
		{"another version", `{"version":2,"asked":"a"}`, "not the state"},
		{"no state", "{", "not the state"},
		{"a file that became shorter", `{"version":1,"asked":"a","through":1,"bytes":7}`, "knows of 7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			state := filepath.Join(dir, "state")
			if err := os.WriteFile(state, []byte(test.state), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := Create(filepath.Join(dir, "out"), state, "a", time.Now)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Create = %v, want %q", err, test.want)
			}
		})
	}
}
