package part

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// TestRequiredFieldsComeBack writes the same rows with fields that have a value in each row, and without the promise.
func TestRequiredFieldsComeBack(t *testing.T) {
	const n = 3*chunkRows + 1
	fields := []Field{{"int", column.Int64}, {"time", column.Timestamp}, {"float", column.Float64}, {"bool", column.Bool}, {"text", column.String}, {"coded", column.String}, {"id", column.String}}
	b := &column.Batch{Len: n}
	for _, f := range fields {
		c := &column.Column{Kind: f.Kind, Len: n}
		if f.Name == "coded" {
			c.Strings = []string{"none has this", "é", strings.Repeat("long ", 100), ""}
		}
		for i := range n {
			switch {
			case f.Kind == column.Float64:
				c.Floats = append(c.Floats, float64(i)/4)
			case f.Name == "coded":
				c.Codes = append(c.Codes, uint32(1+i%3))
			case f.Name == "id":
				c.Strings = append(c.Strings, "123e4567-e89b-12d3-a456-42661417400"+string('0'+rune(i%10)))
			case f.Kind == column.String:
				c.Strings = append(c.Strings, strings.Repeat("x", i%7))
			default:
				c.Ints = append(c.Ints, int64(i%2))
			}
		}
		b.Columns = append(b.Columns, c)
	}
	for _, required := range []bool{false, true} {
		for _, compact := range []bool{false, true} {
			var out bytes.Buffer
			w, err := NewWriter(&out, fields)
			if err != nil {
				t.Fatal(err)
			}
			if compact {
				w.Compact()
			}
			w.UUIDs("id")
			w.ValidTexts()
			if required {
				w.Required("int", "time", "float", "bool", "text", "coded", "id")
			}
			fill(t, w, b, b)
			r, err := Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
			if err != nil {
				t.Fatal(err)
			}
			names := make([]string, len(fields))
			for i, f := range fields {
				names[i] = f.Name
				if got := r.Required(f.Name); got != required {
					t.Errorf("Required(%q) = %v, want %v", f.Name, got, required)
				}
			}
			rows := 0
			err = r.Rows(names, func(got *column.Batch) error {
				for k, c := range got.Columns {
					for i := range got.Len {
						if want := b.Columns[k].Value((rows + i) % n); c.Value(i) != want {
							t.Fatalf("required %v, compact %v: %s of row %d = %v, want %v", required, compact, names[k], rows+i, c.Value(i), want)
						}
					}
				}
				rows += got.Len
				return nil
			})
			if err != nil || rows != 2*n {
				t.Errorf("required %v, compact %v: Rows: %d rows, %v, want %d", required, compact, rows, err, 2*n)
			}
		}
	}
}

// TestRequiredFieldsWithoutAValueAreRefused also checks that a Writer goes on after that.
func TestRequiredFieldsWithoutAValueAreRefused(t *testing.T) {
	w, err := NewWriter(io.Discard, []Field{{"n", column.Int64}})
	if err != nil {
		t.Fatal(err)
	}
	w.Required("n")
	for name, c := range map[string]*column.Column{
		"no column":     nil,
		"a null column": {Len: 2},
		"a null row":    {Kind: column.Int64, Len: 2, Ints: []int64{1, 2}, Nulls: column.Mask{2}},
	} {
		if err := w.Write(&column.Batch{Len: 2, Columns: []*column.Column{c}}); err == nil || !strings.Contains(err.Error(), `"n"`) {
			t.Errorf("Write of %s: %v, want an error that names the field", name, err)
		}
	}
	if err := w.Write(&column.Batch{Len: 1, Columns: []*column.Column{column.Const(column.IntValue(1), 1)}}); err != nil {
		t.Errorf("Write after refusals: %v, want none", err)
	}
}

// TestBoundsOfPages checks what buffers say of their values.
func TestBoundsOfPages(t *testing.T) {
	floats := &directBuffer{floats: []float64{math.NaN(), 2, -1, math.NaN()}}
	if lo, hi, ok := floats.floatBounds(); lo.Double() != -1 || hi.Double() != 2 || !ok {
		t.Errorf("floatBounds = %v, %v, %v, want -1 and 2", lo, hi, ok)
	}
	ints := &directBuffer{ints: []int64{3, math.MinInt64, 5}}
	if lo, hi, ok := ints.intBounds(); lo.Int64() != math.MinInt64 || hi.Int64() != 5 || !ok {
		t.Errorf("intBounds = %v, %v, %v, want the least number and 5", lo, hi, ok)
	}
	texts := &directBuffer{bytes: []byte("bac"), offsets: []uint32{0, 1, 1, 2, 3}}
	if lo, hi, ok := texts.textBounds(); string(lo.ByteArray()) != "" || string(hi.ByteArray()) != "c" || !ok {
		t.Errorf("textBounds = %v, %v, %v, want nothing and c", lo, hi, ok)
	}
	empty := &directBuffer{floats: []float64{math.NaN()}}
	if _, _, ok := empty.floatBounds(); ok {
		t.Error("floatBounds of what is no number = true, want false")
	}
	if _, _, ok := empty.intBounds(); ok {
		t.Error("intBounds of nothing = true, want false")
	}
}
