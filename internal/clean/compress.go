package clean

import (
	"io"

	"github.com/groundwatch/groundwatch/internal/files"
)

// compress returns a writer that packs what it is given into w; nil for no compression.
func compress(how string, w io.Writer) (io.WriteCloser, error) {
	if how == "none" {
		return nil, nil
	}
	return files.Pack(w, how)
}
