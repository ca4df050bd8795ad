package part

import (
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/parquet-go/parquet-go"
)

// UUIDs says that the texts of these String fields are UUIDs in lower case with dashes, all of them. They are written in 16
// bytes each, and read as the texts they were; Write fails for any other text. It comes before the first Write.
func (w *Writer) UUIDs(names ...string) {
	for _, name := range names {
		w.uuids[name] = true
	}
}

const (
	uuidText  = len("123e4567-e89b-12d3-a456-426614174000")
	uuidBytes = 16
)

// uuidDigits is where the digits of each byte of a UUID are in its text.
var uuidDigits = [uuidBytes]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// hexValue maps lower-case hexadecimal digits to their value, all else to 0xff.
var hexValue = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	return t
}()

// appendUUID appends the bytes of a UUID; ok is false if text is none in lower case.
func appendUUID(dst []byte, text string) (_ []byte, ok bool) {
	if len(text) != uuidText || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return dst, false
	}
	bad := byte(0)
	for _, at := range uuidDigits {
		hi, lo := hexValue[text[at]], hexValue[text[at+1]]
		bad |= hi | lo
		dst = append(dst, hi<<4|lo&15)
	}
	return dst, bad&0xf0 == 0
}

// hexPairs are the two digits of each byte.
var hexPairs = func() (all [256][2]byte) {
	const hex = "0123456789abcdef"
	for i := range all {
		all[i] = [2]byte{hex[i>>4], hex[i&15]}
	}
	return all
}()

// appendUUIDText appends the text of a UUID's bytes.
func appendUUIDText(dst, id []byte) []byte {
	dst = append(dst, "00000000-0000-0000-0000-000000000000"...)
	text, bytes := (*[uuidText]byte)(dst[len(dst)-uuidText:]), (*[uuidBytes]byte)(id)
	for i, at := range uuidDigits {
		*(*[2]byte)(text[at:]) = hexPairs[bytes[i]]
	}
	return dst
}

// uuidTexts returns the texts of UUIDs, and where each begins and the last one ends.
func uuidTexts(ids []byte) (text []byte, offsets []uint32) {
	n := len(ids) / uuidBytes
	text, offsets = make([]byte, 0, n*uuidText), make([]uint32, 0, n+1)
	for i := range n {
		offsets = append(offsets, uint32(len(text)))
		text = appendUUIDText(text, ids[i*uuidBytes:][:uuidBytes])
	}
	return text, append(offsets, uint32(len(text)))
}

// appendUUIDStrings appends the texts of UUIDs, which share their bytes.
func appendUUIDStrings(to []string, ids []byte) []string {
	text, offsets := uuidTexts(ids)
	all := unsafe.String(unsafe.SliceData(text), len(text)) // nobody changes them any more
	for i := range len(offsets) - 1 {
		to = append(to, all[offsets[i]:offsets[i+1]])
	}
	return to
}

// uuidsFit returns a *KindError if a text of c is no UUID.
func uuidsFit(f Field, c *column.Column) error {
	if c == nil || c.Kind == column.Null {
		return nil
	}
	var room [uuidBytes]byte
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		if _, ok := appendUUID(room[:0], c.Value(i).Text()); !ok {
			return &KindError{Field: f.Name, Row: i, Got: c.Value(i).Kind(), Want: f.Kind, UUID: true}
		}
	}
	return nil
}

// uuidFiller makes values of UUIDs. Their bytes stay as they are until the next page's worth.
func (w *columnWriter) uuidFiller(c *column.Column) filler {
	return func(to []parquet.Value, from int) {
		w.ids = w.ids[:0]
		if cap(w.ids) < len(to)*uuidBytes {
			w.ids = make([]byte, 0, chunkRows*uuidBytes)
		}
		for i := range to {
			if to[i] = (parquet.Value{}); c.IsNull(from + i) {
				continue
			}
			at := len(w.ids)
			w.ids, _ = appendUUID(w.ids, c.Value(from+i).Text())
			to[i] = parquet.FixedLenByteArrayValue(w.ids[at:])
			to[i].SetDefinitionLevel(1)
		}
	}
}
