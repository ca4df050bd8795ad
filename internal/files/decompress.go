package files

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A compression is how a file's text is packed.
type compression uint8

const (
	plain compression = iota
	gzipped
	zstandard
	bzipped
	parquetData // no compression, but like one it cannot be read as text
	unknown     // a compression that is recognised and not supported
)

var compressionNames = [...]string{"plain", "gzip", "zstd", "bzip2", "parquet", "unsupported"}

func (c compression) String() string { return compressionNames[c] }

// magics maps the first bytes of a file to its compression; what names it where that says too little.
var magics = []struct {
	magic string
	is    compression
	what  string
}{
	{"\x1f\x8b\x08", gzipped, ""},
	{"\x28\xb5\x2f\xfd", zstandard, ""},
	{"\x50\x2a\x4d\x18", zstandard, ""}, // a skippable frame, as seekable files may start
	{"BZh", bzipped, ""},
	{"PAR1", parquetData, ""},
	{"\xfd7zXZ\x00", unknown, "xz data"},
	{"\x04\x22\x4d\x18", unknown, "lz4 data"},
	{"PK\x03\x04", unknown, "a zip archive"},
	{"7z\xbc\xaf\x27\x1c", unknown, "a 7z archive"},
	{"\xff\x06\x00\x00sNaPpY", unknown, "snappy data"},
	{"\xff\xfe", unknown, "UTF-16 text"},
	{"\xfe\xff", unknown, "UTF-16 text"},
	{"\x7fELF", unknown, "a program"},
}

// sniff tells the compression from a file's first bytes, never from its name; what says what an
// unknown one is.
func sniff(head []byte) (c compression, what string) {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.is, m.what
		}
	}
	return plain, ""
}

// magicBytes is how many bytes sniff needs.
const magicBytes = 10

// extensions maps what a file's name promises to the compression.
var extensions = map[string]compression{
	".gz": gzipped, ".gzip": gzipped, ".zst": zstandard, ".zstd": zstandard, ".bz2": bzipped, ".parquet": parquetData,
}

// extensionProblem says how name and content of a file disagree, "" if they do not.
func extensionProblem(name string, c compression) string {
	promised, ok := extensions[strings.ToLower(filepath.Ext(name))]
	if ok && promised != c {
		return fmt.Sprintf("the name says %s, the content is %s", promised, c)
	}
	return ""
}

// Buffer sizes: as large as needed for reading not to show beside decompressing.
const (
	readBuffer = 256 << 10
	// zstdWindow bounds the memory that a zstd frame may ask for: what the zstd program accepts
	// without a flag, 2^27.
	zstdWindow = 128 << 20
)

// decompress returns the text in r, which must be at the start of data that c packed.
func decompress(c compression, r *bufio.Reader) (text io.Reader, done func(), err error) {
	switch c {
	case gzipped:
		z, err := newGzipReader(r)
		if err != nil {
			return nil, nil, err
		}
		return z, z.close, nil
	case zstandard:
		// One goroutine, ours: files, not frames, are what is read at once.
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	case bzipped:
		return bzip2.NewReader(r), func() {}, nil
	}
	return r, func() {}, nil
}

// unreadable is an error of a file that cannot be read in the way asked for.
type unreadable string

func (e unreadable) Error() string { return string(e) }

// readProblem turns an error while reading text into a problem. whole says that no text is missing
// before the place of the error, so the last line is complete.
func readProblem(c compression, err error) (kind ProblemKind, what string, whole bool) {
	var corrupt flate.CorruptInputError
	var structural bzip2.StructuralError
	var wrong unreadable
	switch {
	case errors.As(err, &wrong):
		return Unsupported, err.Error(), false
	case c == parquetData:
		return Corrupt, err.Error(), false
	case errors.Is(err, errOpenJSON):
		return Truncated, err.Error(), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Truncated, fmt.Sprintf("%s data ends early; its incomplete last line is left out", c), false
	case errors.Is(err, errTrailing):
		return Corrupt, err.Error(), true
	case errors.Is(err, gzip.ErrChecksum):
		return Corrupt, "gzip checksum differs: some of the text may be wrong", true
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.As(err, &structural), c == zstandard:
		return Corrupt, fmt.Sprintf("%s data is damaged: %v; the rest is left out", c, err), false
	}
	return Unreadable, cause(err), false
}
