package insights_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights"
	"github.com/groundwatch/groundwatch/insights/exec"
	"github.com/groundwatch/groundwatch/insights/lookup"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// TestWorkedExamples runs every example of the language's description, in one batch and row by row.
func TestWorkedExamples(t *testing.T) {
	f := loadCases(t)
	for _, c := range f.Cases {
		var want []string
		for _, r := range c.Rows {
			want = append(want, canonical(t, r))
		}
		for _, size := range []int{1, 2, 1000} {
			t.Run(fmt.Sprintf("%s in batches of %d: %s", c.ID, size, c.Note), func(t *testing.T) {
				r, err := insights.Run(context.Background(), c.Query, insights.Options{Exec: f.options(c.Data, size)})
				if err != nil {
					t.Fatalf("Run(%q): %v", c.Query, err)
				}
				got := cells(r)
				if strings.Join(got, "\n") != strings.Join(want, "\n") {
					t.Errorf("Run(%q) =\n%s\nwant\n%s", c.Query, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// canonical writes a row of the case file the way cells does: members in their order, no blanks.
func canonical(t *testing.T, row json.RawMessage) string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(row)))
	var out []string
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		if s, ok := tok.(string); ok {
			out = append(out, s)
		}
	}
	var pairs []string
	for i := 0; i+1 < len(out); i += 2 {
		pairs = append(pairs, fmt.Sprintf("%s=%q", out[i], out[i+1]))
	}
	return strings.Join(pairs, " ")
}

// cells writes each row as name="text" pairs; null cells are left out.
func cells(r *exec.Result) []string {
	var rows []string
	for i := range r.Rows.Len {
		var pairs []string
		for c, name := range r.Columns {
			if v := r.Rows.Columns[c].Value(i); !v.IsNull() {
				pairs = append(pairs, fmt.Sprintf("%s=%q", name, v.Text()))
			}
		}
		rows = append(rows, strings.Join(pairs, " "))
	}
	return rows
}

// TestRealQueries plans queries that people run on AWS: all are accepted or refused as they are there.
func TestRealQueries(t *testing.T) {
	f := loadCases(t)
	file, err := os.Open("testdata/real-queries.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c struct{ ID, Expect, Note, Query string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.ID, func(t *testing.T) {
			opts := insights.Options{Exec: f.options("A", 1000)}
			opts.Exec.Table = anyTable(c.Query)
			_, err := insights.Compile(c.Query, opts)
			if accepted := c.Expect == "ok" || c.Expect == "lenient"; accepted != (err == nil) {
				t.Errorf("Compile(%q): %v, want %s (%s)", c.Query, err, c.Expect, c.Note)
			}
			var mistakes syntax.Errors
			if err != nil && !errors.As(err, &mistakes) {
				t.Errorf("Compile(%q): %T, want syntax.Errors", c.Query, err)
			}
		})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// anyTable gives every lookup table a column for every word of the query.
func anyTable(query string) func(string) (*lookup.Table, error) {
	words := strings.FieldsFunc(query, func(r rune) bool { return strings.ContainsRune(" ,\n\t|()", r) })
	return func(string) (*lookup.Table, error) { return lookup.New(words), nil }
}
