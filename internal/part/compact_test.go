package part

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/groundwatch/groundwatch/column"
)

// sized is file with a bound of the row group's size, and compact if asked for.
func sized(t testing.TB, compact bool, limit int64, fields []Field, batches ...*column.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, fields)
	if err != nil {
		t.Fatalf("NewWriter(%v): %v", fields, err)
	}
	w.GroupBytes(limit)
	if compact {
		w.Compact()
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatalf("Write: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	return out.Bytes()
}

// variedBatch returns n rows of columns whose values repeat every few rows, with nulls; few 0 means never.
func variedBatch(r *rand.Rand, n, few int) *column.Batch {
	var when, whole, float, flag, word, list column.Builder
	coded := &column.Column{Kind: column.String, Len: n, Strings: []string{"", "é", "three"}}
	for i := range n {
		k := r.Int64()
		if few > 0 {
			k = int64(i % few)
		}
		coded.Codes = append(coded.Codes, uint32(i%3))
		if r.IntN(9) == 0 {
			for _, b := range []*column.Builder{&when, &whole, &float, &flag, &word, &list} {
				b.Null()
			}
			coded.Nulls = coded.Nulls.Set(i, n)
			continue
		}
		when.Time(k >> 8)
		whole.Int(k)
		float.Float(float64(k) / 7)
		flag.Bool(k&1 != 0)
		word.Text(strings.Repeat("x", int(uint64(k)%11)) + fmt.Sprint(k))
		list.JSON(fmt.Sprintf("[%d]", k))
	}
	return batchOf(when.Column(), whole.Column(), float.Column(), flag.Column(), word.Column(), list.Column(), coded)
}

var variedFields = []Field{
	{"when", column.Timestamp}, {"whole", column.Int64}, {"float", column.Float64}, {"flag", column.Bool},
	{"word", column.String}, {"list", column.JSON}, {"coded", column.String},
}

func TestCompactFilesHoldTheSame(t *testing.T) {
	var names []string
	for _, f := range variedFields {
		names = append(names, f.Name)
	}
	edges := batchOf(columnOf(ms(math.MinInt64), ms(math.MaxInt64)), columnOf(math.MinInt64, int64(math.MaxInt64)),
		columnOf(math.MaxFloat64, -5e-324), columnOf(true, false), columnOf("", strings.Repeat("long", 1<<18)), columnOf(text("{}"), nil), nil)
	for _, tt := range []struct {
		name    string
		batches func(r *rand.Rand) []*column.Batch
	}{
		{"no row", func(*rand.Rand) []*column.Batch { return nil }},
		{"all null", func(*rand.Rand) []*column.Batch { return []*column.Batch{{Len: 3, Columns: make([]*column.Column, 7)}} }},
		{"edges", func(*rand.Rand) []*column.Batch { return []*column.Batch{edges} }},
		{"few values, then many", func(r *rand.Rand) []*column.Batch {
			return []*column.Batch{variedBatch(r, 5000, 10), variedBatch(r, 60_000, 0), variedBatch(r, 60_000, 0), edges, variedBatch(r, 5000, 7)}
		}},
		{"many values, then few", func(r *rand.Rand) []*column.Batch {
			return []*column.Batch{variedBatch(r, 20_000, 0), edges, variedBatch(r, 20_000, 3)}
		}},
		{"nulls, then values", func(r *rand.Rand) []*column.Batch {
			return []*column.Batch{{Len: 1000, Columns: make([]*column.Column, 7)}, variedBatch(r, 9000, 0)}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			batches := tt.batches(rand.New(rand.NewPCG(1, 2)))
			want := rows(t, open(t, sized(t, false, 1<<20, variedFields, batches...)), names...)
			got := rows(t, open(t, sized(t, true, 1<<20, variedFields, batches...)), names...)
			if got != want {
				t.Errorf("rows of a compact file (-want +got):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		})
	}
}

func TestCompactCodesIDsByTheirLetters(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var id column.Builder
	const n = 20_000
	for range n {
		id.Text(fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()))
	}
	data := sized(t, true, rowGroupBytes, []Field{{"id", column.String}}, batchOf(id.Column()))
	if got, want := len(data)/n, 17; got > want {
		t.Errorf("an id of 32 hexadecimal digits takes %d bytes, want at most %d", got, want)
	}
}

func TestDamagedCompactPageIsAnError(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	data := sized(t, true, rowGroupBytes, variedFields, variedBatch(r, 9000, 0))
	for range 50 {
		broken := bytes.Clone(data)
		broken[100+r.IntN(len(data)/2)] ^= byte(1 + r.IntN(255)) // in the pages of the first columns
		if err := readAll(broken); err == nil {
			t.Fatalf("a file with a changed byte in a page is read without error")
		}
	}
}
