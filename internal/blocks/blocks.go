// Package blocks writes and reads files in blocks with checksums, so that bytes which are not those that were written are never
// taken for them. The checksums are kept by others, apart from the file, and so is what the bytes mean.
package blocks

import (
	"bufio"
	"container/list"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// Bytes is how much of a file has one checksum, and is read at once: little enough for a page of one stream, enough that
// the sums of 1 TB, all in memory, take 32 MB.
const Bytes = 128 << 10

// A file of up to FineUpTo bytes has blocks of FineBytes, the unit in which disks lose bytes: else one bad page of a small file would
// take all of it.
const (
	FineBytes = 4 << 10
	FineUpTo  = 1 << 20
)

// castagnoli is CRC-32C, which processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ErrDamaged marks bytes that are not those that were written.
var ErrDamaged = errors.New("checksum differs from what was written")

// A Writer writes a file from its start and sums its blocks. It is used by one goroutine at a time.
type Writer struct {
	buffer *bufio.Writer // of one block, so that each is summed at once
	sums   summer
}

// NewWriter returns a Writer to file.
func NewWriter(file io.Writer) *Writer {
	w := &Writer{sums: summer{file: file}}
	w.buffer = bufio.NewWriterSize(&w.sums, Bytes)
	return w
}

// Write implements io.Writer. What it gets may wait in a buffer.
func (w *Writer) Write(p []byte) (int, error) { return w.buffer.Write(p) }

// Flush writes what waits. Then Size and Sums tell all.
func (w *Writer) Flush() error { return w.buffer.Flush() }

// Size returns how many bytes were written.
func (w *Writer) Size() int64 { return w.sums.size }

// Sums returns the CRC-32C of each block that was written; the last one may be short.
func (w *Writer) Sums() []uint32 {
	if w.sums.size <= FineUpTo {
		return w.sums.fine
	}
	return w.sums.sums
}

// A summer is what a Writer has behind its buffer.
type summer struct {
	file io.Writer
	size int64
	sums []uint32 // of blocks of Bytes
	fine []uint32 // of blocks of FineBytes, as long as there may be no others
}

func (w *summer) Write(p []byte) (int, error) {
	w.sums = addSums(w.sums, p, w.size, Bytes)
	if w.size <= FineUpTo {
		w.fine = addSums(w.fine, p, w.size, FineBytes)
	}
	w.size += int64(len(p))
	return w.file.Write(p)
}

// addSums adds bytes, which stand in the file behind those before, to the sums of blocks of a length.
func addSums(sums []uint32, p []byte, before int64, length int) []uint32 {
	for at := int(before % int64(length)); len(p) > 0; at = 0 {
		if at == 0 {
			sums = append(sums, 0)
		}
		n := min(len(p), length-at)
		last := len(sums) - 1
		sums[last] = crc32.Update(sums[last], castagnoli, p[:n])
		p = p[n:]
	}
	return sums
}

// A File reads a file through its checksums. It is safe for concurrent use.
type File struct {
	file   io.ReaderAt
	number uint64
	size   int64
	sums   []uint32
	length int64 // of a block
	cache  *Cache
}

// NewFile returns a File of size bytes with these sums, of blocks of FineBytes or Bytes: there are as many as tells which. The
// number tells it from others in the cache.
func NewFile(file io.ReaderAt, number uint64, size int64, sums []uint32, cache *Cache) *File {
	f := &File{file, number, size, sums, Bytes, cache}
	if int64(len(sums)) == (size+FineBytes-1)/FineBytes {
		f.length = FineBytes
	}
	return f
}

// Size returns how many bytes were written.
func (f *File) Size() int64 { return f.size }

// Check reads all blocks. It fails with the first error.
func (f *File) Check() error {
	for i := range f.sums {
		if _, err := f.block(i); err != nil {
			return err
		}
	}
	return nil
}

// ReadAt implements io.ReaderAt. It fails with ErrDamaged if the bytes are not those that were written.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		at := off + int64(done)
		if at >= f.size {
			return done, io.EOF
		}
		block, err := f.block(int(at / f.length))
		if err != nil {
			return done, err
		}
		done += copy(p[done:], block[at%f.length:])
	}
	return done, nil
}

// Section returns n bytes that stand at off, and keeps them apart from blocks: who asks for few bytes in many places often has them without
// all that stands around them. They are not to be modified.
func (f *File) Section(off int64, n int) ([]byte, error) {
	key := place{f.number, off}
	if p := f.cache.sections.get(key); p != nil && len(p) == n {
		return p, nil
	}
	if off < 0 || n < 0 || off > f.size-int64(n) {
		return nil, fmt.Errorf("%d bytes at %d of a file of %d: %w", n, off, f.size, io.ErrUnexpectedEOF)
	}
	p := make([]byte, 0, n)
	for len(p) < n {
		at := off + int64(len(p))
		block, err := f.known(at / f.length)
		if err != nil {
			return nil, err
		}
		block = block[at%f.length:]
		p = append(p, block[:min(len(block), n-len(p))]...)
	}
	f.cache.sections.put(key, p)
	return p, nil
}

// block returns a block that is right, and keeps it. It is not to be modified.
func (f *File) block(i int) ([]byte, error) {
	key := place{f.number, int64(i)}
	if p := f.cache.blocks.get(key); p != nil {
		return p, nil
	}
	p, err := f.read(i)
	if err == nil {
		f.cache.blocks.put(key, p)
	}
	return p, err
}

// known returns a block that is right, and does not keep it.
func (f *File) known(i int64) ([]byte, error) {
	if p := f.cache.blocks.get(place{f.number, i}); p != nil {
		return p, nil
	}
	return f.read(int(i))
}

// read reads a block.
func (f *File) read(i int) ([]byte, error) {
	start := int64(i) * f.length
	p := make([]byte, min(f.length, f.size-start))
	if i >= len(f.sums) {
		return nil, fmt.Errorf("block %d of %d", i, len(f.sums))
	}
	if n, err := f.file.ReadAt(p, start); n < len(p) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: the file ends at %d of %d bytes", ErrDamaged, start+int64(n), f.size)
		}
		return nil, fmt.Errorf("block %d: %w", i, err)
	}
	if got := crc32.Checksum(p, castagnoli); got != f.sums[i] {
		return nil, fmt.Errorf("block %d: %w: got %08x, want %08x", i, ErrDamaged, got, f.sums[i])
	}
	return p, nil
}

// A Cache keeps the blocks and the sections that were used last; those of files that are gone until others take their room. It is safe for
// concurrent use.
type Cache struct {
	blocks, sections *lastUsed
}

// NewCache returns a Cache of up to limit bytes of blocks, and as many of sections.
func NewCache(limit int64) *Cache { return &Cache{newLastUsed(limit), newLastUsed(limit)} }

// A place names a block of a file by its number, or a section by where it begins.
type place struct {
	file uint64
	at   int64
}

// A lastUsed keeps the bytes that were used last.
type lastUsed struct {
	limit int64 // bytes

	mu struct {
		sync.Mutex
		bytes int64
		used  *list.List // of *cached, the last used in front
		found map[place]*list.Element
	}
}

type cached struct {
	key place
	p   []byte
}

// entryBytes is about what a cached takes besides its bytes: itself, where it is in the list, and what finds it.
const entryBytes = 160

func (c *cached) size() int64 { return int64(len(c.p)) + entryBytes }

func newLastUsed(limit int64) *lastUsed {
	c := &lastUsed{limit: limit}
	c.mu.used = list.New()
	c.mu.found = map[place]*list.Element{}
	return c
}

// get returns the bytes of a place, nil if they are not there.
func (c *lastUsed) get(key place) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.mu.found[key]
	if at == nil {
		return nil
	}
	c.mu.used.MoveToFront(at)
	return at.Value.(*cached).p
}

// put keeps the bytes of a place, and gives up those that nobody has used for longest.
func (c *lastUsed) put(key place, p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.found[key] != nil {
		return // another reader was faster
	}
	b := &cached{key, p}
	c.mu.found[key] = c.mu.used.PushFront(b)
	c.mu.bytes += b.size()
	for c.mu.bytes > c.limit {
		last := c.mu.used.Back()
		b := c.mu.used.Remove(last).(*cached)
		delete(c.mu.found, b.key)
		c.mu.bytes -= b.size()
	}
}
