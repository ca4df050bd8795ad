package needle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// everyWay returns the positions of the text that each way to search finds, for one that may be searched so.
func everyWay(text string, data []byte, i int) map[string]int {
	n := New(text)
	found := map[string]int{"Index": n.Index(data, i)}
	for rare := range text {
		found[fmt.Sprintf("byByte %d", rare)] = (&Needle{text: []byte(text), rare: rare}).byByte(data, i)
		if rare > 0 {
			found[fmt.Sprintf("byPair %d", rare-1)] = (&Needle{text: []byte(text), rare: rare - 1}).byPair(data, i)
		}
	}
	return found
}

// plainIndex is Index as it is defined.
func plainIndex(text string, data []byte, i int) int {
	if j := bytes.Index(data[i:], []byte(text)); j >= 0 {
		return i + j
	}
	return len(data)
}

func checkIndex(t *testing.T, text string, data []byte, i int) {
	t.Helper()
	want := plainIndex(text, data, i)
	for way, got := range everyWay(text, data, i) {
		if got != want {
			t.Fatalf("%s of %q in %q from %d: got %d, want %d", way, text, data, i, got, want)
		}
	}
}

// TestIndexAtEveryPlace puts the text at each place of texts of each length around the widths of the search.
func TestIndexAtEveryPlace(t *testing.T) {
	const text = `"err"`
	for _, size := range []int{0, 1, 4, 5, 6, 31, 32, 33, 34, 35, 64, 65, 66, 96, 97, 127, 128, 129, 130, 160, 161, 162, 257, 300} {
		for at := -1; at+len(text) <= size; at++ {
			data := []byte(strings.Repeat(`"e`, size)[:size])
			if at >= 0 {
				copy(data[at:], text)
			}
			for _, i := range []int{0, at, at + 1, size} {
				if i >= 0 && i <= size {
					checkIndex(t, text, data, i)
				}
			}
		}
	}
}

// TestIndexLooksAtNothingBeyond checks that what stands behind the text in memory is not found.
func TestIndexLooksAtNothingBeyond(t *testing.T) {
	data := []byte(strings.Repeat("x", 200) + "needle")
	for size := range len(data) {
		checkIndex(t, "needle", data[:size:size], 0)
		checkIndex(t, "needle", data[:size], size/2)
	}
}

func TestIndexInRandomText(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	for range 3000 {
		data := make([]byte, r.IntN(600))
		for i := range data {
			data[i] = "abc\xff"[r.IntN(2+r.IntN(3))]
		}
		text := make([]byte, 1+r.IntN(5))
		for i := range text {
			text[i] = "abc\xff"[r.IntN(4)]
		}
		checkIndex(t, string(text), data, r.IntN(len(data)+1))
	}
}

// TestMarks marks texts of every length around whole words in memory that is not clean.
func TestMarks(t *testing.T) {
	const seed = 12
	r := rand.New(rand.NewPCG(seed, 0))
	for size := range 330 {
		b := make([]byte, size)
		for i := range b {
			b[i] = "ab\"\xa2\x00"[r.IntN(5)]
		}
		for _, c := range []byte{'"', 'x', 0, 0xa2} {
			dst := make([]uint64, size/64+2)
			for i := range dst {
				dst[i] = ^uint64(0)
			}
			Marks(dst, b, c)
			for i := range (size+63)/64*64 + 64 {
				got, want := dst[i/64]>>(i%64)&1 != 0, i < size && b[i] == c
				if got != want {
					t.Fatalf("Marks of %q in %q: bit %d = %v, want %v", c, b, i, got, want)
				}
			}
			for i := 0; i < size; i += 64 {
				if got, want := shortMarks(b[i:min(i+64, size)], c), dst[i/64]; got != want {
					t.Fatalf("shortMarks of %q in %q from %d: got %x, want %x", c, b, i, got, want)
				}
			}
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add("error", []byte(strings.Repeat(`{"level":"info"}`, 20)+`"error"`), uint16(3))
	f.Add("", []byte("abc"), uint16(1))
	f.Fuzz(func(t *testing.T, text string, data []byte, i uint16) {
		if int(i) <= len(data) {
			checkIndex(t, text, data, int(i))
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	data := []byte(strings.Repeat(`{"time":"2026-01-05T00:00:00.000Z","level":"info","msg":"profile read","service":"users-api"}`+"\n", 2000))
	for _, text := range []string{`"error"`, "timeout", "Z"} {
		b.Run(text, func(b *testing.B) {
			n := New(text)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				n.Index(data, 0)
			}
		})
	}
}
