package part

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// fits returns a *KindError if a value of c cannot be written as f without loss.
func (w *Writer) fits(f Field, c *column.Column) error {
	if w.required[f.Name] {
		if err := hasAll(f, c); err != nil {
			return err
		}
	}
	if w.uuids[f.Name] {
		return uuidsFit(f, c)
	}
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
	since  int             // bytes of text since the last page
	uuid   bool
	ids    []byte // scratch: UUIDs
	feed   *feed
	direct bool // buffers of the column know the feed
	// scratch has the numbers of rows, in whose levels it says which are null. The columns of a file share it.
	scratch *numbers
}

// chunkRows is how many values are handed on at once.
const chunkRows = 1024

// write appends n rows of c.
func (w *columnWriter) write(c *column.Column, n int) error {
	switch {
	case w.feeds(c):
		return w.writeDirect(c, n)
	case c == nil || c.Kind == column.Null:
		return w.writeNulls(n)
	}
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

// writeNulls appends n nulls.
func (w *columnWriter) writeNulls(n int) error {
	for ; n > 0; n -= chunkRows {
		if _, err := w.out.WriteRowValues(noNumbers[:min(n, chunkRows)]); err != nil {
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

func (w *columnWriter) isText() bool { return holdsText(w.kind) }

// holdsText reports whether a field of kind k is a column of texts.
func holdsText(k column.Kind) bool { return holdsAny(k) || k == column.JSON }

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

// filler returns how the rows of c become values of this column, where they cannot be taken as they are. Each kind has its
// own loop: a value is made in its place, because a copy that is made of fields just written costs 20 ns.
func (w *columnWriter) filler(c *column.Column) filler {
	switch {
	case w.uuid:
		return w.uuidFiller(c)
	case c.Kind != w.kind, w.isText():
		return w.convertingFiller(c)
	case w.kind == column.Float64:
		return present(c, func(to []parquet.Value, from int) {
			for i, f := range c.Floats[from : from+len(to)] {
				to[i] = parquet.DoubleValue(f)
				to[i].SetDefinitionLevel(1)
			}
		})
	case w.kind == column.Bool:
		return present(c, func(to []parquet.Value, from int) {
			for i, n := range c.Ints[from : from+len(to)] {
				to[i] = parquet.BooleanValue(n != 0)
				to[i].SetDefinitionLevel(1)
			}
		})
	}
	return present(c, func(to []parquet.Value, from int) {
		for i, n := range c.Ints[from : from+len(to)] {
			to[i] = parquet.Int64Value(n)
			to[i].SetDefinitionLevel(1)
		}
	})
}

// present returns a filler that does what all does and then makes null what is null in c.
func present(c *column.Column, all filler) filler {
	if c.Nulls == nil {
		return all
	}
	return func(to []parquet.Value, from int) {
		all(to, from)
		for i := range to {
			if c.Nulls.Get(from + i) {
				to[i] = parquet.Value{}
			}
		}
	}
}

// convertingFiller takes values of any kind that fits.
func (w *columnWriter) convertingFiller(c *column.Column) filler {
	return func(to []parquet.Value, from int) {
		for i := range to {
			if to[i] = (parquet.Value{}); !c.IsNull(from + i) {
				to[i] = w.convert(c.Value(from+i)).Level(0, 1, w.index)
			}
		}
	}
}

// convert returns v, which is not null, as a value of the column. Write has checked that it fits.
func (w *columnWriter) convert(v column.Value) parquet.Value {
	switch {
	case w.isText():
		return parquet.ByteArrayValue(validText(v.Text()))
	case w.kind == column.Float64 && v.Kind() == column.Int64:
		return parquet.DoubleValue(float64(v.Int()))
	case w.kind == column.Float64:
		return parquet.DoubleValue(v.Float())
	case w.kind == column.Bool:
		return parquet.BooleanValue(v.Int() != 0)
	}
	return parquet.Int64Value(v.Int())
}

// validText returns s in UTF-8. It shares its bytes.
func validText(s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return unsafe.Slice(unsafe.StringData(s), len(s))
}
