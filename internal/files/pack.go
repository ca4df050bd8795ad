package files

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Pack returns a writer that compresses into w; how is "gzip" or "zstd". It works in the goroutine of
// its caller and holds less than 2 MB. Its Close writes what is left and does not close w.
func Pack(w io.Writer, how string) (io.WriteCloser, error) {
	switch how {
	case "gzip":
		return gzip.NewWriter(w), nil
	case "zstd":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(packWindow))
	}
	return nil, fmt.Errorf("pack: %q, want gzip or zstd", how)
}

// packWindow is how far back zstd looks: enough for the repetition in logs, and little memory for
// each of many open files.
const packWindow = 512 << 10
