package part

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

func TestBounds(t *testing.T) {
	x63, x64 := strings.Repeat("x", 63), strings.Repeat("x", 64)
	top := string(rune(0x10FFFF))
	for _, tt := range []struct{ name, text, lower, upper string }{
		{"the empty text", "", "", ""},
		{"as long as may be", x64, x64, x64},
		{"one byte more", x64 + "x", x64, x63 + "y"},
		{"a character across the end", x63 + "é", x63, strings.Repeat("x", 62) + "y"},
		{"a character before the end", x63[:62] + "éz", x63[:62] + "é", x63[:62] + "ê"},
		{"a character that grows", x63 + "\x7fz", x63 + "\x7f", x63 + "\u0080"},
		{"the character before the surrogates", x63[:61] + "\uD7FFz", x63[:61] + "\uD7FF", x63[:61] + "\uE000"},
		{"the last character is not raised", x63[:60] + top + "z", x63[:60] + top, x63[:59] + "y"},
		{"nothing can be raised", strings.Repeat(top, 16) + "z", strings.Repeat(top, 16), "\xff"},
	} {
		if got := string(lowerBound([]byte(tt.text))); got != tt.lower {
			t.Errorf("%s: lowerBound(%q) = %q, want %q", tt.name, tt.text, got, tt.lower)
		}
		if got := string(upperBound([]byte(tt.text))); got != tt.upper {
			t.Errorf("%s: upperBound(%q) = %q, want %q", tt.name, tt.text, got, tt.upper)
		}
		if tt.lower > tt.text || tt.upper < tt.text {
			t.Errorf("%s: %q is not between %q and %q", tt.name, tt.text, tt.lower, tt.upper)
		}
	}
}

// noise returns text of n bytes that does not shrink.
func noise(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = ' ' + byte(r.IntN(90))
	}
	return string(b)
}

// TestLongTextsStandInAFileOnce checks that neither page headers nor the footer repeat long texts, whatever
// becomes of the column's dictionary, and that the bounds are right.
func TestLongTextsStandInAFileOnce(t *testing.T) {
	many := make([]any, 200)
	for i := range many {
		many[i] = noise(uint64(i), 20_000)
	}
	distinct := make([]any, sampleRows)
	for i := range distinct {
		distinct[i] = fmt.Sprint(i, strings.Repeat("-", 5000))
	}
	for _, tt := range []struct {
		name   string
		values []any
		over   int // bytes that the file may have beside the first values
	}{
		{"one very long text", []any{"a", noise(1, 3<<20), "z"}, 8_000},
		{"a dictionary that is given up", many, 50_000},
		{"plain from the start", distinct, 60_000},
		{"a dictionary that lasts", []any{noise(1, 5000), noise(2, 5000), noise(1, 5000)}, 4_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := columnOf(tt.values...)
			half := tt.values[:len(tt.values)/2+1] // a row group of its own, after a dictionary was given up
			data := groups(t, batchOf(c), batchOf(columnOf(half...)))
			var want strings.Builder
			total := 0
			for _, v := range slices.Concat(tt.values, half) {
				total += len(v.(string))
				want.WriteString("string " + v.(string) + "\n")
			}
			if rows(t, open(t, data), "s") != want.String() {
				t.Error("the texts do not come back")
			}
			if len(data) > total+tt.over {
				t.Errorf("file of %d bytes for %d of text, want %d more at most", len(data), total, tt.over)
			}
			checkBounds(t, data, tt.values, half)
		})
	}
}

// groups returns a file of one column in which each batch is a row group.
func groups(t *testing.T, batches ...*column.Batch) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, []Field{{"s", column.String}})
	if err != nil {
		t.Fatal(err)
	}
	w.limit = 1
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// checkBounds checks the bounds of the only column of a file with these values in its row groups.
func checkBounds(t *testing.T, data []byte, values ...[]any) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(f.Metadata().RowGroups); got != len(values) {
		t.Fatalf("file of %d row groups, want %d", got, len(values))
	}
	for i, g := range f.Metadata().RowGroups {
		s := g.Columns[0].MetaData.Statistics
		if len(s.MinValue) == 0 || len(s.MinValue) > maxBound+1 || len(s.MaxValue) == 0 || len(s.MaxValue) > maxBound+1 {
			t.Errorf("row group %d: bounds of %d and %d bytes, want 1 to %d", i, len(s.MinValue), len(s.MaxValue), maxBound+1)
		}
		for _, v := range values[i] {
			if v := v.(string); v < string(s.MinValue) || v > string(s.MaxValue) {
				t.Fatalf("row group %d: %.20q is not between %q and %q", i, v, s.MinValue, s.MaxValue)
			}
		}
	}
	for i, x := range f.ColumnIndexes() {
		for k := range x.MinValues {
			if len(x.MinValues[k]) > maxBound+1 || len(x.MaxValues[k]) > maxBound+1 || string(x.MinValues[k]) > string(x.MaxValues[k]) {
				t.Errorf("column index %d, page %d: from %.80q to %.80q", i, k, x.MinValues[k], x.MaxValues[k])
			}
		}
	}
}
