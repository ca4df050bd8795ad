package files

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// IsParquet reports whether the input is a Parquet file. Standard input never is: it cannot be read at any place.
func (in *Input) IsParquet() bool {
	if in.Path == Stdin {
		return false
	}
	f, err := os.Open(in.Path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read, so nothing can be lost
	head := make([]byte, magicBytes)
	n, _ := io.ReadFull(f, head)
	c, _ := sniff(head[:n])
	return c == parquetData
}

// An opened input is one whose compression is known.
type opened struct {
	compression compression
	what        string    // of an unknown compression
	text        io.Reader // its decompressed text; for a plain regular file nil
	at          *os.File  // a regular file, for reading at a place
	size        int64     // of at when it was found or opened
	changed     time.Time // when the file was last written to; zero if unknown
	raw         *rawReader
	close       func()
}

// openInput opens in and looks at its first bytes. When it fails, what it returns is closed and has at
// most its compression.
func openInput(in Input, opt *Options) (*opened, error) {
	o := &opened{raw: &rawReader{progress: opt.Progress, left: -1}, close: func() {}}
	if in.Path == Stdin {
		o.raw.r = opt.Stdin
		if o.raw.r == nil {
			o.raw.r = bytes.NewReader(nil)
		}
	} else if err := o.openFile(in); err != nil {
		return o, err
	}
	buffered, err := o.sniff()
	if err != nil {
		o.close()
		return o, err
	}
	if o.at != nil && (o.compression == plain || o.compression == parquetData) {
		return o, nil
	}
	text, done, err := decompress(o.compression, buffered)
	if err != nil {
		o.close()
		return o, err
	}
	o.text = text
	closeFile := o.close
	o.close = func() {
		done()
		closeFile()
	}
	return o, nil
}

// sniff finds out the compression, and returns a reader of the file from its start.
func (o *opened) sniff() (*bufio.Reader, error) {
	if o.at == nil {
		buffered := bufio.NewReaderSize(o.raw, readBuffer)
		head, err := buffered.Peek(magicBytes)
		if err == io.EOF {
			err = nil
		}
		o.compression, o.what = sniff(head)
		return buffered, err
	}
	head := make([]byte, magicBytes)
	n, err := o.at.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if o.compression, o.what = sniff(head[:n]); o.compression == plain {
		return nil, nil
	}
	return bufio.NewReaderSize(o.raw, int(min(o.size, readBuffer))), nil
}

func (o *opened) openFile(in Input) error {
	f, err := os.Open(in.Path)
	if err != nil {
		return err
	}
	o.close = func() { _ = f.Close() } // only read, so nothing can be lost
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("is a folder")
	}
	if err != nil {
		o.close()
		return err
	}
	o.raw.r, o.changed = f, info.ModTime()
	// Files of /proc and the like are regular, have no size and still give text.
	if info.Mode().IsRegular() && info.Size() > 0 {
		o.at, o.size = f, info.Size()
		if in.Size > 0 { // what came after Find is not asked for
			o.size = in.Size
		}
		o.raw.left = o.size
	}
	return nil
}

// A rawReader counts what is read from a file and reads no more than was there at the start, so that
// a file that grows as fast as it is read comes to an end.
type rawReader struct {
	r        io.Reader
	progress *Progress
	read     int64
	left     int64 // -1: no bound
	ended    bool  // the end came before left was 0
}

func (r *rawReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if r.left > 0 && int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.r.Read(p)
	r.read += int64(n)
	if r.progress != nil {
		r.progress.Bytes.Add(int64(n))
	}
	if r.left > 0 {
		r.left -= int64(n)
		r.ended = err == io.EOF && r.left > 0
	}
	return n, err
}
