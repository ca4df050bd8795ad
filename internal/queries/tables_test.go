package queries

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/groundwatch/groundwatch/internal/refuse"
	"github.com/groundwatch/groundwatch/internal/servicetest"
)

func TestLookupsInTables(t *testing.T) {
	l := newLab(t, Limits{})
	l.put(l.group("g"), "s", `{"user":"u1"}`, `{"user":"u2"}`, `{"user":"u3"}`)
	l.tables["users"] = [][]string{{"id", "name"}, {"u1", "Ann"}, {"u2", "Bob"}, {"u1", "Late"}}
	for _, tt := range []struct{ name, query, want string }{
		{"rows of a table", "lookup users id as user OUTPUT name | fields user, name | sort user asc", "name=Ann user=u1\nname=Bob user=u2\nuser=u3"},
		{"groups of what was found", "lookup users id as user OUTPUT name | stats count(*) as n by name | filter ispresent(name) | sort name asc", "name=Ann n=1\nname=Bob n=1"},
		{"twice", "lookup users id as user OUTPUT name as a | lookup users id as user OUTPUT name as b | filter a = b | stats count(*) as n", "n=2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.answer(input(tt.query, "g")); sorted(got) != sorted(tt.want) {
				t.Errorf("query(%s) = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, query, want string }{
		{"no such table", "lookup none id as user OUTPUT name", `MalformedQueryException: lookup table "none": there is no lookup table of that name`},
		{"no such column", "lookup users id as user OUTPUT nam", `MalformedQueryException: lookup table "users" has no column "nam" (did you mean "name"?)`},
		{"the tables cannot be read", "lookup broken id as user OUTPUT name", "no disk"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := l.StartQuery(l.ctx, input(tt.query, "g")); servicetest.ErrorText(err) != tt.want {
				t.Errorf("StartQuery(%s) = %s, want %s", tt.query, servicetest.ErrorText(err), tt.want)
			}
		})
	}
}

// sorted returns a text with the cells of its lines in order.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		cells := strings.Split(line, " ")
		slices.Sort(cells)
		lines[i] = strings.Join(cells, " ")
	}
	return strings.Join(lines, "\n")
}

func TestTableGoneBeforeTheQueryRuns(t *testing.T) {
	l := newLab(t, Limits{Running: 1})
	l.put(l.group("g"), "s", `{"user":"u1"}`)
	l.tables["users"] = [][]string{{"id", "name"}}
	open := l.table.shut(0)
	first := l.start(input("fields user", "g"))
	id := l.start(input("lookup users id as user OUTPUT name", "g"))
	delete(l.tables, "users")
	open()
	l.wait(first)
	l.wait(id)
	a, err := l.Answer(l.ctx, id)
	if err != nil || a.Status != types.QueryStatusFailed || !strings.Contains(a.Failure, `lookup table "users"`) {
		t.Errorf("Answer = %+v, %v, want that it failed for the table", a, err)
	}
}

func TestAnswer(t *testing.T) {
	l := newLab(t, Limits{Memory: 1 << 20})
	l.put(l.group("g"), "s", `{"n":1,"m":"x"}`, `{"n":2}`)
	open := l.table.shut(0)
	id := l.start(input("fields n, m | sort n asc", "g"))
	if a, err := l.Answer(l.ctx, id); err != nil || !isOpen(a.Status) || a.Rows != nil {
		t.Errorf("Answer of a query that runs = %+v, %v", a, err)
	}
	if _, _, err := l.Results(l.ctx, id); !strings.HasPrefix(servicetest.ErrorText(err), "InvalidParameterException: The query has the status ") {
		t.Errorf("Results of a query that runs = %v, want that it does", err)
	}
	open()
	if err := l.Wait(l.ctx, id); err != nil {
		t.Fatal(err)
	}
	a, err := l.Answer(l.ctx, id)
	if got := fmt.Sprint(a.Status, a.Columns, a.Texts(), a.Rows[1][1] == nil); err != nil || got != "Complete[n m] [[1 x] [2 ]] true" {
		t.Errorf("Answer = %s, %v, want two rows, the second without m", got, err)
	}
	missing := "x"
	if err := l.Wait(l.ctx, missing); !refuse.IsMissing(err) {
		t.Errorf("Wait for a query that there is not = %v", err)
	}
	stopped := l.table.shut(0)
	defer stopped()
	id = l.start(input("stats count(*) as c", "g"))
	if _, err := l.StopQuery(l.ctx, &cloudwatchlogs.StopQueryInput{QueryId: &id}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.Results(l.ctx, id); err != nil {
		t.Errorf("Results of a stopped query = %v, want what it had", err)
	}
}

func TestFilterIndexReadsIndexedGroupsOnly(t *testing.T) {
	l := newLab(t, Limits{})
	for _, name := range []string{"a", "b", "c"} {
		l.put(l.group(name), "s", `{"user":"u1","ip":1,"g":"`+name+`"}`, `{"user":"u2"}`)
	}
	l.indexes = map[string][]string{"a": {"user"}, "b": {"user", "ip"}}
	for _, tt := range []struct{ name, query, want string }{
		{"one field", `filterIndex user = "u1" | fields g | sort g asc`, "g=a\ng=b"},
		{"two fields", `filterIndex user = "u1" | filterIndex ip in [1, 2] | fields g`, "g=b"},
		{"a field that no group has", `filterIndex nope = 1 | fields g`, ""},
		{"the same as filter", `filter user = "u1" | fields g | sort g asc`, "g=a\ng=b\ng=c"},
		{"inside a subquery", `filter g in (SOURCE "a" | SOURCE "c" | filterIndex user = "u1" | fields g) | fields g`, "g=a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := l.answer(input(tt.query, "a", "b", "c")); got != tt.want {
				t.Errorf("query(%s) = %q, want %q", tt.query, got, tt.want)
			}
		})
	}
}
