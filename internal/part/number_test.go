package part

import (
	"bytes"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// TestNumbersOfADictionary reads floats with a dictionary over the borders of pages: where Coded is given it tells the same numbers.
func TestNumbersOfADictionary(t *testing.T) {
	type row struct {
		V *float64 `parquet:"v,optional,dict"`
	}
	const n = 3*BatchRows + 5
	odd := []float64{1.5, math.NaN(), 2.25, math.Inf(1), 0}
	rows := make([]row, n)
	for i := range rows {
		if i%5 != 2 || i < BatchRows {
			rows[i].V = &odd[i%len(odd)]
		}
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file, parquet.PageBufferSize(1000))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Stretch(0, []string{"v"})
	defer s.Close()
	coded := false
	for at := 0; at < n; at += BatchRows {
		c, err := s.Read(0, int64(at), min(BatchRows, n-at))
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.Len {
			want := rows[at+i].V
			if null := want == nil || notFinite(*want); c.IsNull(i) != null {
				t.Fatalf("row %d: IsNull = %v, want %v", at+i, !null, null)
			} else if null {
				continue
			}
			if c.Floats[i] != *want {
				t.Fatalf("row %d = %v, want %v", at+i, c.Floats[i], *want)
			}
			if c.Coded == nil {
				continue
			}
			coded = true
			if got := c.Coded.Numbers[c.Coded.Codes[i]]; got != *want {
				t.Fatalf("row %d is number %v of its dictionary, want %v", at+i, got, *want)
			}
		}
	}
	if !coded {
		t.Error("no column had a dictionary, want all")
	}
}
