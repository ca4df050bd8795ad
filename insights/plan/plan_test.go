package plan_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// compile plans a query; there is a lookup table users.
func compile(t *testing.T, query string, limit int) (*plan.Plan, error) {
	t.Helper()
	q, err := syntax.ParseQuery(query)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", query, err)
	}
	return plan.Compile(q, plan.Options{Limit: limit, Table: func(name string) ([]string, error) {
		if name != "users" {
			return nil, errors.New("it is not here")
		}
		return []string{"id", "name"}, nil
	}})
}

// TestRewrites plans queries and compares the steps that Explain shows.
func TestRewrites(t *testing.T) {
	for _, tt := range []struct {
		name, query string
		limit       int
		want        []string // parts of Explain, in this order, each on a line of its own
	}{
		{"a limit runs before what is computed for its rows", "fields toupper(a) as b | sort a | fields tolower(a) as c | limit 5", 0,
			[]string{"compute $1 = toupper($0)", "sort by $0", "limit 5", "compute $2 = tolower($0)"}},
		{"the default limit too", "sort a | fields tolower(a) as b", 0,
			[]string{"sort by $0", "limit 10000 (default)", "compute $1 = tolower($0)"}},
		{"but not before a filter", "fields tolower(a) as b | filter b = \"x\" | limit 5", 0,
			[]string{"compute $1 = tolower($0)", `where $1 = "x"`, "limit 5"}},
		{"a smaller limit of the query wins", "fields a | limit 5", 10, []string{"limit 5", "result"}},
		{"a smaller limit of the options wins", "fields a | limit 20", 10, []string{"limit 20", "limit 10", "result"}},
		{"the limit of the options holds behind unnest", "limit 5 | unnest a into b", 10, []string{"limit 5", "unnest $0 into $1", "limit 10", "result"}},
		{"no limit", "fields a", -1, []string{"any time", "result"}},
		{"texts that messages must contain", `filter @message like "x" and a = 1 | parse @message "*" as b | filter @message like "y"`, 0,
			[]string{`only messages that contain "x"`, `only messages that contain "y"`, "where"}},
		{"but not those of one side of or", `filter @message like "x" or a = 1`, 0, []string{"any time", "where"}},
		{"nor negated or as a pattern", `filter @message not like "x" and not (@message like "y") and @message like /z/`, 0, []string{"any time", "where"}},
		{"nor behind what looks at several rows", `limit 5 | filter @message like "x"`, 0, []string{"any time", "limit 5", "where"}},
		{"nor of a column called @message", `fields a as @message | filter @message like "x"`, 0, []string{"any time", "where"}},
		{"a filter on dropped fields runs before stats", `stats count(*) as n by a | sort n | filter b = 1`, 0,
			[]string{"where $2 = 1", "stats $1 = count() by $0 = $1", "sort by $1"}},
		{"and reaches the messages", `stats count(*) by a | filter @message like "x"`, 0, []string{`only messages that contain "x"`, "where", "stats"}},
		{"a filter on groups runs after stats", `stats count(*) as n by a | filter n > 1`, 0, []string{"stats", `where $1 > 1`}},
		{"one aggregate is computed once", "stats count(*), count( * ) + 1, COUNT(*) by a", 0, []string{"stats $1 = count() by $0 = $1", "compute $2 = ($1 + 1), $3 = $1"}},
		{"literals are computed once", "fields 2 + 3 * 4 as a, strlen(\"abc\") as b", 0, []string{`compute $0 = 14, $1 = 3`}},
		{"unmask and coalesce become cheaper", "fields unmask(a) as b, coalesce(a, b) as c", 0, []string{"$0 = a (unmasked)", "compute $2 = coalesce($1, $0)"}},
		{"a subquery is explained below its filter", "filter a in (SOURCE g | fields b)", 0, []string{"where $0 in (query)", "    scan", "    result", "result"}},
		{"a subquery looks among the column that fields selects", "filter a in (SOURCE g | stats count(*) as n by b, c | fields c)", 0, []string{"    result", "      c = $1", "result"}},
		{"and that display leaves", "filter a in (SOURCE g | fields b, c | display c)", 0, []string{"    result", "      c = $", "result"}},
		{"a join takes over what is used of its right side", "join left=l right=r where l.a = r.b (SOURCE g | fields b, c) | fields l.a, r.c", 0,
			[]string{"join where $0 = right $0", "    scan", "      $0 = b", "      $1 = c", "  l.a = $0", "  r.c = $"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := compile(t, tt.query, tt.limit)
			if err != nil {
				t.Fatalf("Compile(%q): %v", tt.query, err)
			}
			text := plan.Explain(p)
			lines := strings.Split(text, "\n")
			for _, want := range tt.want {
				at := 0
				for at < len(lines) && !strings.Contains(lines[at], want) {
					at++
				}
				if at == len(lines) {
					t.Fatalf("Explain(%q) =\n%s\nwant %q in it, in the order %q", tt.query, text, want, tt.want)
				}
				lines = lines[at+1:]
			}
			for _, unwanted := range []string{"only messages", "limit 10000"} {
				if strings.Contains(text, unwanted) && !strings.Contains(strings.Join(tt.want, "\n"), unwanted) && tt.limit != 0 {
					t.Errorf("Explain(%q) =\n%s\nwant no %q", tt.query, text, unwanted)
				}
			}
			if n := strings.Count(text, "only messages"); n != strings.Count(strings.Join(tt.want, "\n"), "only messages") {
				t.Errorf("Explain(%q) =\n%s\nhas %d texts for messages", tt.query, text, n)
			}
		})
	}
}

// TestFiltersRestrictTheScan lists the texts that a field must be for the filters to be true.
func TestFiltersRestrictTheScan(t *testing.T) {
	for _, tt := range []struct {
		name, query string
		want        []string // by field
	}{
		{"a text", `filter level = "error"`, []string{`level ["error"]`}},
		{"a text on the left", `filter "error" = level`, []string{`level ["error"]`}},
		{"some texts", `filter level in ["error", "warn"]`, []string{`level ["error" "warn"]`}},
		{"one text or the other", `filter level = "error" or level in ["warn"] or "x" = level`, []string{`level ["error" "warn" "x"]`}},
		{"two fields", `filter a = "x" and b = "y" | fields tolower(a) as c | filter d = "z"`, []string{`a ["x"]`, `b ["y"]`, `d ["z"]`}},
		{"a system field", `filter @logStream = "x"`, []string{`@logStream ["x"]`}},
		{"not a number, which has many texts", `filter a = 5 or a = "5"`, nil},
		{"nor among texts", `filter a in ["x", "5e0"]`, nil},
		{"nor among texts", `filter a in ["x", "1e999"]`, nil},
		{"not a number beyond floats, which stays text", `filter a = "1e999" and b = "-1.5E400" and c = "` + strings.Repeat("9", 400) + `"`, nil},
		{"nor a literal of that size", `filter a = ` + strings.Repeat("9", 400), nil},
		{"a text with a number in it", `filter a = "1e999x" and b = ""`, []string{`a ["1e999x"]`, `b [""]`}},
		{"not another field", `filter a = b`, nil},
		{"not one side of or", `filter a = "x" or b = "y"`, nil},
		{"nor with another condition", `filter a = "x" or a > "y"`, nil},
		{"not what is negated", `filter a != "x" and a not in ["y"] and not a = "z" and not (a = "x" and b = "y")`, nil},
		{"not what was computed", `fields tolower(a) as b | filter b = "x"`, nil},
		{"not behind what looks at several rows", `limit 5 | filter a = "x"`, nil},
		{"not behind stats", `stats count(*) by a | filter a = "x"`, nil},
		{"not a name that means something else by then", `fields b as a | filter a = "x"`, []string{`b ["x"]`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := compile(t, tt.query, 0)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, texts := range p.Scan.Texts {
				got = append(got, fmt.Sprintf("%s %q", p.Scan.Fields[texts.Field].Name, texts.Any))
				if line := fmt.Sprintf("  only %s of %q", p.Scan.Fields[texts.Field].Name, texts.Any); !strings.Contains(plan.Explain(p), line) {
					t.Errorf("Explain(%q) =\n%s\nwant %q in it", tt.query, plan.Explain(p), line)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("texts of %q: got %q, want %q", tt.query, got, tt.want)
			}
		})
	}
}

// TestFiltersKeepWhatIsNeeded lists the fields that a filter copies for the steps after it.
func TestFiltersKeepWhatIsNeeded(t *testing.T) {
	for _, tt := range []struct {
		query string
		want  string // the names of the fields that the first filter keeps
	}{
		{"fields a, b | filter c = 1", "a b @timestamp"},
		{"filter c = 1 | stats sum(d) by a", "d a @timestamp"},
		{"filter c = 1 | filter d = 1 | sort e | fields a", "d e a @timestamp"},
		{"filter c = 1 | parse f \"*\" as g", "f @timestamp @message"},
		{"filter c = 1 | fields toupper(a) as a", "a @timestamp"},
		{"filter c = 1 | display c", "c @timestamp"},
		{"filter c = 1 | unnest d into e | display e", "d @timestamp"},
		{"filter c = 1 | dedup d | limit 1", "d @timestamp @message"},
		{"filter c = 1 | lookup users id as d OUTPUT name | display name", "d @timestamp"},
		{"filter c = 1 | pattern d", "d @timestamp"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			p, err := compile(t, tt.query, 0)
			if err != nil {
				t.Fatal(err)
			}
			var where *plan.Where
			for _, s := range p.Steps {
				if w, ok := s.(*plan.Where); ok {
					where = w
					break
				}
			}
			kept := map[string]bool{}
			for i, f := range p.Scan.Fields {
				for _, s := range where.Live {
					if s == p.ScanSlots[i] {
						kept[f.Name] = true
					}
				}
			}
			for _, name := range strings.Fields(tt.want) {
				if !kept[name] {
					t.Errorf("the filter of %q drops %s, kept %v", tt.query, name, kept)
				}
				delete(kept, name)
			}
			if len(kept) > 0 {
				t.Errorf("the filter of %q also keeps %v, want %s", tt.query, kept, tt.want)
			}
		})
	}
}
