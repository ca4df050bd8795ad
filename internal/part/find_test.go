package part

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/groundwatch/groundwatch/column"
)

// findFile returns a file with UUIDs in every row, UUIDs with nulls, texts with nulls and many equal ones between them, and texts with
// a dictionary, of several pages in two row groups; and its columns.
func findFile(t testing.TB, n int) ([]byte, []*column.Column) {
	t.Helper()
	r := rand.New(rand.NewPCG(9, 10))
	cols := make([]column.Builder, 4)
	for i := range n {
		cols[0].Text(randomUUID(r))
		cols[3].Text([]string{"a", "b"}[i%2])
		if r.IntN(4) == 0 {
			cols[1].Null()
			cols[2].Null()
			continue
		}
		cols[1].Text(randomUUID(r))
		if i%3 == 0 {
			cols[2].Text("-")
			continue
		}
		cols[2].Text(fmt.Sprintf("t%d", r.IntN(n)))
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, []Field{{"id", column.String}, {"gaps", column.String}, {"text", column.String}, {"few", column.String}})
	if err != nil {
		t.Fatal(err)
	}
	w.Compact()
	w.UUIDs("id", "gaps")
	w.Required("id")
	b := &column.Batch{Len: n}
	for i := range cols {
		b.Columns = append(b.Columns, cols[i].Column())
	}
	fill(t, w, b, b)
	return out.Bytes(), b.Columns
}

// TestFind looks for texts in stretches of columns, and reads some of what was passed over.
func TestFind(t *testing.T) {
	const n = 40_000
	file, cols := findFile(t, n)
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(11, 12))
	names := []string{"id", "gaps", "text", "few", "absent"}
	for round := range 60 {
		s := r.Stretch(round%2, names)
		i := round % 3
		text := func() string {
			for {
				if row := random.IntN(n); !cols[i].IsNull(row) {
					return cols[i].Str(row)
				}
			}
		}
		texts := []string{text(), "no such", text(), randomUUID(random)}[:1+round%4]
		for at := random.IntN(n / 2); at < n; at += random.IntN(3 * BatchRows) {
			size := min(1+random.IntN(BatchRows), n-at)
			var want []int32
			for k := range size {
				if !cols[i].IsNull(at+k) && slices.Contains(texts, cols[i].Str(at+k)) {
					want = append(want, int32(k))
				}
			}
			got, ok, err := s.Find(i, int64(at), size, texts)
			if err != nil || !ok || !slices.Equal(got, want) {
				t.Fatalf("round %d: Find(%s, %d, %d, %q) = %v, %t, %v, want %v", round, names[i], at, size, texts, got, ok, err, want)
			}
			for _, k := range got[:min(1, len(got))] {
				c, err := s.Read(i, int64(at)+int64(k), 1)
				if err != nil || !slices.Contains(texts, c.Str(0)) {
					t.Fatalf("round %d: Read(%s, %d) = %v, %v, want one of %q", round, names[i], at+int(k), c, err, texts)
				}
			}
			at += size
		}
		s.Close()
	}
}

func TestFindLeavesToOthers(t *testing.T) {
	const n = 1000
	file, _ := findFile(t, n)
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		texts int
		from  int64
		rows  int
		want  bool
	}{
		{"id", maxWanted, 0, n, true},
		{"id", maxWanted + 1, 0, n, false},
		{"id", 0, 0, n, true},
		{"few", 1, 0, n, false},
		{"absent", 1, 0, n, false},
		{"id", 1, 1, n, false},
		{"id", 1, 99, n, false}, // these were looked at
	} {
		s := r.Stretch(0, []string{tt.name})
		if tt.from == 99 {
			if _, _, err := s.Find(0, 0, 100, []string{"x", randomUUID(rand.New(rand.NewPCG(1, 1)))}); err != nil {
				t.Fatal(err)
			}
			tt.rows = 1
		}
		texts := make([]string, tt.texts)
		for i := range texts {
			texts[i] = fmt.Sprintf("00000000-0000-0000-0000-%012x", i)
		}
		if rows, ok, err := s.Find(0, tt.from, tt.rows, texts); ok != tt.want || err != nil || len(rows) > 0 {
			t.Errorf("Find(%s, %d, %d) of %d texts = %v, %t, %v, want none, %t", tt.name, tt.from, tt.rows, tt.texts, rows, ok, err, tt.want)
		}
		s.Close()
	}
}

// BenchmarkFind looks for one id in all rows of a row group, and compares with texts made of them.
func BenchmarkFind(b *testing.B) {
	const n = 40_000
	file, cols := findFile(b, n)
	r, err := Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		b.Fatal(err)
	}
	texts := []string{cols[0].Str(n / 2)}
	b.Run("many", func(b *testing.B) { // a text that a quarter of the rows have, between nulls
		b.ReportAllocs()
		for b.Loop() {
			s := r.Stretch(0, []string{"text"})
			for at := 0; at < n; at += BatchRows {
				if found, ok, err := s.Find(0, int64(at), min(BatchRows, n-at), []string{"-"}); err != nil || !ok || len(found) == 0 {
					b.Fatal(len(found), ok, err)
				}
			}
			s.Close()
		}
	})
	each := func(b *testing.B, look func(s *Stretch, at int64, rows int) int) {
		b.SetBytes(n * uuidBytes)
		b.ReportAllocs()
		for b.Loop() {
			s := r.Stretch(0, []string{"id"})
			found := 0
			for at := 0; at < n; at += BatchRows {
				found += look(s, int64(at), min(BatchRows, n-at))
			}
			if s.Close(); found != 1 {
				b.Fatalf("found %d rows, want 1", found)
			}
		}
	}
	b.Run("bytes", func(b *testing.B) {
		each(b, func(s *Stretch, at int64, rows int) int {
			found, ok, err := s.Find(0, at, rows, texts)
			if err != nil || !ok {
				b.Fatal(ok, err)
			}
			return len(found)
		})
	})
	b.Run("texts", func(b *testing.B) {
		each(b, func(s *Stretch, at int64, rows int) (found int) {
			c, err := s.Read(0, at, rows)
			if err != nil {
				b.Fatal(err)
			}
			for _, text := range c.Strings {
				if text == texts[0] {
					found++
				}
			}
			return found
		})
	})
}
