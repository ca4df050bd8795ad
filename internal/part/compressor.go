package part

import (
	"fmt"
	"sync"

	kzstd "github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// compactCodec compresses compact files. Other than codec it codes the letters of pages without repetition: ids in
// hexadecimal take half. The window is no longer than pages are, which leaves an encoder with 1.5 MB.
var compactCodec = compressor{encoders: sync.Pool{New: newEncoder}}

// A compressor is a codec whose encoders have settings that parquet-go does not know.
type compressor struct {
	zstd.Codec
	encoders sync.Pool
}

func newEncoder() any {
	e, err := kzstd.NewWriter(nil, kzstd.WithEncoderConcurrency(1), kzstd.WithEncoderLevel(kzstd.SpeedFastest),
		kzstd.WithZeroFrames(true), kzstd.WithEncoderCRC(false), kzstd.WithWindowSize(1<<20),
		kzstd.WithAllLitEntropyCompression(true))
	if err != nil {
		panic(fmt.Sprintf("BUG: options of an encoder: %v", err))
	}
	return e
}

// Encode appends the compressed form of src to dst, emptied.
func (c *compressor) Encode(dst, src []byte) ([]byte, error) {
	e := c.encoders.Get().(*kzstd.Encoder)
	defer c.encoders.Put(e)
	return e.EncodeAll(src, dst[:0]), nil
}
