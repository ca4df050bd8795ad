package part

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// cells returns the rows of some columns of a stretch of a row group as text.
func cells(t *testing.T, r *Reader, group int, from, to int64, names []string) []string {
	t.Helper()
	var rows []string
	err := r.RangeRows(group, from, to, names, func(b *column.Batch) error {
		for i := range b.Len {
			row := fmt.Sprint(b.First + int64(i))
			for _, c := range b.Columns {
				row += fmt.Sprintf(" %t:%s", c.IsNull(i), c.Value(i).Text())
			}
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("RangeRows(%d, %d, %d, %v): %v", group, from, to, names, err)
	}
	return rows
}

// TestRange compares stretches of row groups with the whole of them: of many pages, with and without nulls and dictionaries.
func TestRange(t *testing.T) {
	fields := []Field{{"n", column.Int64}, {"few", column.String}, {"many", column.String}, {"gaps", column.Float64}, {"flag", column.Bool}}
	var file bytes.Buffer
	w, err := NewWriter(&file, fields)
	if err != nil {
		t.Fatal(err)
	}
	w.GroupBytes(math.MaxInt64)
	sizes := []int{20_000, 1, 9000}
	first := 0
	for _, n := range sizes {
		if err := w.Write(rangeBatch(first, n)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second has nothing to cut
			if err := w.Cut(); err != nil {
				t.Fatal(err)
			}
		}
		first += n
	}
	w.SetMeta("ours", "text")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := r.Meta("ours"); got != "text" || !ok {
		t.Errorf("Meta(%q) = %q, %t, want %q, true", "ours", got, ok, "text")
	}
	if r.Groups() != len(sizes) {
		t.Fatalf("%d row groups, want %d", r.Groups(), len(sizes))
	}
	names := []string{"many", "n", "few", "absent", "flag", "gaps"}
	for g, n := range sizes {
		whole := cells(t, r, g, 0, int64(n), names)
		for _, at := range [][2]int{{0, 0}, {0, 1}, {n - 1, n}, {n / 2, n/2 + 1}, {n / 3, n}, {min(8191, n), min(8193, n)}, {n, n}} {
			got := cells(t, r, g, int64(at[0]), int64(at[1]), names)
			if want := whole[at[0]:at[1]]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("rows %d to %d of group %d differ: %d rows, want %d", at[0], at[1], g, len(got), len(want))
			}
		}
	}
	for _, at := range [][2]int64{{-1, 1}, {2, 1}, {0, 20_001}} {
		if err := r.RangeRows(0, at[0], at[1], names, nil); err == nil {
			t.Errorf("RangeRows(0, %d, %d): no error", at[0], at[1])
		}
	}
}

func rangeBatch(first, n int) *column.Batch {
	cols := make([]column.Builder, 5)
	for i := first; i < first+n; i++ {
		cols[0].Int(int64(i))
		cols[1].Text([]string{"a", "bb", ""}[i%3])
		cols[2].Text(fmt.Sprintf("a text of some length that is not like others %d", i*7919))
		if i%5 < 2 {
			cols[3].Null()
		} else {
			cols[3].Float(float64(i) / 3)
		}
		cols[4].Bool(i%2 == 0)
	}
	b := &column.Batch{Len: n}
	for i := range cols {
		b.Columns = append(b.Columns, cols[i].Column())
	}
	return b
}
