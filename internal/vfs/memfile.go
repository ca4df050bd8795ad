package vfs

import (
	"io"
	"io/fs"
	"math"
	"slices"
)

// content is a file's bytes, and what a power loss may do to them. Bytes once written are never changed in place, so
// slices of them can be shared between versions.
type content struct {
	data   []byte
	synced []byte           // data at the last Sync that succeeded
	floor  int64            // data and synced are equal before it
	dirty  int64            // where the first byte was that changed since the last Sync, failed or not; noByte if none
	ends   []int64          // where writes since the last successful Sync ended
	doomed map[int64][]byte // by number, blocks that a failed Sync gave up, as the disk may still have them
}

// noByte is dirty when nothing is.
const noByte = math.MaxInt64

// blockBytes is the unit in which systems write a file: a page. sectorBytes is what a disk writes whole.
const (
	blockBytes  = 4096
	sectorBytes = 512
)

func (c *content) write(p []byte) {
	c.touch(int64(len(c.data)))
	c.data = append(c.data, p...)
	c.ends = append(c.ends, int64(len(c.data)))
}

// touch notes that bytes change from at on.
func (c *content) touch(at int64) {
	c.dirty = min(c.dirty, at)
	c.floor = min(c.floor, at)
}

func (c *content) truncate(size int64) {
	n := min(size, int64(len(c.data)))
	c.touch(n)
	grown := make([]byte, size) // a new array: synced may share the old one
	copy(grown, c.data[:n])
	c.data = grown
}

func (c *content) sync() {
	for block := range c.doomed {
		if (block+1)*blockBytes > c.dirty {
			delete(c.doomed, block) // written once more, as a whole
		}
	}
	c.settle()
}

// settle makes the data what the disk has.
func (c *content) settle() {
	c.synced = c.data[:len(c.data):len(c.data)]
	c.floor, c.dirty, c.ends = int64(len(c.data)), noByte, nil
}

// forget is what systems do after they could not write: they drop the changes from what is yet to be
// written, and the next Sync finds nothing to do.
func (c *content) forget() {
	if c.dirty == noByte {
		return
	}
	if c.doomed == nil {
		c.doomed = map[int64][]byte{}
	}
	for block := c.dirty / blockBytes; block*blockBytes < int64(len(c.data)); block++ {
		if _, ok := c.doomed[block]; !ok {
			c.doomed[block] = slices.Clone(part(c.synced, block))
		}
	}
	c.dirty = noByte
}

// part returns the bytes of data that lie in a block.
func part(data []byte, block int64) []byte {
	from := min(block*blockBytes, int64(len(data)))
	return data[from:min(from+blockBytes, int64(len(data)))]
}

// A memFile is an open file of a tree.
type memFile struct {
	tree   *tree
	node   *node
	name   string
	closed bool // under tree.mu
}

// lock takes the tree's lock unless the file is closed.
func (f *memFile) lock(act string) error {
	f.tree.mu.Lock()
	if f.closed {
		f.tree.mu.Unlock()
		return &fs.PathError{Op: act, Path: f.name, Err: fs.ErrClosed}
	}
	return nil
}

func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.lock("read"); err != nil {
		return 0, err
	}
	defer f.tree.mu.Unlock()
	if off < 0 {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
	}
	n := copy(p, f.node.data[min(off, int64(len(f.node.data))):])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) Write(p []byte) (int, error) {
	if err := f.lock("write"); err != nil {
		return 0, err
	}
	defer f.tree.mu.Unlock()
	if len(p) > 0 {
		f.node.write(p)
	}
	return len(p), nil
}

func (f *memFile) Close() error {
	if err := f.lock("close"); err != nil {
		return err
	}
	defer f.tree.mu.Unlock()
	f.closed = true
	return nil
}

func (f *memFile) Sync() error {
	if err := f.lock("sync"); err != nil {
		return err
	}
	defer f.tree.mu.Unlock()
	f.node.sync()
	return nil
}

// failSync is a Sync that failed.
func (f *memFile) failSync() {
	if f.lock("sync") == nil {
		defer f.tree.mu.Unlock()
		f.node.forget()
	}
}

func (f *memFile) Size() (int64, error) {
	if err := f.lock("stat"); err != nil {
		return 0, err
	}
	defer f.tree.mu.Unlock()
	return int64(len(f.node.data)), nil
}

func (f *memFile) Truncate(size int64) error {
	if err := f.lock("truncate"); err != nil {
		return err
	}
	defer f.tree.mu.Unlock()
	if size < 0 {
		return &fs.PathError{Op: "truncate", Path: f.name, Err: fs.ErrInvalid}
	}
	f.node.truncate(size)
	return nil
}
