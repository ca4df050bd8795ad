package shape

import (
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/discover"
	"github.com/groundwatch/groundwatch/internal/generate"
)

// checkLookup compares every exact answer about the fields of messages with what discovery finds in them.
func checkLookup(tb testing.TB, messages ...string) (exact, all int) {
	tb.Helper()
	s := split(messages...)
	t := s.Table()
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
		for _, w := range []Want{{Name: name}, {Name: name, Lambda: true}, {Name: name, Tree: true}} {
			kind := discover.JSON
			if w.Lambda {
				kind = discover.Lambda
			}
			x := discover.New(kind, []discover.Field{{Name: name, Tree: w.Tree}}, discover.Options{})
			var b column.Builder
			for row, m := range messages {
				all++
				code := s.Codes.Ints[row]
				if code == Whole {
					continue
				}
				at, ok := t.Lookup(int(code), w)
				if !ok {
					continue
				}
				exact++
				got := column.Value{}
				if at >= 0 {
					got = asDiscovered(s.Columns[at].Value(row))
				}
				b.Reset()
				x.Extract([]byte(m), []*column.Builder{&b})
				if want := b.Column().Value(0); got != want {
					tb.Fatalf("Lookup(%+v) in %q gives %v %q, discovery %v %q", w, m, got.Kind(), got.Text(), want.Kind(), want.Text())
				}
			}
		}
	}
	return exact, all
}

// asDiscovered returns v with the kinds that discovery gives values.
func asDiscovered(v column.Value) column.Value {
	switch v.Kind() {
	case column.Bool:
		return column.IntValue(v.Int())
	case column.Float64:
		if f := v.Float(); f == float64(int64(f)) && f >= -maxExact && f <= maxExact {
			return column.IntValue(int64(f))
		}
	}
	return v
}

func TestLookupAgreesWithDiscovery(t *testing.T) {
	for _, shape := range generate.Shapes() {
		t.Run(shape, func(t *testing.T) {
			exact, all := checkLookup(t, sample(t, shape, 1200)...)
			t.Logf("%d of %d answers come from columns", exact, all)
		})
	}
}
