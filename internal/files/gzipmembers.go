package files

import (
	"bufio"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// errTrailing says that something other than gzip data follows gzip data.
var errTrailing = errors.New("bytes that are not gzip follow the gzip data")

// A gzipReader reads the members of a gzip file one after another. Unlike gzip.Reader it tells what
// follows the last member from a member that is cut off, and passes over zeros, which tape and block
// devices leave there.
type gzipReader struct {
	r    *bufio.Reader
	z    *gzip.Reader
	done error // why there is no further member
}

// gzipReaders holds *gzip.Reader for further files: one takes 80 KB, and an export may have thousands of
// small files.
var gzipReaders sync.Pool

func newGzipReader(r *bufio.Reader) (*gzipReader, error) {
	z, ok := gzipReaders.Get().(*gzip.Reader)
	if !ok {
		z = new(gzip.Reader)
	}
	if err := startMember(z, r); err != nil {
		gzipReaders.Put(z)
		return nil, err
	}
	return &gzipReader{r: r, z: z}, nil
}

// reservedFlags are those of a member's header that must be zero (RFC 1952, 2.3.1.2).
const reservedFlags = 0xe0

// startMember reads a member's header. Unlike Reset it refuses reserved flags, with which anything that
// follows the first bytes of gzip data would pass for a header, and mostly for one that ends early.
func startMember(z *gzip.Reader, r *bufio.Reader) error {
	if head, err := r.Peek(4); err == nil && head[3]&reservedFlags != 0 {
		return gzip.ErrHeader
	}
	if err := z.Reset(r); errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	z.Multistream(false)
	return nil
}

// close gives up reading. It may be called once.
func (g *gzipReader) close() {
	gzipReaders.Put(g.z)
	g.z, g.done = nil, io.EOF
}

func (g *gzipReader) Read(p []byte) (int, error) {
	if g.done != nil {
		return 0, g.done
	}
	n, err := g.z.Read(p)
	if err == nil {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		err = g.nextMember()
	}
	g.done = err
	if n > 0 {
		err = nil
	}
	return n, err
}

// nextMember starts on the next member; io.EOF says that there is none.
func (g *gzipReader) nextMember() error {
	for {
		head, err := g.r.Peek(2)
		if len(head) == 0 {
			return err
		}
		switch {
		case head[0] == 0x1f && (len(head) < 2 || head[1] == 0x8b):
			return startMember(g.z, g.r)
		case head[0] != 0:
			return errTrailing
		}
		if _, err := g.r.Discard(1); err != nil {
			return err
		}
	}
}
