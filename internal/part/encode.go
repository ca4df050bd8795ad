package part

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// fits returns a *KindError if a value of c cannot be written as f without loss.
func fits(f Field, c *column.Column) error {
	if c == nil || c.Kind == column.Null || c.Kind == f.Kind || holdsAny(f.Kind) {
		return nil
	}
	for i := range c.Len {
		if v := c.Value(i); !valueFits(f.Kind, v) {
			return &KindError{Field: f.Name, Row: i, Got: v.Kind(), Want: f.Kind}
		}
	}
	return nil
}

// holdsAny reports whether a field of kind k takes the text of any value.
func holdsAny(k column.Kind) bool { return k == column.String || k == column.Null }

func valueFits(k column.Kind, v column.Value) bool {
	switch v.Kind() {
	case k, column.Null:
		return true
	case column.Int64:
		n := v.Int()
		return k == column.Float64 && int64(float64(n)) == n && n != 1<<63-1
	}
	return false
}

// A columnWriter turns columns into Parquet values, a page at most at a time.
type columnWriter struct {
	out    *parquet.ColumnWriter
	index  int
	kind   column.Kind
	values []parquet.Value // scratch
	dict   []parquet.Value // scratch: the values of a dictionary-coded column
	since  int             // bytes of text since the last page
}

// chunkRows is how many values are handed on at once.
const chunkRows = 1024

// write appends n rows of c.
func (w *columnWriter) write(c *column.Column, n int) error {
	fill := w.filler(c)
	if cap(w.values) < chunkRows {
		w.values = make([]parquet.Value, chunkRows)
	}
	for from := 0; from < n; from += chunkRows {
		values := w.values[:min(chunkRows, n-from)]
		fill(values, from)
		if err := w.put(values); err != nil {
			return err
		}
	}
	return nil
}

// put appends values. It ends a page when its text is long: parquet-go would count only the numbers of
// dictionary entries, and let a dictionary grow without limit.
func (w *columnWriter) put(values []parquet.Value) error {
	for len(values) > 0 {
		n := len(values)
		if w.isText() {
			n = w.pageful(values)
		}
		if _, err := w.out.WriteRowValues(values[:n]); err != nil {
			return err
		}
		values = values[n:]
		if w.since >= pageBytes {
			w.since = 0
			if err := w.out.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *columnWriter) isText() bool {
	return holdsAny(w.kind) || w.kind == column.JSON
}

// pageful returns how many of values fill the page, and counts their bytes.
func (w *columnWriter) pageful(values []parquet.Value) int {
	for i := range values {
		if !values[i].IsNull() {
			w.since += len(values[i].ByteArray())
		}
		if w.since >= pageBytes {
			return i + 1
		}
	}
	return len(values)
}

// A filler sets to to the rows of a column from from on.
type filler func(to []parquet.Value, from int)

// filler returns how the rows of c become values of this column.
func (w *columnWriter) filler(c *column.Column) filler {
	null := parquet.Value{}.Level(0, 0, w.index)
	switch {
	case c == nil || c.Kind == column.Null:
		return func(to []parquet.Value, _ int) {
			for i := range to {
				to[i] = null
			}
		}
	case w.isText() && c.Codes != nil && len(c.Strings) <= c.Len:
		return w.dictionaryFiller(c, null)
	case w.isText() && (c.Kind == column.String || c.Kind == column.JSON):
		return present(c, null, func(i int) parquet.Value { return textValue(c.Str(i)).Level(0, 1, w.index) })
	case c.Kind != w.kind:
		return present(c, null, func(i int) parquet.Value { return w.convert(c.Value(i)).Level(0, 1, w.index) })
	case w.kind == column.Float64:
		return present(c, null, func(i int) parquet.Value { return parquet.DoubleValue(c.Floats[i]).Level(0, 1, w.index) })
	case w.kind == column.Bool:
		return present(c, null, func(i int) parquet.Value { return parquet.BooleanValue(c.Ints[i] != 0).Level(0, 1, w.index) })
	}
	return present(c, null, func(i int) parquet.Value { return parquet.Int64Value(c.Ints[i]).Level(0, 1, w.index) })
}

// present fills in null where c is null, else what value gives.
func present(c *column.Column, null parquet.Value, value func(i int) parquet.Value) filler {
	return func(to []parquet.Value, from int) {
		for i := range to {
			if c.IsNull(from + i) {
				to[i] = null
			} else {
				to[i] = value(from + i)
			}
		}
	}
}

// dictionaryFiller looks at each text of a dictionary once.
func (w *columnWriter) dictionaryFiller(c *column.Column, null parquet.Value) filler {
	w.dict = w.dict[:0]
	for _, s := range c.Strings {
		w.dict = append(w.dict, textValue(s).Level(0, 1, w.index))
	}
	return present(c, null, func(i int) parquet.Value { return w.dict[c.Codes[i]] })
}

// convert returns v, which is not null, as a value of the column. Write has checked that it fits.
func (w *columnWriter) convert(v column.Value) parquet.Value {
	switch {
	case w.isText():
		return textValue(v.Text())
	case w.kind == column.Float64 && v.Kind() == column.Int64:
		return parquet.DoubleValue(float64(v.Int()))
	case w.kind == column.Float64:
		return parquet.DoubleValue(v.Float())
	case w.kind == column.Bool:
		return parquet.BooleanValue(v.Int() != 0)
	}
	return parquet.Int64Value(v.Int())
}

// textValue returns s as a value that shares its bytes.
func textValue(s string) parquet.Value {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s)))
}
