package shape

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/generate"
)

// checkFind compares what a Finder finds in messages with what discovery finds, and every exact answer of Lookup.
func checkFind(tb testing.TB, messages ...string) (exact, all int) {
	tb.Helper()
	s := split(messages...)
	t, rows := s.Table(), rowsOf(s)
	names := map[string]bool{"absent": true, "level": true, "@requestId": true, "@@x": true, "a": true, "a.b": true, "list": true, "list.0": true}
	for _, kind := range []discover.Kind{discover.JSON, discover.Lambda} {
		x := discover.New(kind, nil, discover.Options{})
		for _, m := range messages {
			x.Each([]byte(m), func(name string, _ column.Value) bool {
				names[name] = true
				return len(names) < 300
			})
		}
	}
	for name := range names {
		for i, w := range []Want{{Name: name}, {Name: name}, {Name: name, Tree: true}} {
			kind := [...]discover.Kind{discover.JSON, discover.Lambda, discover.JSON}[i]
			x := discover.New(kind, []discover.Field{{Name: name, Tree: w.Tree}}, discover.Options{})
			var want column.Builder
			for _, m := range messages {
				x.Extract([]byte(m), []*column.Builder{&want})
			}
			f := t.Find(w)
			got, err := f.Values(rows, func(row int, b *column.Builder) {
				all++
				x.Extract([]byte(messages[row]), []*column.Builder{b})
			})
			if err != nil {
				tb.Fatalf("Values of %+v: %v", w, err)
			}
			checkColumn(tb, w, messages, got, want.Column())
			all += len(messages)
			for row := range messages {
				if checkLookup(tb, rows, t, w, row, want.Column().Value(row)) {
					exact++
				}
			}
		}
	}
	return exact, all
}

// checkColumn compares the values found, and the kinds of columns.
func checkColumn(tb testing.TB, w Want, messages []string, got, want *column.Column) {
	tb.Helper()
	for row, m := range messages {
		if got, want := got.Value(row), want.Value(row); got != want {
			tb.Fatalf("Values of %+v in %q gives %v %q, discovery %v %q", w, m, got.Kind(), got.Text(), want.Kind(), want.Text())
		}
	}
}

// checkLookup compares the answer of Lookup for a row, if it is exact.
func checkLookup(tb testing.TB, r Rows, t *Table, w Want, row int, want column.Value) (exact bool) {
	tb.Helper()
	code := r.Codes.Ints[row]
	if code == Whole {
		return false
	}
	at, exact := t.Lookup(int(code), w)
	if !exact {
		return false
	}
	got := column.Value{}
	if at >= 0 {
		got = r.Columns[at].Value(row)
	}
	if got.Kind() == column.Bool {
		got = column.IntValue(got.Int())
	}
	if got != want && got.Text() != want.Text() {
		tb.Fatalf("Lookup(%+v) in row %d gives %v %q, discovery %v %q", w, row, got.Kind(), got.Text(), want.Kind(), want.Text())
	}
	return true
}

func TestFindAgreesWithDiscovery(t *testing.T) {
	for _, shape := range generate.Shapes() {
		t.Run(shape, func(t *testing.T) {
			exact, all := checkFind(t, sample(t, shape, 1200)...)
			t.Logf("%d of %d answers come from columns", exact, all)
		})
	}
}
