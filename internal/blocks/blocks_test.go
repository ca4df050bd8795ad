package blocks

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// written returns a file of n bytes and its sums.
func written(t *testing.T, n int) ([]byte, *Writer) {
	t.Helper()
	var file bytes.Buffer
	w := NewWriter(&file)
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for left := n; left > 0; {
		p := make([]byte, min(left, 1+r.IntN(Bytes*3/2)))
		for i := range p {
			p[i] = byte(r.Uint32())
		}
		if _, err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		left -= len(p)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	length := Bytes
	if n <= FineUpTo {
		length = FineBytes
	}
	if w.Size() != int64(n) || len(w.Sums()) != (n+length-1)/length {
		t.Fatalf("wrote %d bytes: Size() = %d with %d sums", n, w.Size(), len(w.Sums()))
	}
	return file.Bytes(), w
}

func TestReadBack(t *testing.T) {
	for _, n := range []int{0, 1, FineBytes - 1, FineBytes, FineBytes + 1, Bytes, 5*Bytes + 77, FineUpTo, FineUpTo + 1, FineUpTo + 3*Bytes} {
		p, w := written(t, n)
		f := NewFile(bytes.NewReader(p), 1, w.Size(), w.Sums(), NewCache(2*(Bytes+entryBytes)))
		if err := f.Check(); err != nil {
			t.Errorf("%d bytes: Check() = %v, want no error", n, err)
		}
		for _, at := range [][2]int{{0, n}, {n / 2, n}, {0, min(n, 1)}, {max(0, Bytes-2), min(n, Bytes+2)}, {n, n}} {
			if at[0] > at[1] {
				continue
			}
			got := make([]byte, at[1]-at[0])
			if k, err := f.ReadAt(got, int64(at[0])); err != nil || k != len(got) || !bytes.Equal(got, p[at[0]:at[1]]) {
				t.Errorf("%d bytes: ReadAt(%d to %d) = %d, %v, want what was written", n, at[0], at[1], k, err)
			}
		}
		got := make([]byte, 10)
		if k, err := f.ReadAt(got, int64(max(n, 3))-3); n > 3 && (k != 3 || !errors.Is(err, io.EOF)) {
			t.Errorf("%d bytes: ReadAt(3 before the end) = %d, %v, want 3, EOF", n, k, err)
		}
	}
}

func TestDamage(t *testing.T) {
	p, w := written(t, 3*Bytes)
	for _, tt := range []struct {
		name   string
		change func([]byte) []byte
	}{
		{"a bit flipped", func(p []byte) []byte { p[Bytes+5] ^= 4; return p }},
		{"the end cut", func(p []byte) []byte { return p[:2*Bytes-1] }},
		{"two blocks swapped", func(p []byte) []byte {
			return append(append(bytes.Clone(p[2*Bytes:]), p[Bytes:2*Bytes]...), p[:Bytes]...)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFile(bytes.NewReader(tt.change(bytes.Clone(p))), 1, w.Size(), w.Sums(), NewCache(10*Bytes))
			for range 2 { // what is wrong is not cached
				if _, err := f.ReadAt(make([]byte, 3*Bytes), 0); !errors.Is(err, ErrDamaged) {
					t.Errorf("ReadAt = %v, want %v", err, ErrDamaged)
				}
			}
			if err := f.Check(); !errors.Is(err, ErrDamaged) {
				t.Errorf("Check() = %v, want %v", err, ErrDamaged)
			}
		})
	}
}

// A counter counts reads.
type counter struct {
	io.ReaderAt
	n int
}

func (c *counter) ReadAt(p []byte, off int64) (int, error) {
	c.n++
	return c.ReaderAt.ReadAt(p, off)
}

func TestCacheKeepsTheLastUsed(t *testing.T) {
	p, w := written(t, FineUpTo+Bytes)
	file := &counter{ReaderAt: bytes.NewReader(p)}
	f := NewFile(file, 1, w.Size(), w.Sums(), NewCache(2*(Bytes+entryBytes)))
	for _, tt := range []struct{ block, reads int }{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {0, 3}, {1, 4}, {2, 5}} {
		if _, err := f.ReadAt(make([]byte, 1), int64(tt.block)*Bytes); err != nil || file.n != tt.reads {
			t.Errorf("block %d: %d reads, %v, want %d", tt.block, file.n, err, tt.reads)
		}
	}
}

// TestDamageIsSmall damages a small file: only the page is lost in which it is.
func TestDamageIsSmall(t *testing.T) {
	p, w := written(t, 3*FineBytes)
	bad := bytes.Clone(p)
	bad[FineBytes] ^= 1
	f := NewFile(bytes.NewReader(bad), 1, w.Size(), w.Sums(), NewCache(Bytes))
	for block, want := range []error{nil, ErrDamaged, nil} {
		got := make([]byte, FineBytes)
		if _, err := f.ReadAt(got, int64(block)*FineBytes); !errors.Is(err, want) || want == nil && !bytes.Equal(got, p[block*FineBytes:(block+1)*FineBytes]) {
			t.Errorf("ReadAt(block %d) = %v, want %v", block, err, want)
		}
	}
}

// TestSumsOfLongBlocks reads a small file by the sums that an earlier program wrote.
func TestSumsOfLongBlocks(t *testing.T) {
	p, _ := written(t, 2*Bytes+5)
	f := NewFile(bytes.NewReader(p), 1, int64(len(p)), addSums(nil, p, 0, Bytes), NewCache(10*Bytes))
	got := make([]byte, len(p))
	if _, err := f.ReadAt(got, 0); err != nil || !bytes.Equal(got, p) {
		t.Errorf("ReadAt = %v, want what was written", err)
	}
}

// TestSections reads sections over the borders of blocks, twice: the second time from memory, whatever was read of blocks meanwhile.
func TestSections(t *testing.T) {
	p, w := written(t, FineUpTo+Bytes+7)
	file := &counter{ReaderAt: bytes.NewReader(p)}
	f := NewFile(file, 1, w.Size(), w.Sums(), NewCache(2*(Bytes+entryBytes)))
	sections := [][2]int{{0, 1}, {Bytes - 1, 2}, {3, 0}, {Bytes / 2, Bytes}, {len(p) - 9, 9}}
	for range 2 {
		for _, at := range sections {
			got, err := f.Section(int64(at[0]), at[1])
			if err != nil || !bytes.Equal(got, p[at[0]:at[0]+at[1]]) {
				t.Fatalf("Section(%d, %d) = %d bytes, %v, want what was written", at[0], at[1], len(got), err)
			}
		}
		if want := 7; file.n != want {
			t.Errorf("%d reads of blocks, want %d", file.n, want)
		}
		before := file.n
		if err := f.Check(); err != nil {
			t.Fatal(err)
		}
		file.n = before
	}
	for _, at := range [][2]int{{-1, 1}, {len(p), 1}, {len(p) - 1, 2}, {0, -1}} {
		if got, err := f.Section(int64(at[0]), at[1]); err == nil {
			t.Errorf("Section(%d, %d) = %d bytes, want an error", at[0], at[1], len(got))
		}
	}
	bad := bytes.Clone(p)
	bad[Bytes] ^= 1
	f = NewFile(bytes.NewReader(bad), 2, w.Size(), w.Sums(), NewCache(Bytes))
	if _, err := f.Section(Bytes-1, 1); err != nil {
		t.Errorf("Section before what is damaged = %v, want no error", err)
	}
	if _, err := f.Section(Bytes-1, 2); !errors.Is(err, ErrDamaged) {
		t.Errorf("Section(over what is damaged) = %v, want %v", err, ErrDamaged)
	}
}

// TestCacheCountsSmallSections keeps many sections of a few bytes, of a file after the other, as of parts that merge away.
func TestCacheCountsSmallSections(t *testing.T) {
	const limit = 1 << 20
	p, w := written(t, Bytes)
	c := NewCache(limit)
	for number := range uint64(30) {
		f := NewFile(bytes.NewReader(p), number, w.Size(), w.Sums(), c)
		for at := range int64(500) {
			if _, err := f.Section(at, int(at%3)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, want := len(c.sections.mu.found), limit/entryBytes; n > want || n < want/2 {
		t.Errorf("a cache of %d bytes has %d sections of up to 2, want %d at most and half of that at least", limit, n, want)
	}
}
