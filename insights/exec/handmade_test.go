package exec

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// Values of hand-made rows besides nil, int, float64, bool and string.
type (
	ms int    // a timestamp
	js string // a map or list
)

func valueOf(x any) column.Value {
	switch x := x.(type) {
	case nil:
		return column.Value{}
	case int:
		return column.IntValue(int64(x))
	case float64:
		return column.FloatValue(x)
	case bool:
		return column.BoolValue(x)
	case string:
		return column.StringValue(x)
	case ms:
		return column.TimeValue(int64(x))
	case js:
		return column.JSONValue(string(x))
	}
	panic(fmt.Sprintf("BUG: hand-made value %T", x))
}

// a column of hand-made rows.
func col(values ...any) *column.Column {
	return makeColumn(len(values), func(i int) column.Value { return valueOf(values[i]) })
}

// coded returns a dictionary-coded column of texts.
func coded(values ...any) *column.Column {
	c := &column.Column{Kind: column.String, Len: len(values)}
	codes := map[string]uint32{}
	for i, v := range values {
		s, ok := v.(string)
		if !ok {
			c.Nulls = c.Nulls.Set(i, len(values))
			c.Codes = append(c.Codes, 0)
			continue
		}
		if _, ok := codes[s]; !ok {
			codes[s] = uint32(len(c.Strings))
			c.Strings = append(c.Strings, s)
		}
		c.Codes = append(c.Codes, codes[s])
	}
	if len(c.Strings) == 0 {
		c.Strings = []string{""}
	}
	return c
}

// handmade returns rows of these columns, in slots 0, 1, ...
func handmade(cols ...*column.Column) *rows { return &rows{n: cols[0].Len, cols: cols} }

// events returns rows as a scan gives them: with an order of ingestion.
func events(cols ...*column.Column) *rows {
	r := handmade(cols...)
	r.seq = make([]int64, r.n)
	for i := range r.seq {
		r.seq[i] = int64(i)
	}
	return r
}

// show writes the values of slots, one row a line; "-" is null.
func show(r *rows, slots ...int) string {
	var lines []string
	for i := range r.n {
		var cells []string
		for _, s := range slots {
			v := r.col(s).Value(i)
			text := v.Text()
			if v.IsNull() {
				text = "-"
			}
			cells = append(cells, text)
		}
		lines = append(lines, strings.Join(cells, " | "))
	}
	return strings.Join(lines, "\n")
}

func testRun() *run {
	return &run{ctx: context.Background(), opts: Options{Workers: 1}, memory: &budget{limit: defaultMemory}}
}

// check fails unless the rows that a step gave are as wanted.
func check(t *testing.T, what string, got *rows, err error, want []string, slots ...int) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if g, w := show(got, slots...), strings.Join(want, "\n"); g != w || got.n != len(want) {
		t.Errorf("%s =\n%s\nwant\n%s", what, g, w)
	}
	for s, c := range got.cols {
		if c != nil && c.Len != got.n {
			t.Errorf("%s: column %d has %d rows, want %d", what, s, c.Len, got.n)
		}
	}
	if got.seq != nil && len(got.seq) != got.n {
		t.Errorf("%s: %d sequence numbers, want %d", what, len(got.seq), got.n)
	}
}

// slot is an expression that reads a column.
func slot(n int) plan.Expr { return plan.Slot(n) }
