package shape

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/generate"
)

// checkMerge merges the splits of lists of messages and checks that all come back from the merged table.
func checkMerge(tb testing.TB, lists ...[]string) *Table {
	tb.Helper()
	var tables []*Table
	var splits []*Split
	for _, list := range lists {
		s := split(list...)
		splits = append(splits, s)
		tables = append(tables, s.Table())
	}
	merged, remaps := Merge(tables...)
	for i, s := range splits {
		j, err := NewJoiner(tables[i])
		if err != nil {
			tb.Fatalf("NewJoiner: %v", err)
		}
		rows, err := remaps[i].Rows(rowsOf(s), j)
		if err != nil {
			tb.Fatalf("Rows: %v", err)
		}
		checkSame(tb, joinRows(tb, merged, rows), lists[i])
	}
	return merged
}

func TestMergeKeepsMessages(t *testing.T) {
	for _, shape := range generate.Shapes() {
		t.Run(shape, func(t *testing.T) {
			m := sample(t, shape, 3000)
			once := split(m...).Table()
			merged := checkMerge(t, m[:1000], m[1000:1001], nil, m[1001:], m[:500])
			if len(merged.Columns) < len(once.Columns) || len(merged.Columns) > len(once.Columns)+3 {
				t.Errorf("Merge gives %d columns, want about the %d of a single split", len(merged.Columns), len(once.Columns))
			}
		})
	}
}

func TestMergeOfSameTableIsThatTable(t *testing.T) {
	m := sample(t, "worker", 2000)
	want := split(m...).Table()
	got := checkMerge(t, m, m, m)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Merge of a table with itself (-want +got):\n%s", d)
	}
}

func TestMergeOfNumbers(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   []string // each a list of one message
		want []column.Kind
	}{
		{"whole numbers stay whole", []string{`{"n":1}`, `{"n":2}`}, []column.Kind{column.Int64}},
		{"whole numbers become floats beside floats", []string{`{"n":1}`, `{"n":2.5}`}, []column.Kind{column.Float64}},
		{"floats take whole numbers", []string{`{"n":2.5}`, `{"n":1}`}, []column.Kind{column.Float64}},
		{"large whole numbers stay apart from floats", []string{`{"n":9007199254740993}`, `{"n":2.5}`}, []column.Kind{column.Int64, column.Float64}},
		{"2^53 is not large", []string{`{"n":9007199254740992}`, `{"n":2.5}`}, []column.Kind{column.Float64}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var lists [][]string
			for _, m := range tt.in {
				lists = append(lists, []string{m})
			}
			merged := checkMerge(t, lists...)
			var got []column.Kind
			for _, f := range merged.Columns {
				got = append(got, f.Kind)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("Merge(%q) has columns of kinds %v, want %v", tt.in, got, tt.want)
			}
		})
	}
}

func TestMergeBeyondTheLimitKeepsMessagesWhole(t *testing.T) {
	var lists [][]string
	for i := range 12 {
		m := `{"a":1`
		for k := range 100 {
			m += fmt.Sprintf(`,"f%d_%d":%d`, i, k, k)
		}
		lists = append(lists, []string{m + "}", `{"a":2}`, "text"})
	}
	merged := checkMerge(t, lists...)
	if got := len(merged.Columns); got > MaxColumns || got < MaxColumns-100 {
		t.Errorf("Merge gives %d columns, want nearly %d", got, MaxColumns)
	}
}
