package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// write puts a file into a new folder and returns it as an input.
func write(t testing.TB, name string, content []byte) Input {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	// A fixed time of change: some layouts take the year from it.
	changed := time.Date(2018, 3, 29, 15, 0, 0, 0, time.UTC)
	if err := os.Chtimes(path, changed, changed); err != nil {
		t.Fatal(err)
	}
	return Input{Path: path, Log: "log", Stream: "stream", Size: int64(len(content))}
}

// A reading is what came out of an input: events as "line time message" with what differs from the
// input's names behind, problems as "line kind: what".
type reading struct {
	events   []string
	problems []string
}

func render(ev *Event) string {
	stamp := "-"
	if ev.HasTime {
		stamp = time.UnixMilli(ev.Time).UTC().Format("2006-01-02T15:04:05.000")
	}
	s := fmt.Sprintf("%d %s %s", ev.Line, stamp, ev.Message)
	if ev.HasIngested {
		s += " ingested=" + time.UnixMilli(ev.Ingested).UTC().Format("15:04:05.000")
	}
	if ev.Log != "log" {
		s += " log=" + ev.Log
	}
	if ev.Stream != "stream" {
		s += " stream=" + ev.Stream
	}
	return s
}

func renderProblem(p Problem) string {
	s := fmt.Sprintf("%d %s: %s", p.Line, p.Kind, p.What)
	if p.Count > 1 {
		s += fmt.Sprintf(" x%d", p.Count)
	}
	return s
}

// read reads one input in order.
func read(t testing.TB, in Input, opt Options) reading {
	t.Helper()
	var r reading
	opt.Problem = func(p Problem) { r.problems = append(r.problems, renderProblem(p)) }
	err := Events(context.Background(), in, opt, func(ev *Event) error {
		r.events = append(r.events, render(ev))
		return nil
	})
	if err != nil {
		t.Fatalf("Events(%s): got error %v, want none", in.Path, err)
	}
	return r
}

func diff(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func gzipData(parts ...string) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(p)) // a bytes.Buffer does not fail
		_ = z.Close()
	}
	return b.Bytes()
}

func zstdData(t testing.TB, text string) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(text), nil)
}

func base64Data(text string) string {
	return base64.StdEncoding.EncodeToString(gzipData(text))
}
