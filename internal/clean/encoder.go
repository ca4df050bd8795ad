package clean

import (
	"fmt"
	"io"
)

// An encoder turns events into the bytes of one file.
type encoder interface {
	// add appends an event. It keeps nothing of it.
	add(object) error
	// close writes what is left. It does not close the file.
	close() error
}

// newEncoder returns the encoder of a result. r is the worker's row, nil for NDJSON.
func newEncoder(o *Options, s *schema, r *row, w io.Writer) (encoder, error) {
	switch o.To {
	case "csv":
		return newCSVEncoder(w, s, r), nil
	case "parquet":
		return newParquetEncoder(w, s, r)
	case "ndjson":
		return &ndjsonEncoder{w: w}, nil
	}
	panic(fmt.Sprintf("BUG: format %q", o.To))
}

// writeBytes is how much text is gathered before it is written: the system call then costs little
// beside the copying, and the text is still in the core's L2 cache.
const writeBytes = 256 << 10

// An ndjsonEncoder writes a JSON object a line.
type ndjsonEncoder struct {
	w   io.Writer
	buf []byte
}

func (n *ndjsonEncoder) add(obj object) error {
	n.buf = append(append(n.buf, obj.text...), '\n')
	if len(n.buf) < writeBytes {
		return nil
	}
	return n.close()
}

func (n *ndjsonEncoder) close() error {
	_, err := n.w.Write(n.buf)
	n.buf = n.buf[:0]
	if cap(n.buf) > 4*writeBytes { // after one very long event
		n.buf = nil
	}
	return err
}
