package sqlcat

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/internal/catalog"
)

// TestPlans checks that SQLite answers every list by walking one index from the cursor on: no page may cost more because
// there are many entries before or after it.
func TestPlans(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "catalog.db"))
	defer closing(t, c)
	after := catalog.Cursor{Name: "m"}
	for _, tt := range []struct {
		name  string
		q     catalog.Query
		index string
		part  string // of the key that the walk is bound by
	}{
		{"from the start", catalog.Query{}, "PRIMARY KEY", "parent=?"},
		{"from a name", catalog.Query{After: after}, "PRIMARY KEY", "name>?"},
		{"a prefix", catalog.Query{Prefix: "p"}, "PRIMARY KEY", "name>? AND name<?"},
		{"a prefix from a name", catalog.Query{Prefix: "p", After: after}, "PRIMARY KEY", "name>? AND name<?"},
		{"down", catalog.Query{Descending: true}, "PRIMARY KEY", "parent=?"},
		{"down from a name", catalog.Query{Descending: true, After: after}, "PRIMARY KEY", "name<?"},
		{"by peak", catalog.Query{ByPeak: true}, "entries_by_peak", "parent=?"},
		{"by peak from an entry", catalog.Query{ByPeak: true, After: after}, "entries_by_peak", "(peak1,name)>(?,?)"},
		{"down by peak", catalog.Query{ByPeak: true, Descending: true}, "entries_by_peak", "parent=?"},
		{"down by peak from an entry", catalog.Query{ByPeak: true, Descending: true, After: after}, "entries_by_peak", "(peak1,name)<(?,?)"},
		{"by the first term", catalog.Query{Terms: catalog.Terms{"x"}}, "entries_by_term1", "term1=?"},
		{"by the first term from a name", catalog.Query{Terms: catalog.Terms{"x"}, After: after}, "entries_by_term1", "term1=? AND name>?"},
		{"down by the second term", catalog.Query{Terms: catalog.Terms{"", "x"}, Descending: true}, "entries_by_term2", "term2=?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Scope = groups
			text, args := sqlite.listStatement(tt.q)
			got := plan(t, c, text, append(args, 51))
			if !strings.Contains(got, tt.index) || !strings.Contains(got, tt.part) || strings.Contains(got, "TEMP B-TREE") || strings.Contains(got, "SCAN") {
				t.Errorf("plan of %s\n got %s\nwant a search of %s bound by %s", text, got, tt.index, tt.part)
			}
		})
	}
	if got := plan(t, c, selectScope, []any{"k", "a", "r"}); strings.Contains(got, "SCAN") || strings.Contains(got, "TEMP") {
		t.Errorf("plan of %s = %s, want a search", selectScope, got)
	}
}

func plan(t *testing.T, c *Catalog, text string, args []any) string {
	t.Helper()
	rows, err := c.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("explain %s: %v", text, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		all = append(all, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "; ")
}

// TestTextsAreParameters checks that no text of a query gets into the statement.
func TestTextsAreParameters(t *testing.T) {
	const hostile = "x' OR 1=1; DROP TABLE entries; --"
	query := func(text string) catalog.Query {
		return catalog.Query{
			Scope:  catalog.Scope{Account: text, Region: text, Kind: catalog.Kind(text), Parent: 1},
			Prefix: text, Terms: catalog.Terms{text, text}, After: catalog.Cursor{Name: text},
		}
	}
	got, _ := sqlite.listStatement(query(hostile))
	want, _ := sqlite.listStatement(query("y"))
	if got != want || strings.Contains(got, "DROP") {
		t.Errorf("statement for hostile texts\n got %s\nwant %s", got, want)
	}
}
