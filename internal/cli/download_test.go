package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A download in slices gives the same bytes as one by one; with a state it goes on where it was.
func TestDownloadsAreTheSame(t *testing.T) {
	url, dir := server(t), t.TempDir()
	put := func(group string, from, to int) {
		var lines strings.Builder
		for n := from; n < to; n++ {
			fmt.Fprintf(&lines, "{\"n\":%d}\n", n)
		}
		mustRun(t, url, lines.String(), "put", group, "h1", "--create")
	}
	put("/labels/web", 0, 3000)
	put("/labels/worker", 0, 3000)
	want := mustRun(t, url, "", "get", "/labels/*", "-o", "json")
	if n := strings.Count(want, "\n"); n != 6000 {
		t.Fatalf("get gives %d events, want 6000", n)
	}
	for _, parallel := range []string{"2", "7"} {
		if got := mustRun(t, url, "", "get", "/labels/*", "-o", "json", "--parallel", parallel); got != want {
			t.Errorf("--parallel %s gives %d bytes, want %d", parallel, len(got), len(want))
		}
	}
	file, state := filepath.Join(dir, "labels.ndjson"), filepath.Join(dir, "state")
	for range 2 {
		mustRun(t, url, "", "get", "/labels/*", "--output-file", file, "--state", state, "--parallel", "3")
		got, err := os.ReadFile(file)
		if want := mustRun(t, url, "", "get", "/labels/*", "-o", "json"); err != nil || string(got) != want {
			t.Errorf("the file has %d bytes (%v), want %d", len(got), err, len(want))
		}
		put("/labels/web", 3000, 3010)
	}
	packed := filepath.Join(dir, "labels.zst")
	mustRun(t, url, "", "get", "/labels/web", "--output-file", packed)
	if got := mustLocal(t, "query", "stats count(*), countDistinct(n)", packed, "-o", "csv"); !strings.HasSuffix(got, "\n3020,3010\n") {
		t.Errorf("%s holds %q, want 3020 events", packed, got)
	}
}
