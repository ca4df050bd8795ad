package lookup

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func tableOf(tb testing.TB, columns []string, rows [][]string) *Table {
	tb.Helper()
	b := NewBuilder(columns, 0, 0)
	for _, row := range rows {
		if err := b.Add(row); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Table()
}

func TestBuilderRefusesRowsOfOtherLength(t *testing.T) {
	b := NewBuilder([]string{"a", "b"}, 0, 0)
	for _, row := range [][]string{nil, {"1"}, {"1", "2", "3"}} {
		if err := b.Add(row); err == nil {
			t.Errorf("Add(%q) to a table of two columns = nil, want an error", row)
		}
	}
	if got := b.Table().Len(); got != 0 {
		t.Errorf("Len() = %d, want 0", got)
	}
}

// TestTextsFindWhatALoopFinds looks for texts in tables of every size around those at which an index grows.
func TestTextsFindWhatALoopFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 47, 48, 49, 50, 96, 97, 1000} {
		var rows [][]string
		for range n {
			rows = append(rows, []string{fmt.Sprint(r.IntN(n)), "x", strings.Repeat("ä", r.IntN(3))})
		}
		table := tableOf(t, []string{"id", "same", "text"}, rows)
		for _, columns := range [][]int{{0}, {2}, {0, 2}, {2, 0}, {1}} {
			x := table.Texts(columns)
			for range 200 {
				texts := make([]string, len(columns))
				for i, c := range columns {
					texts[i] = []string{fmt.Sprint(r.IntN(n + 2)), "x", strings.Repeat("ä", r.IntN(4))}[c]
				}
				if got, want := x.Find(texts), first(rows, columns, texts); got != want {
					t.Fatalf("Texts(%v).Find(%q) in %d rows = %d, want %d", columns, texts, n, got, want)
				}
			}
		}
	}
}

// first returns the first row that has texts in columns.
func first(rows [][]string, columns []int, texts []string) int {
	for at, row := range rows {
		same := true
		for i, c := range columns {
			same = same && row[c] == texts[i]
		}
		if same {
			return at
		}
	}
	return -1
}

// TestTextsTellWhereATextEnds has rows whose texts are the same when they are put together.
func TestTextsTellWhereATextEnds(t *testing.T) {
	x := tableOf(t, []string{"a", "b"}, [][]string{{"ab", "c"}, {"a", "bc"}, {"", "abc"}}).Texts([]int{0, 1})
	for want, texts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"", "abc"}} {
		if got := x.Find(texts); got != want {
			t.Errorf("Find(%q) = %d, want %d", texts, got, want)
		}
	}
	if got := x.Find([]string{"abc", ""}); got != -1 {
		t.Errorf("Find(abc, nothing) = %d, want -1", got)
	}
}

func TestNetworks(t *testing.T) {
	table := tableOf(t, []string{"name", "net"}, [][]string{
		{"ten", "10.0.0.0/8"}, {"bad", "no net"}, {"narrow", "10.1.2.3/16"}, {"again", "10.1.0.0/16"}, {"host", "10.1.2.3"}, {"mapped", "::ffff:192.0.2.0/120"},
	})
	if got := table.NetworkColumn(); got != 1 {
		t.Errorf("NetworkColumn() = %d, want 1", got)
	}
	for address, want := range map[string]int{"10.9.9.9": 0, "10.1.9.9": 2, " 10.1.2.3": 4, "192.0.2.7": 5, "11.0.0.1": -1, "": -1, "no net": -1} {
		if got := table.Networks(1).Find(address); got != want {
			t.Errorf("Find(%q) = %d, want %d", address, got, want)
		}
	}
	if got := New([]string{"a"}).NetworkColumn(); got != 0 {
		t.Errorf("NetworkColumn() of no rows = %d, want 0", got)
	}
}

// TestIndexesAreShared asks for indexes at once: the table keeps the first few, and counts what they hold.
func TestIndexesAreShared(t *testing.T) {
	var rows [][]string
	for i := range 100 {
		rows = append(rows, []string{fmt.Sprint(i), fmt.Sprint(i % 7), "10.0.0.0/8"})
	}
	table := tableOf(t, []string{"a", "b", "net"}, rows)
	var wg sync.WaitGroup
	found := make([]*Texts, 8)
	for i := range found {
		wg.Go(func() {
			found[i] = table.Texts([]int{0})
			table.Networks(2)
		})
	}
	wg.Wait()
	for _, x := range found {
		if x != found[0] {
			t.Fatal("Texts([0]) made two indexes")
		}
	}
	if got, want := table.Held()-table.Size(), found[0].Size()+table.Networks(2).Size(); got != want {
		t.Errorf("the indexes hold %d bytes, want %d", got, want)
	}
	for _, columns := range [][]int{{1}, {0, 1}, {1, 0}, {0, 0}, {1, 1}, {0, 1, 0}} {
		table.Texts(columns)
	}
	if got := len(table.mu.texts); got != maxIndexes {
		t.Errorf("the table keeps %d indexes, want %d", got, maxIndexes)
	}
}

// TestTinyRowsAreCompact has the worst that fits into 10 MiB of CSV for each of texts and index.
func TestTinyRowsAreCompact(t *testing.T) {
	const n = 1 << 18
	b := NewBuilder([]string{"k"}, n, n)
	for i := range n {
		if err := b.Add([]string{string(rune('a' + i%26))}); err != nil {
			t.Fatal(err)
		}
	}
	table := b.Table()
	if got := table.Size(); got > 5*n+64 {
		t.Errorf("Size() of %d rows of a letter = %d, want at most %d", n, got, 5*n+64)
	}
	if got := table.Texts([]int{0}).Size(); got != 4*firstSlots {
		t.Errorf("the index of 26 texts has %d bytes, want %d", got, 4*firstSlots)
	}
	b = NewBuilder([]string{"k"}, n, 4*n)
	for i := range n {
		if err := b.Add([]string{fmt.Sprintf("%04x", i)}); err != nil {
			t.Fatal(err)
		}
	}
	table = b.Table()
	if got := table.Texts([]int{0}).Size(); got > 11*n {
		t.Errorf("the index of %d texts has %d bytes, want at most %d", n, got, 11*n)
	}
}

func BenchmarkTexts(b *testing.B) {
	const n = 1 << 18
	rows := NewBuilder([]string{"k"}, n, 4*n)
	for i := range n {
		if err := rows.Add([]string{fmt.Sprintf("%05x", i)}); err != nil {
			b.Fatal(err)
		}
	}
	table := rows.Table()
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(5 * n)
		for b.Loop() {
			x := &Texts{table: table, columns: []int{0}}
			x.build()
		}
	})
	b.Run("find", func(b *testing.B) {
		x := table.Texts([]int{0})
		b.ReportAllocs()
		b.SetBytes(5)
		i := 0
		for b.Loop() {
			row := x.Find([]string{table.Cell(i%n, 0)})
			if row != i%n {
				b.Fatalf("Find = %d, want %d", row, i%n)
			}
			i += 7919
		}
	})
}
