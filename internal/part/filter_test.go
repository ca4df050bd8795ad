package part

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// idsOf returns texts that all differ.
func idsOf(form string, from, n int) *column.Column {
	var b column.Builder
	for i := range n {
		b.Text(fmt.Sprintf(form, from+i))
	}
	return b.Column()
}

func TestFilters(t *testing.T) {
	const uuids, words = "00000000-0000-4000-8000-%012x", "order-number-%08d"
	fields := []Field{{"id", column.String}, {"order", column.String}, {"level", column.String}, {"ms", column.Int64}, {"some", column.String}, {"none", column.String}, {"short", column.String}}
	for _, compact := range []bool{true, false} {
		t.Run(fmt.Sprintf("compact %t", compact), func(t *testing.T) {
			var file bytes.Buffer
			w, err := NewWriter(&file, fields)
			if err != nil {
				t.Fatal(err)
			}
			if compact {
				w.Compact()
			}
			w.UUIDs("id")
			w.Required("id")
			w.Filters()
			const rows = 3000
			var batches []*column.Batch
			for g := range 2 {
				some := idsOf(words, g*rows, rows)
				some.Nulls = column.Mask(nil).Set(5, rows)
				batches = append(batches, &column.Batch{Len: rows, Columns: []*column.Column{
					idsOf(uuids, g*rows, rows), idsOf(words, g*rows, rows), column.Const(column.StringValue("info"), rows), column.Const(column.IntValue(1), rows), some, nil, idsOf("s%d", 0, rows),
				}})
			}
			fill(t, w, batches...)
			r, err := Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fields {
				if got, want := r.AllNull(1, f.Name), f.Name == "none"; got != want {
					t.Errorf("AllNull(1, %q) = %t, want %t", f.Name, got, want)
				}
			}
			lacks := func(group int, name, text string) bool {
				got, err := r.Lacks(group, name, []string{text})
				if err != nil {
					t.Fatalf("Lacks(%d, %q, %q) = %v", group, name, text, err)
				}
				return got
			}
			passed := 0
			for i := range 2 * rows {
				id, word := fmt.Sprintf(uuids, i), fmt.Sprintf(words, i)
				if g := i / rows; lacks(g, "id", id) || lacks(g, "order", word) || i%rows != 5 && lacks(g, "some", word) {
					t.Fatalf("row %d: group %d is said to lack its own texts", i, g)
				}
				if other := 1 - i/rows; !lacks(other, "id", id) || !lacks(other, "order", word) {
					passed++
				}
			}
			if passed > 2*rows/10 {
				t.Errorf("of %d rows %d pass the filters of the other group, want at most a tenth", 2*rows, passed)
			}
			if !lacks(0, "id", "no uuid") || lacks(0, "level", "error") || lacks(0, "short", "s-1") || lacks(0, "ms", "7") || lacks(0, "not there", "x") {
				t.Error("Lacks of no UUID, of columns without a filter and of none = want true, then false")
			}
		})
	}
}
