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
	if err := z.Reset(r); err != nil {
		gzipReaders.Put(z)
		return nil, err
	}
	z.Multistream(false)
	return &gzipReader{r: r, z: z}, nil
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
			if err := g.z.Reset(g.r); err != nil {
				if errors.Is(err, io.EOF) {
					err = io.ErrUnexpectedEOF
				}
				return err
			}
			g.z.Multistream(false)
			return nil
		case head[0] != 0:
			return errTrailing
		}
		if _, err := g.r.Discard(1); err != nil {
			return err
		}
	}
}
