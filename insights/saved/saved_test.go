package saved

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/insights/plan"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

func text(s string) *string { return &s }

// kept are the saved queries of the tests.
var kept = map[string]Query{
	"Lvl":     {"fields svc | filter level = {{l}}", []Parameter{{Name: "l"}}},
	"Top":     {"stats count(*) as n by svc | sort n desc | limit {{ n }}", []Parameter{{Name: "n", Default: text("10")}}},
	"my own":  {"filter ispresent(ä)", nil},
	"Comment": {"filter a = 1 # only these", nil},
	"Broken":  {"filter level = \n  | limit 1", nil},
	"Wrong":   {"fields a\n| filter nosuch(a)", nil},
	"Nested":  {"$Lvl(l = 1)", nil},
	"Unknown": {"filter a = {{x}}", []Parameter{{Name: "l", Default: text("1")}}},
	"Two":     {"filter a = {{p}} or b = {{q}} or c = {{p}}", []Parameter{{Name: "p"}, {Name: "q", Default: text(`"d"`)}}},
	"Near":    {"filter a = {{level}}", []Parameter{{Name: "level"}}},
	"Source":  {"SOURCE 'g' | fields id", nil},
}

func find(name string) (Query, error) {
	if q, ok := kept[name]; ok {
		return q, nil
	}
	return Query{}, errors.New(`there is no saved query "` + name + `"`)
}

func TestExpand(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"no call", "fields a", "fields a"},
		{"a dollar that is no call", `filter a = "$x"`, `filter a = "$x"`},
		{"a text keeps its quotes", `$Lvl(l = "WARN")`, `fields svc | filter level = "WARN"`},
		{"single quotes too", `$Lvl(l='it is')`, `fields svc | filter level = 'it is'`},
		{"a number", `$Lvl(l = -3.50)`, `fields svc | filter level = -3.50`},
		{"a boolean", `$Lvl(l = true)`, `fields svc | filter level = true`},
		{"a default", `$Top()`, `stats count(*) as n by svc | sort n desc | limit 10`},
		{"a value instead of the default", `$Top(n = 3)`, `stats count(*) as n by svc | sort n desc | limit 3`},
		{"several parameters", `$Two(q = 2, p = "x")`, `filter a = "x" or b = 2 or c = "x"`},
		{"a parameter twice in the text", `$Two(p = 1)`, `filter a = 1 or b = "d" or c = 1`},
		{"two calls", `$Lvl(l = 1) | $Top(n = 2)`, `fields svc | filter level = 1 | stats count(*) as n by svc | sort n desc | limit 2`},
		{"between other commands", `filter ü = 1 | $Lvl(l = 1) | limit 3`, `filter ü = 1 | fields svc | filter level = 1 | limit 3`},
		{"a name with a blank", "$`my own`() | limit 1", "filter ispresent(ä) | limit 1"},
		{"a comment at the end takes nothing with it", "$Comment() | limit 1", "filter a = 1 # only these\n | limit 1"},
		{"inside a subquery", `filter id in ($Source()) | limit 1`, `filter id in (SOURCE 'g' | fields id) | limit 1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Expand(tt.query, 1000, find)
			if err != nil || got.Text != tt.want {
				t.Errorf("Expand(%s) = %q, %v, want %q", tt.query, got.Text, err, tt.want)
			}
			if _, err := syntax.ParseQuery(got.Text); err != nil {
				t.Errorf("Expand(%s) = %q: %v", tt.query, got.Text, err)
			}
		})
	}
}

func TestMistakesInCalls(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"no such query", `limit 1 | $Nope()`, `1:11: there is no saved query "Nope"`},
		{"no such parameter", `$Top(m = 3)`, `1:10: saved query "Top" has no parameter "m"`},
		{"one that is nearly there", `$Near(levle = 1)`, `1:15: saved query "Near" has no parameter "levle" (did you mean "level"?)`},
		{"two values", `$Top(n = 3, n = 4)`, `1:17: parameter "n" has two values`},
		{"no value", "limit 1\n| $Lvl()", `2:3: parameter "l" of saved query "Lvl" has no value and no default (write l = and a value)`},
		{"no literal", `$Lvl(l = level)`, `1:10: parameter "l" takes a literal, found level (write a text in quotes, or a number)`},
		{"a call as value", `$Lvl(l = strlen("a"))`, `1:10: parameter "l" takes a literal, found strlen("a") (write a text in quotes, or a number)`},
		{"it calls another", `$Nested()`, `1:1: saved query "Nested" calls another one, which it may not`},
		{"a placeholder without a parameter", `$Unknown()`, `1:1: saved query "Unknown" has {{x}}, which is none of its parameters`},
		{"it cannot be parsed", `fields a | $Broken()`, `1:12: saved query "Broken", 2:3: `},
		{"all are told", `$Nope() | $No()`, "1:1: there is no saved query \"Nope\"\n1:11: there is no saved query \"No\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Expand(tt.query, 1000, find)
			if errs, ok := errors.AsType[syntax.Errors](err); !ok || !strings.HasPrefix(errs.Error(), tt.want) {
				t.Errorf("Expand(%s) = %v, want %s", tt.query, err, tt.want)
			}
		})
	}
}

func TestExpandedLength(t *testing.T) {
	query := "$Lvl(l = 1) | limit 1"
	whole := len("fields svc | filter level = 1 | limit 1")
	if e, err := Expand(query, whole, find); err != nil || len(e.Text) != whole {
		t.Errorf("Expand at the limit = %v, want none", err)
	}
	_, err := Expand(query, whole-1, find)
	if want := "1:1: with its saved queries the query has 39 characters, at most 38 are allowed"; err == nil || err.Error() != want {
		t.Errorf("Expand above the limit = %v, want %s", err, want)
	}
}

// TestPlaces checks where a mistake is said to be that shows only in the expanded query.
func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"inside a saved query", `limit 5 | $Wrong() | limit 1`, `1:11-1:19 saved query "Wrong", 2:10: unknown function "nosuch"`},
		{"behind a saved query", "$Lvl(l = 1)\n| filter nosuch(a)", `2:10-2:19 unknown function "nosuch"`},
		{"between two", "$Lvl(l = 1) | filter nosuch(a) | $Comment()", `1:22-1:31 unknown function "nosuch"`},
		{"before one", "filter nosuch(a) | $Lvl(l = 1)", `1:8-1:17 unknown function "nosuch"`},
		{"without any", "filter nosuch(a)", `1:8-1:17 unknown function "nosuch"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Expand(tt.query, 1000, find)
			if err != nil {
				t.Fatal(err)
			}
			q, err := syntax.ParseQuery(e.Text)
			if err != nil {
				t.Fatal(err)
			}
			_, err = plan.Compile(q, plan.Options{})
			errs, ok := errors.AsType[syntax.Errors](err)
			if !ok {
				t.Fatalf("Compile(%s) = %v, want mistakes", e.Text, err)
			}
			m := e.Places(errs)[0]
			if got := fmt.Sprintf("%d:%d-%d:%d %s", m.Span.Start.Line, m.Span.Start.Col, m.Span.End.Line, m.Span.End.Col, m.Msg); got != tt.want {
				t.Errorf("Places of %s = %s, want %s", tt.query, got, tt.want)
			}
		})
	}
}
