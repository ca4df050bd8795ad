package catalog

import (
	"encoding/json"
	"io"
)

// JSON writes c as one JSON object, indented. Equal catalogs give equal bytes.
func (c *Catalog) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(c)
}
