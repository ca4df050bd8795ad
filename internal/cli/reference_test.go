package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights"
)

var update = flag.Bool("update", false, "rewrite docs/reference from the program")

// TestReferenceIsCurrent compares docs/reference with what the program says of itself; go generate, which is
// go test -update, rewrites it.
func TestReferenceIsCurrent(t *testing.T) {
	fresh := t.TempDir()
	if err := (&Program{}).WriteReference(fresh); err != nil {
		t.Fatal(err)
	}
	compareFolder(t, fresh, filepath.Join("..", "..", "docs", "reference", "cli"))
	functions := filepath.Join("..", "..", "docs", "reference", "functions.md")
	if *update {
		if err := os.WriteFile(functions, []byte(functionPage()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(functions)
	if err != nil || string(got) != functionPage() {
		t.Errorf("%s is not what the library says (%v); run go generate ./internal/cli", functions, err)
	}
}

// compareFolder fails unless both folders hold the same files.
func compareFolder(t *testing.T, fresh, kept string) {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(fresh, "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in %s: %v", fresh, err)
	}
	for _, page := range pages {
		want, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(kept, filepath.Base(page))
		if *update {
			if err := os.MkdirAll(kept, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what the program says (%v); run go generate ./internal/cli", name, err)
		}
	}
}

// functionPage lists the functions of the query language.
func functionPage() string {
	var b strings.Builder
	b.WriteString("# Functions of the query language\n\nGenerated from the library; `groundwatch help functions` prints the same.\n")
	for _, part := range []struct {
		title      string
		aggregates bool
	}{{"Functions of one event", false}, {"Aggregates, for `stats`", true}} {
		fmt.Fprintf(&b, "\n## %s\n\n| Call | Gives |\n| --- | --- |\n", part.title)
		for _, f := range insights.Functions() {
			if f.Aggregate == part.aggregates {
				fmt.Fprintf(&b, "| `%s` | %s |\n", f.Usage, strings.ReplaceAll(f.Doc, "|", `\|`))
			}
		}
	}
	return b.String()
}
