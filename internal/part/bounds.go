package part

import (
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// maxBound is how many bytes the least and the greatest text of a page or a row group have at most in the file,
// one more if the last character grew. parquet-go would write them whole into each page header, the column
// index and the footer: four copies of a value of megabytes, and page headers that other readers refuse
// (Arrow's from 16 MB on). 64 tell apart what people filter by.
const maxBound = 64

// A textType is a type of texts whose bounds are cut to maxBound. Cut bounds are allowed by the format, as long
// as they are no texts in the middle of a character, which some readers reject.
type textType struct{ parquet.Type }

func (t textType) NewColumnBuffer(index, n int) parquet.ColumnBuffer {
	return textBuffer{t.Type.NewColumnBuffer(index, n)}
}

func (t textType) NewDictionary(index, n int, data encoding.Values) parquet.Dictionary {
	return textDictionary{t.Type.NewDictionary(index, n, data), t}
}

// A textDictionary is a dictionary of texts whose pages have cut bounds.
type textDictionary struct {
	parquet.Dictionary
	plain textType
}

func (d textDictionary) Type() parquet.Type {
	return dictionaryType{textType{d.Dictionary.Type()}, d}
}

// A dictionaryType is the type of a column with a dictionary. parquet-go asks it for a buffer when the
// column begins, and for one of plain values when the dictionary exceeds dictionaryBytes.
type dictionaryType struct {
	textType
	dict textDictionary
}

func (t dictionaryType) NewColumnBuffer(index, n int) parquet.ColumnBuffer {
	if t.dict.Size() > dictionaryBytes {
		return t.dict.plain.NewColumnBuffer(index, n)
	}
	return t.textType.NewColumnBuffer(index, n)
}

// A textBuffer makes textPages.
type textBuffer struct{ parquet.ColumnBuffer }

func (b textBuffer) Page() parquet.Page { return textPage{b.ColumnBuffer.Page()} }

// A textPage is a page whose bounds are cut.
type textPage struct{ parquet.Page }

func (p textPage) Bounds() (least, greatest parquet.Value, ok bool) {
	least, greatest, ok = p.Page.Bounds()
	if ok {
		least = replaced(least, lowerBound(least.ByteArray()))
		greatest = replaced(greatest, upperBound(greatest.ByteArray()))
	}
	return least, greatest, ok
}

// replaced returns a value with the place of v.
func replaced(v parquet.Value, text []byte) parquet.Value {
	return parquet.ByteArrayValue(text).Level(v.RepetitionLevel(), v.DefinitionLevel(), v.Column())
}

// lowerBound returns the start of a text, of whole characters: it is never greater.
func lowerBound(text []byte) []byte {
	if len(text) <= maxBound {
		return text
	}
	n := maxBound
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// upperBound returns the text if it is short, else its start with the last character raised to the next
// one, which is greater than all texts that start the same: the order of texts in UTF-8 is that of characters.
func upperBound(text []byte) []byte {
	if len(text) <= maxBound {
		return text
	}
	start := lowerBound(text)
	for len(start) > 0 {
		last, size := utf8.DecodeLastRune(start)
		start = start[:len(start)-size]
		switch last {
		case utf8.MaxRune: // has no next one, so the character before is raised
			continue
		case 0xD7FF: // surrogates come next, which are no characters
			last = 0xDFFF
		}
		return utf8.AppendRune(start[:len(start):len(start)], last+1)
	}
	return []byte{0xFF} // is greater than all text, and none itself
}
