package syntax

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestNestingHasALimit(t *testing.T) {
	for _, tt := range []struct {
		name         string
		query        func(depth int) string
		least, limit int // the depth that a query without nesting has, and what one more takes
	}{
		{"parentheses", func(n int) string { return "filter " + strings.Repeat("(", n) + "a" + strings.Repeat(")", n) }, 1, 1},
		{"calls", func(n int) string { return "filter " + strings.Repeat("f(", n) + "a" + strings.Repeat(")", n) }, 1, 1},
		{"not", func(n int) string { return "filter " + strings.Repeat("not ", n) + "a" }, 1, 1},
		{"exclamation marks", func(n int) string { return "filter " + strings.Repeat("!", n) + "a" }, 1, 1},
		{"signs", func(n int) string { return "filter " + strings.Repeat("-", n) + "a" }, 1, 1},
		{"powers", func(n int) string { return "filter a" + strings.Repeat("^a", n) }, 1, 1},
		{"subqueries", func(n int) string {
			return strings.Repeat("filter a in (", n) + "filter a" + strings.Repeat(")", n)
		}, 1, 2},
		{"joins", func(n int) string {
			return strings.Repeat("join where a=b (", n) + "filter a" + strings.Repeat(")", n)
		}, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			most := (maxDepth - tt.least) / tt.limit
			for _, n := range []int{most - 1, most} {
				if _, err := ParseQuery(tt.query(n)); err != nil {
					t.Errorf("%d deep: %v, want no error", n, err)
				}
			}
			for _, n := range []int{most + 1, 10 * most, 100_000} {
				_, err := ParseQuery(tt.query(n))
				if err == nil || !strings.Contains(err.Error(), "nested more than 200 deep") {
					t.Errorf("%d deep: %v, want an error about nesting", n, err)
				}
			}
		})
	}
}

func TestLongQueriesAreRead(t *testing.T) {
	for _, query := range []string{
		"filter a" + strings.Repeat(" + a", 100_000),
		"filter a" + strings.Repeat(" = a", 100_000),
		"filter a" + strings.Repeat(" or a", 100_000),
		"fields a" + strings.Repeat(", a", 100_000),
		"fields a" + strings.Repeat(".a", 100_000),
		"fields a" + strings.Repeat(" | fields a", 100_000),
		"filter a in [1" + strings.Repeat(", 1", 100_000) + "]",
		"fields " + strings.Repeat("a", 100_000),
		`filter a = "` + strings.Repeat("a", 100_000) + `"`,
		"# " + strings.Repeat("a", 100_000) + "\nfields a",
	} {
		q, err := ParseQuery(query)
		if err != nil {
			t.Errorf("ParseQuery(%.20q...): %v", query, err)
			continue
		}
		if got, want := len(q.String()), len(query)*2/3; got < want && query[0] != '#' {
			t.Errorf("ParseQuery(%.20q...) prints %d bytes, want at least %d", query, got, want)
		}
	}
}

// TestEveryMistakeIsReported reads many wrong stages at once.
func TestEveryMistakeIsReported(t *testing.T) {
	const n = 1000
	_, err := ParseQuery("nope" + strings.Repeat(" | nope", n-1))
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != n {
		t.Fatalf("got %d mistakes, want %d", len(errs), n)
	}
	for i, e := range errs {
		if want := 7 * i; e.Span.Start.Offset != want || e.Span.End.Offset != want+4 {
			t.Fatalf("mistake %d is at %d-%d, want %d-%d", i, e.Span.Start.Offset, e.Span.End.Offset, want, want+4)
		}
	}
}

func TestSpansCountCharacters(t *testing.T) {
	query := "# größe\nfilter größe > 5\r\n| stats max(größe) as 最大 by\tbin(1h)"
	q, err := ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	stats := q.Commands[1].(*Stats)
	for _, tt := range []struct {
		name string
		got  Span
		text string
		line int
		col  int
	}{
		{"the query", q.Span, "filter größe > 5\r\n| stats max(größe) as 最大 by\tbin(1h)", 2, 1},
		{"the first command", q.Commands[0].Where(), "filter größe > 5", 2, 1},
		{"the second command", stats.Span, "stats max(größe) as 最大 by\tbin(1h)", 3, 3},
		{"a projection", stats.Aggs[0].Span, "max(größe) as 最大", 3, 9},
		{"an argument", stats.Aggs[0].Expr.(*Call).Args[0].Where(), "größe", 3, 13},
		{"an alias", stats.Aggs[0].As.Span, "最大", 3, 23},
		{"what follows a tab", stats.By[0].Span, "bin(1h)", 3, 29},
	} {
		text := string([]rune(query)[tt.got.Start.Offset:tt.got.End.Offset])
		if text != tt.text || tt.got.Start.Line != tt.line || tt.got.Start.Col != tt.col {
			t.Errorf("%s is %q at %d:%d, want %q at %d:%d", tt.name, text, tt.got.Start.Line, tt.got.Start.Col, tt.text, tt.line, tt.col)
		}
	}
}

func TestTextOfAColumnIsAsTyped(t *testing.T) {
	query := "stats  COUNT ( * ) , max( a )/2 as m by bin( 5m ),`x y`  | sort  COUNT(*)  desc,m as z asc"
	q, err := ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	stats, sort := q.Commands[0].(*Stats), q.Commands[1].(*Sort)
	for _, p := range append(stats.Aggs, stats.By...) {
		got = append(got, p.Text)
	}
	for _, k := range sort.Keys {
		got = append(got, k.Text)
	}
	want := []string{"COUNT ( * )", "max( a )/2", "bin( 5m )", "`x y`", "COUNT(*)", "m"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseQuery(%q): texts of columns (-want +got):\n%s", query, diff)
	}
}

func TestParseQueryIsSafeForConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			want := fmt.Sprintf("fields a%d | limit %d", i, i)
			for range 100 {
				q, err := ParseQuery(want)
				if err != nil || q.String() != want {
					t.Errorf("ParseQuery(%q) = %v, %v", want, q, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestEveryNodeKnowsItsPlace checks that the spans of all nodes lie in the text, and those of inner
// nodes inside those of outer ones.
func TestEveryNodeKnowsItsPlace(t *testing.T) {
	for _, q := range realQueries(t) {
		requireSpans(t, q.Query)
	}
}

func requireSpans(t *testing.T, query string) {
	t.Helper()
	q, err := ParseQuery(query)
	if err != nil {
		return
	}
	length := utf8.RuneCountInString(query)
	var inside func(outer Span, n reflect.Value)
	inside = func(outer Span, n reflect.Value) {
		switch n.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !n.IsNil() {
				inside(outer, n.Elem())
			}
		case reflect.Slice:
			for i := range n.Len() {
				inside(outer, n.Index(i))
			}
		case reflect.Struct:
			if f := n.FieldByName("Span"); f.IsValid() {
				s := f.Interface().(Span)
				if s.Start.Offset < outer.Start.Offset || s.End.Offset > outer.End.Offset || s.Start.Offset >= s.End.Offset || s.Start.Line == 0 {
					t.Fatalf("ParseQuery(%q): %s at %v, want a place inside %v", query, n.Type(), s, outer)
				}
				outer = s
			}
			for i := range n.NumField() {
				if n.Field(i).Type() != reflect.TypeFor[Span]() {
					inside(outer, n.Field(i))
				}
			}
		}
	}
	inside(Span{End: Pos{Offset: length}}, reflect.ValueOf(q))
}
