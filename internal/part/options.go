package part

import (
	"fmt"
	"io"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// Options tune a Writer. The zero value writes files that every reader in use knows.
type Options struct {
	// Compact asks for files that take less room and time: texts with many different values are DELTA_LENGTH_BYTE_ARRAY,
	// times and numbers with many different values DELTA_BINARY_PACKED, other numbers dictionaries. DuckDB, Arrow,
	// ClickHouse and Spark read them; some older readers do not.
	Compact bool

	// Bytes names String fields whose texts need not be UTF-8. Their columns have no type of text, and keep every byte.
	Bytes []string

	// Metadata goes into the footer: texts in UTF-8, by key. Keys of the package's own begin with "groundwatch.".
	Metadata map[string]string
}

// NewWriterWith is NewWriter with options.
func NewWriterWith(w io.Writer, fields []Field, o Options) (*Writer, error) {
	pw, err := NewWriter(w, fields)
	if err != nil {
		return nil, err
	}
	for _, name := range o.Bytes {
		if !slices.Contains(fields, Field{name, column.String}) {
			return nil, fmt.Errorf("part: field %q of bytes is none of kind string", name)
		}
	}
	for key := range o.Metadata {
		if key == kindsKey {
			return nil, fmt.Errorf("part: metadata %s is written by the package itself", key)
		}
	}
	pw.opt = o
	return pw, nil
}

// A layout is how the values of a column are laid out before compression.
type layout uint8

const (
	automatic layout = iota // of the kind: a dictionary for texts, else plain
	plainText
	deltaText
	deltaNumbers
	dictionaryNumbers
)

// layoutOf returns the layout for a field whose first rows are c.
func (o *Options) layoutOf(f Field, c *column.Column) layout {
	switch {
	case !o.Compact && mostlyDistinct(c):
		return plainText
	case !o.Compact || c == nil:
		return automatic
	case f.Kind == column.Timestamp:
		return deltaNumbers
	case f.Kind == column.Int64 && manyDistinct(c):
		return deltaNumbers
	case f.Kind == column.Int64, f.Kind == column.Float64 && !manyDistinct(c):
		return dictionaryNumbers
	case holdsText(f.Kind) && c.Codes == nil && c.Kind != column.Null && distinctTexts(c):
		return deltaText
	}
	return automatic
}

// manyDistinct reports whether more than three quarters of the rows of a column of numbers differ: then the entries of a
// dictionary would take more room than it saves.
func manyDistinct(c *column.Column) bool {
	seen := make(map[column.Value]bool, c.Len)
	n := 0
	for i := range c.Len {
		if v := c.Value(i); !v.IsNull() {
			seen[v] = true
			n++
		}
	}
	return len(seen) > n-n/4
}

// distinctTexts reports whether more than a quarter of the rows of a text column differ. A dictionary's texts cost more
// than its numbers.
func distinctTexts(c *column.Column) bool {
	seen := make(map[string]bool, c.Len)
	n := 0
	for i := range c.Len {
		if !c.IsNull(i) {
			seen[c.Value(i).Text()] = true
			n++
		}
	}
	return len(seen) > n/4
}
