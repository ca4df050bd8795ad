package embedded

import (
	"bufio"
	"container/list"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/groundwatch/groundwatch/internal/vfs"
)

// blockBytes is how much of a part has one checksum, and is read at once: little enough for a page of one stream, enough that
// the sums of 1 TB, all in memory, take 32 MB.
const blockBytes = 128 << 10

// castagnoli is CRC-32C, which processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged marks bytes that are not those that were written.
var errDamaged = errors.New("checksum differs from what was written")

// A sumWriter writes a file from its start and sums its blocks.
type sumWriter struct {
	file io.Writer
	size int64
	sums []uint32
}

// newSumWriter returns a sumWriter behind a buffer of one block, so that each block is summed at once.
func newSumWriter(file io.Writer) (*sumWriter, *bufio.Writer) {
	w := &sumWriter{file: file}
	return w, bufio.NewWriterSize(w, blockBytes)
}

func (w *sumWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		at := int(w.size % blockBytes)
		if at == 0 {
			w.sums = append(w.sums, 0)
		}
		n := min(len(rest), blockBytes-at)
		last := len(w.sums) - 1
		w.sums[last] = crc32.Update(w.sums[last], castagnoli, rest[:n])
		w.size += int64(n)
		rest = rest[n:]
	}
	return w.file.Write(p)
}

// A blockFile reads a part's file through its checksums. It is safe for concurrent use.
type blockFile struct {
	file   vfs.File
	number uint64 // of the part
	size   int64
	sums   []uint32
	cache  *blockCache
}

// ReadAt implements io.ReaderAt. It fails with errDamaged if the bytes are not those that were written.
func (f *blockFile) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		at := off + int64(done)
		if at >= f.size {
			return done, io.EOF
		}
		block, err := f.block(int(at / blockBytes))
		if err != nil {
			return done, err
		}
		done += copy(p[done:], block[at%blockBytes:])
	}
	return done, nil
}

// block returns a block that is right. It is not to be modified.
func (f *blockFile) block(i int) ([]byte, error) {
	key := blockKey{f.number, i}
	if p := f.cache.get(key); p != nil {
		return p, nil
	}
	p := make([]byte, min(blockBytes, f.size-int64(i)*blockBytes))
	if n, err := f.file.ReadAt(p, int64(i)*blockBytes); n < len(p) {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: the file ends at %d of %d bytes", errDamaged, int64(i)*blockBytes+int64(n), f.size)
		}
		return nil, fmt.Errorf("block %d: %w", i, err)
	}
	if got := crc32.Checksum(p, castagnoli); got != f.sums[i] {
		return nil, fmt.Errorf("block %d: %w: got %08x, want %08x", i, errDamaged, got, f.sums[i])
	}
	f.cache.put(key, p)
	return p, nil
}

// A blockKey names a block of a part.
type blockKey struct {
	part  uint64
	block int
}

// A blockCache keeps the blocks that were used last. It is safe for concurrent use.
type blockCache struct {
	limit int64 // bytes

	mu struct {
		sync.Mutex
		bytes int64
		used  *list.List // of *cachedBlock, the last used in front
		found map[blockKey]*list.Element
	}
}

type cachedBlock struct {
	key blockKey
	p   []byte
}

func newBlockCache(limit int64) *blockCache {
	c := &blockCache{limit: limit}
	c.mu.used = list.New()
	c.mu.found = map[blockKey]*list.Element{}
	return c
}

// get returns a block, nil if it is not there.
func (c *blockCache) get(key blockKey) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.mu.found[key]
	if at == nil {
		return nil
	}
	c.mu.used.MoveToFront(at)
	return at.Value.(*cachedBlock).p
}

// put keeps a block, and gives up those that nobody has used for longest.
func (c *blockCache) put(key blockKey, p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.found[key] != nil {
		return // another reader was faster
	}
	c.mu.found[key] = c.mu.used.PushFront(&cachedBlock{key, p})
	c.mu.bytes += int64(len(p))
	for c.mu.bytes > c.limit {
		last := c.mu.used.Back()
		b := c.mu.used.Remove(last).(*cachedBlock)
		delete(c.mu.found, b.key)
		c.mu.bytes -= int64(len(b.p))
	}
}
