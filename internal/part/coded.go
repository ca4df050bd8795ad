package part

import (
	"unsafe"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// A textType is a type of texts whose buffers take their values from a feed and have bounds cut to maxBound. Cut bounds are
// allowed by the format, as long as they are no texts in the middle of a character, which some readers reject.
type textType struct{ directType }

// A textNode is a node of texts.
type textNode struct {
	parquet.Node
	feed *feed
}

func (n *textNode) Type() parquet.Type { return textType{directType{n.Node.Type(), n.feed}} }

func (t textType) NewDictionary(index, n int, data encoding.Values) parquet.Dictionary {
	return textDictionary{t.Type.NewDictionary(index, n, data), t}
}

// A textDictionary is a dictionary of texts.
type textDictionary struct {
	parquet.Dictionary
	plain textType
}

func (d textDictionary) Type() parquet.Type { return codedType{d.Dictionary.Type(), d} }

// A codedType is the type of a column with a dictionary. parquet-go asks it for a buffer when the
// column begins, and for one of plain values when the dictionary exceeds dictionaryBytes.
type codedType struct {
	parquet.Type
	dict textDictionary
}

func (t codedType) NewColumnBuffer(index, n int) parquet.ColumnBuffer {
	if t.dict.Size() > dictionaryBytes {
		return t.dict.plain.NewColumnBuffer(index, n)
	}
	return &codeBuffer{ColumnBuffer: t.Type.NewColumnBuffer(index, 0), dict: t.dict, feed: t.dict.plain.feed}
}

// A codeBuffer has the numbers of a page's texts in the dictionary.
type codeBuffer struct {
	parquet.ColumnBuffer
	dict  textDictionary
	feed  *feed
	codes []int32
	seen  []bool // scratch: of the dictionary, whether the page has it
}

// WriteValues implements parquet.ValueWriter.
func (b *codeBuffer) WriteValues(values []parquet.Value) (int, error) {
	f := b.feed
	n := len(b.codes)
	b.codes = append(b.codes, make([]int32, len(values))...)
	to := b.codes[n:]
	if f.source == nil {
		b.dict.Insert(to, values)
		return len(values), nil
	}
	from := f.first + int(values[0].Int64())
	if f.source.Codes == nil {
		for i, s := range f.source.Strings[from : from+len(to)] {
			to[i] = b.insert(s)
		}
		return len(values), nil
	}
	for i, code := range f.source.Codes[from : from+len(to)] {
		known := f.codes[code]
		if known < 0 {
			known = b.insert(f.source.Strings[code])
			f.codes[code] = known
		}
		to[i] = known
	}
	return len(values), nil
}

// insert returns the number of a text, which gets one if it has none.
func (b *codeBuffer) insert(s string) int32 {
	b.feed.value[0] = parquet.ByteArrayValue(b.feed.text(s))
	b.dict.Insert(b.feed.index[:], b.feed.value[:])
	return b.feed.index[0]
}

// Len implements parquet.ColumnBuffer.
func (b *codeBuffer) Len() int { return len(b.codes) }

// Size implements parquet.ColumnBuffer.
func (b *codeBuffer) Size() int64 { return 4 * int64(len(b.codes)) }

// Reset implements parquet.ColumnBuffer.
func (b *codeBuffer) Reset() { b.codes = b.codes[:0] }

// Page implements parquet.ColumnBuffer.
func (b *codeBuffer) Page() parquet.Page {
	return &directPage{
		Page: b.ColumnBuffer.Page(), rows: int64(len(b.codes)), size: b.Size(),
		data: encoding.Int32Values(b.codes), bounds: b.bounds,
	}
}

// bounds looks at each text once.
func (b *codeBuffer) bounds() (least, greatest parquet.Value, ok bool) {
	if n := b.dict.Len(); cap(b.seen) < n {
		b.seen = make([]bool, n)
	} else {
		b.seen = b.seen[:n]
		clear(b.seen)
	}
	x := extremes{}
	for _, code := range b.codes {
		if !b.seen[code] {
			b.seen[code] = true
			x.see(b.dict.Index(code).ByteArray())
		}
	}
	return x.values()
}

// bytesOf returns the bytes of s, which are not to be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
