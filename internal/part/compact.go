package part

import (
	"math"
	"slices"

	"github.com/groundwatch/groundwatch/column"
)

// Compact asks for a file that takes less room and time: texts with many different values are DELTA_LENGTH_BYTE_ARRAY,
// times and numbers with many different values DELTA_BINARY_PACKED, other numbers dictionaries, and ZSTD codes letters
// that do not repeat. It comes before the first Write. DuckDB, Arrow, ClickHouse and Spark read such files; some older
// readers do not.
func (w *Writer) Compact() { w.compact = true }

// compactRows is how many rows of the first batch tell how many different values there are. Some hundreds would not do: a
// column of 400 values looks as if all differed.
const compactRows = 8192

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
func (w *Writer) layoutOf(f Field, c *column.Column) layout {
	switch {
	case w.uuids[f.Name]:
		return w.uuidLayout(c)
	case !w.compact && mostlyDistinct(c):
		return plainText
	case !w.compact || c == nil:
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

// uuidLayout returns the layout for UUIDs: a dictionary only if one is known to pay.
func (w *Writer) uuidLayout(c *column.Column) layout {
	if c != nil && c.Codes != nil && len(c.Strings) < c.Len/4 {
		return automatic
	}
	return plainText
}

// manyDistinct reports whether more than three quarters of the rows of a column of numbers differ: then the entries of a
// dictionary would take more room than it saves.
func manyDistinct(c *column.Column) bool {
	sorted := make([]uint64, 0, compactRows)
	for i := range min(c.Len, compactRows) {
		switch {
		case c.IsNull(i):
		case c.Kind == column.Float64:
			sorted = append(sorted, math.Float64bits(c.Floats[i]))
		case c.Kind == column.Mixed: // which parts do not have
			return false
		case c.Kind != column.String && c.Kind != column.JSON:
			sorted = append(sorted, uint64(c.Ints[i]))
		}
	}
	slices.Sort(sorted)
	n := len(sorted)
	return len(slices.Compact(sorted)) > n-n/4
}

// distinctTexts reports whether more than a quarter of the rows of a text column differ. A dictionary's texts cost more
// than its numbers.
func distinctTexts(c *column.Column) bool {
	seen, n := distinct(c)
	return seen > n/4
}

// distinct returns how many different texts the first rows of a text column have, and how many texts.
func distinct(c *column.Column) (different, n int) {
	if c.Codes != nil && len(c.Strings) < min(c.Len, compactRows)/2 {
		return len(c.Strings), min(c.Len, compactRows)
	}
	seen := make(map[string]bool, min(c.Len, compactRows))
	for i := range min(c.Len, compactRows) {
		if !c.IsNull(i) {
			seen[c.Value(i).Text()] = true
			n++
		}
	}
	return len(seen), n
}
