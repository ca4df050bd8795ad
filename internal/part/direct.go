package part

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// A feed is where the buffers of a column take values from: a parquet.Value for each would take most of the time of writing.
// While it has a source, the values that a buffer is handed say only which rows of the source are meant.
type feed struct {
	source *column.Column // nil: values are what they are
	valid  bool           // texts are known to be UTF-8
	first  int            // row of the source that the first row number means
	codes  []int32        // for each text of a coded source its number in the dictionary; -1 not known yet
	value  [1]parquet.Value
	index  [1]int32
}

// numbers are values that name the rows of a chunk.
type numbers [chunkRows]parquet.Value

func newNumbers() *numbers {
	all := new(numbers)
	for i := range all {
		all[i] = parquet.Int64Value(int64(i)).Level(0, 1, 0)
	}
	return all
}

// rowNumbers name rows without nulls, and noNumbers are nulls.
var (
	rowNumbers = newNumbers()
	noNumbers  numbers
)

// text returns a text of the source in UTF-8. It shares its bytes.
func (f *feed) text(s string) []byte {
	if f.valid {
		return bytesOf(s)
	}
	return validText(s)
}

// A directType is a type whose buffers take their values from a feed.
type directType struct {
	parquet.Type
	feed *feed
}

func (t directType) NewColumnBuffer(index, n int) parquet.ColumnBuffer {
	return &directBuffer{ColumnBuffer: t.Type.NewColumnBuffer(index, 0), feed: t.feed}
}

// A directNode is a node of a directType.
type directNode struct {
	parquet.Node
	feed *feed
}

func (n *directNode) Type() parquet.Type { return directType{n.Node.Type(), n.feed} }

// A directBuffer has the values of a page as they are encoded: numbers, or the bytes of texts one behind the other.
type directBuffer struct {
	parquet.ColumnBuffer
	feed    *feed
	ints    []int64
	floats  []float64
	bytes   []byte // of texts or UUIDs
	offsets []uint32
}

// WriteValues implements parquet.ValueWriter.
func (b *directBuffer) WriteValues(values []parquet.Value) (int, error) {
	c := b.feed.source
	if c == nil {
		b.take(values)
		return len(values), nil
	}
	from := b.feed.first + int(values[0].Int64())
	to := from + len(values)
	switch b.Type().Kind() {
	case parquet.Int64:
		b.ints = append(b.ints, c.Ints[from:to]...)
	case parquet.Double:
		b.floats = append(b.floats, c.Floats[from:to]...)
	case parquet.FixedLenByteArray:
		for i := from; i < to; i++ {
			b.bytes, _ = appendUUID(b.bytes, c.Str(i))
		}
	default:
		for i := from; i < to; i++ {
			b.addText(b.feed.text(c.Str(i)))
		}
	}
	return len(values), nil
}

// take adds values that are what they are.
func (b *directBuffer) take(values []parquet.Value) {
	for i := range values {
		switch b.Type().Kind() {
		case parquet.Int64:
			b.ints = append(b.ints, values[i].Int64())
		case parquet.Double:
			b.floats = append(b.floats, values[i].Double())
		case parquet.FixedLenByteArray:
			b.bytes = append(b.bytes, values[i].ByteArray()...)
		default:
			b.addText(values[i].ByteArray())
		}
	}
}

func (b *directBuffer) addText(text []byte) {
	if len(b.offsets) == 0 {
		b.offsets = append(b.offsets, 0)
	}
	b.bytes = append(b.bytes, text...)
	b.offsets = append(b.offsets, uint32(len(b.bytes)))
}

// Len implements parquet.ColumnBuffer.
func (b *directBuffer) Len() int {
	switch b.Type().Kind() {
	case parquet.Int64:
		return len(b.ints)
	case parquet.Double:
		return len(b.floats)
	case parquet.FixedLenByteArray:
		return len(b.bytes) / uuidBytes
	}
	return max(0, len(b.offsets)-1)
}

// Size implements parquet.ColumnBuffer.
func (b *directBuffer) Size() int64 {
	return int64(8*(len(b.ints)+len(b.floats)) + len(b.bytes) + 4*len(b.offsets))
}

// Reset implements parquet.ColumnBuffer.
func (b *directBuffer) Reset() {
	b.ints, b.floats, b.bytes, b.offsets = b.ints[:0], b.floats[:0], b.bytes[:0], b.offsets[:0]
}

// Page implements parquet.ColumnBuffer.
func (b *directBuffer) Page() parquet.Page {
	p := &directPage{Page: b.ColumnBuffer.Page(), rows: int64(b.Len()), size: b.Size()}
	switch b.Type().Kind() {
	case parquet.Int64:
		p.data, p.bounds = encoding.Int64Values(b.ints), b.intBounds
	case parquet.Double:
		p.data, p.bounds = encoding.DoubleValues(b.floats), b.floatBounds
	case parquet.FixedLenByteArray:
		p.data, p.bounds = encoding.FixedLenByteArrayValues(b.bytes, uuidBytes), b.idBounds
	default:
		if len(b.offsets) == 0 {
			b.offsets = append(b.offsets, 0)
		}
		p.data, p.bounds = encoding.ByteArrayValues(b.bytes, b.offsets), b.textBounds
	}
	return p
}

func (b *directBuffer) intBounds() (least, greatest parquet.Value, ok bool) {
	if len(b.ints) == 0 {
		return least, greatest, false
	}
	lo, hi := b.ints[0], b.ints[0]
	for _, n := range b.ints {
		lo, hi = min(lo, n), max(hi, n)
	}
	return parquet.Int64Value(lo), parquet.Int64Value(hi), true
}

// floatBounds leaves out what is not a number, as the format wants it.
func (b *directBuffer) floatBounds() (least, greatest parquet.Value, ok bool) {
	var lo, hi float64
	for _, f := range b.floats {
		switch {
		case f != f:
		case !ok:
			lo, hi, ok = f, f, true
		case f < lo:
			lo = f
		case f > hi:
			hi = f
		}
	}
	return parquet.DoubleValue(lo), parquet.DoubleValue(hi), ok
}

func (b *directBuffer) idBounds() (least, greatest parquet.Value, ok bool) {
	x := extremes{}
	for at := 0; at < len(b.bytes); at += uuidBytes {
		x.see(b.bytes[at : at+uuidBytes])
	}
	return parquet.FixedLenByteArrayValue(x.least), parquet.FixedLenByteArrayValue(x.greatest), x.any
}

func (b *directBuffer) textBounds() (least, greatest parquet.Value, ok bool) {
	x := extremes{}
	for i := 1; i < len(b.offsets); i++ {
		x.see(b.bytes[b.offsets[i-1]:b.offsets[i]])
	}
	return x.values()
}

// extremes are the least and the greatest of some texts.
type extremes struct {
	least, greatest []byte
	any             bool
}

func (x *extremes) see(text []byte) {
	switch {
	case !x.any:
		x.least, x.greatest, x.any = text, text, true
	case bytes.Compare(text, x.least) < 0:
		x.least = text
	case bytes.Compare(text, x.greatest) > 0:
		x.greatest = text
	}
}

// values returns the extremes, cut.
func (x *extremes) values() (least, greatest parquet.Value, ok bool) {
	if !x.any {
		return least, greatest, false
	}
	return parquet.ByteArrayValue(lowerBound(x.least)), parquet.ByteArrayValue(upperBound(x.greatest)), true
}

// A directPage is what a directBuffer or a codeBuffer has gathered.
type directPage struct {
	parquet.Page
	rows, size int64
	data       encoding.Values
	bounds     func() (least, greatest parquet.Value, ok bool)
}

func (p *directPage) NumRows() int64        { return p.rows }
func (p *directPage) NumValues() int64      { return p.rows }
func (p *directPage) NumNulls() int64       { return 0 }
func (p *directPage) Size() int64           { return p.size }
func (p *directPage) Data() encoding.Values { return p.data }
func (p *directPage) Bounds() (least, greatest parquet.Value, ok bool) {
	return p.bounds()
}

// feeds tells whether the values of c can be taken as they are.
func (w *columnWriter) feeds(c *column.Column) bool {
	if !w.direct || c == nil || c.Kind == column.Null {
		return false
	}
	if c.Kind == column.String || c.Kind == column.JSON {
		return w.isText() && (c.Codes == nil || len(c.Strings) <= c.Len)
	}
	return c.Kind == w.kind && c.Kind != column.Mixed
}

// writeDirect appends n rows of c by their numbers.
func (w *columnWriter) writeDirect(c *column.Column, n int) error {
	w.feed.known(c)
	defer func() { w.feed.source, w.feed.first = nil, 0 }()
	for from := 0; from < n; {
		to := min(n, from+chunkRows)
		if w.isText() && !w.uuid {
			to = w.pageEnd(c, from, to)
		}
		w.feed.source, w.feed.first = c, from
		if _, err := w.out.WriteRowValues(w.numbers(c, from, to)); err != nil {
			return err
		}
		if w.since >= pageBytes {
			w.since = 0
			if err := w.out.Flush(); err != nil {
				return err
			}
		}
		from = to
	}
	return nil
}

// known makes room for what is known of the dictionary of c.
func (f *feed) known(c *column.Column) {
	f.codes = f.codes[:0]
	if c.Codes == nil {
		return
	}
	f.codes = slices.Grow(f.codes, len(c.Strings))[:len(c.Strings)]
	for i := range f.codes {
		f.codes[i] = -1
	}
}

// pageEnd returns how far the page goes at most, and counts the bytes of its texts.
func (w *columnWriter) pageEnd(c *column.Column, from, to int) int {
	for i := from; i < to; i++ {
		if !c.IsNull(i) {
			w.since += len(c.Str(i))
		}
		if w.since >= pageBytes {
			return i + 1
		}
	}
	return to
}

// numbers returns the numbers of rows, behind the first of the feed; null where c is. Buffers tell nulls by their level alone.
func (w *columnWriter) numbers(c *column.Column, from, to int) []parquet.Value {
	if c.Nulls == nil {
		return rowNumbers[:to-from]
	}
	present := 0
	for i := range to - from {
		level := 1
		if c.Nulls.Get(from + i) {
			level = 0
		}
		w.scratch[i].SetDefinitionLevel(level)
		present += level
	}
	if present == 0 {
		return noNumbers[:to-from]
	}
	return w.scratch[:to-from]
}

// Required says that these fields have a value in each row; Write fails if one has not. Their columns are REQUIRED in the file,
// which makes them smaller and faster. It comes before the first Write.
func (w *Writer) Required(names ...string) {
	for _, name := range names {
		w.required[name] = true
	}
}

// ValidTexts says that all texts are UTF-8 already: then nobody looks at them. It comes before the first Write.
func (w *Writer) ValidTexts() { w.valid = true }

// hasAll fails if a row of c is null.
func hasAll(f Field, c *column.Column) error {
	if c == nil || c.Kind == column.Null {
		return fmt.Errorf("part: field %q: no values, want one in each row", f.Name)
	}
	for i := 0; i < c.Len && (c.Nulls != nil || c.Kind == column.Mixed); i++ {
		if c.IsNull(i) {
			return fmt.Errorf("part: field %q: row %d is null, want a value", f.Name, i)
		}
	}
	return nil
}
