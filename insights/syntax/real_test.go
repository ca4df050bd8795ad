package syntax

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// A realQuery is a query that somebody runs on AWS, or tried to.
type realQuery struct {
	ID     string
	Expect string // ok, lenient, template, reject-semantic or reject
	Query  string
}

func realQueries(t testing.TB) []realQuery {
	t.Helper()
	text, err := os.ReadFile("testdata/real-queries.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var list []realQuery
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var q realQuery
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}

// refusedLater are queries whose mistake is not one of syntax: package plan refuses them.
var refusedLater = map[string]string{
	"Q074": "bin() after stats, where @timestamp is gone",
	"Q325": "parse with a pattern without * and one name",
}

func TestRealQueries(t *testing.T) {
	queries := realQueries(t)
	if len(queries) != 187 {
		t.Errorf("%d real queries, want 187", len(queries))
	}
	for _, q := range queries {
		t.Run(q.ID, func(t *testing.T) {
			_, err := ParseQuery(q.Query)
			want := true
			if q.Expect == "reject" || q.Expect == "reject-semantic" {
				want = refusedLater[q.ID] != ""
			}
			if got := err == nil; got != want {
				t.Errorf("ParseQuery(%q): accepted %v (%v), want %v", q.Query, got, err, want)
			}
			requireStable(t, q.Query)
		})
	}
}

// specQueries are the worked examples of the language's specification.
func specQueries(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/insights-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []struct{ ID, Query string } }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{}
	for _, c := range file.Cases {
		queries[c.ID] = c.Query
	}
	return queries
}

func TestWorkedExamples(t *testing.T) {
	queries := specQueries(t)
	if len(queries) != 100 {
		t.Errorf("%d worked examples, want 100", len(queries))
	}
	for id, query := range queries {
		t.Run(id, func(t *testing.T) {
			if _, err := ParseQuery(query); err != nil {
				t.Errorf("ParseQuery(%q): %v, want no error", query, err)
			}
			requireStable(t, query)
		})
	}
}
