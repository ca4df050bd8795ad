package shape

import "github.com/groundwatch/groundwatch/internal/jsonscan"

// take reads the value at b[i] if it is written as e says, and puts it into e's column.
func (s *Splitter) take(e *edge, b []byte, i int) (end int, ok bool) {
	if i >= len(b) {
		return i, false
	}
	v := e.in
	switch e.form.Style {
	case Plain:
		if b[i] == '"' {
			if end = jsonscan.Special(b, i+1); end < len(b) && b[end] == '"' {
				v.putString(s.rows, view(b[i+1:end]))
				return end + 1, true
			}
			return s.takeText(v, b, i, Plain)
		}
	case HTML, ASCII:
		if b[i] == '"' {
			return s.takeText(v, b, i, e.form.Style)
		}
	case Short:
		if c := b[i]; c-'0' < 10 || c == '-' {
			x, end, ok := takeShort(b, i)
			return end, ok && v.putNumber(s.rows, &x)
		}
	case Fixed:
		if c := b[i]; c-'0' < 10 || c == '-' {
			x, end, ok := takeFixed(b, i, int(e.form.Digits))
			return end, ok && v.putNumber(s.rows, &x)
		}
	case Time:
		if b[i] == '"' {
			ms, end, ok := s.dates.takeStamp(b, i+1, e.form)
			if !ok || end == len(b) || b[end] != '"' {
				return i, false
			}
			v.putInt(s.rows, ms)
			return end + 1, true
		}
	case UUID:
		if isUUID(b[i:]) {
			v.putString(s.rows, view(b[i+1:i+quotedUUID-1]))
			return i + quotedUUID, true
		}
	case Bool:
		if n := int64(0); b[i] == 't' || b[i] == 'f' {
			if end = i + 5; b[i] == 't' {
				n, end = 1, i+4
			}
			if end > len(b) || string(b[i:end]) != "true" && string(b[i:end]) != "false" {
				return i, false
			}
			v.putInt(s.rows, n)
			return end, true
		}
	case Raw, Long:
		return s.takeRaw(v, b, i, e.form.Style)
	}
	return takeNull(b, i)
}

// quotedUUID is the length of a UUID with its quotes.
const quotedUUID = len(`"123e4567-e89b-12d3-a456-426614174000"`)

// uuidBytes says what the bytes of a UUID in quotes are: x a hexadecimal digit, else the byte itself.
const uuidBytes = `"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"`

// isUUID reports whether a UUID, in lower case and in quotes, starts b.
func isUUID(b []byte) bool {
	if len(b) < quotedUUID {
		return false
	}
	for i, c := range b[:quotedUUID] {
		if want := uuidBytes[i]; want == 'x' && !isHex[c] || want != 'x' && c != want {
			return false
		}
	}
	return true
}

// isHex marks the hexadecimal digits in lower case.
var isHex = [256]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true,
}

// takeNull passes a null at b[i], which the column has anyway.
func takeNull(b []byte, i int) (end int, ok bool) {
	if len(b)-i >= 4 && string(b[i:i+4]) == "null" {
		return i + 4, true
	}
	return i, false
}

// takeText is take for a string with escapes or characters outside ASCII.
func (s *Splitter) takeText(v *vector, b []byte, i int, style Style) (end int, ok bool) {
	end, escaped, ok := jsonscan.CheckString(b, i+1)
	if !ok {
		return i, false
	}
	text := b[i+1 : end-1]
	if escaped {
		if text, ok = jsonscan.Unquote(s.texts.room(len(text)), text); !ok {
			return i, false
		}
	}
	if escaped || style != Plain {
		if s.scratch = appendQuoted(s.scratch[:0], view(text), style); string(s.scratch) != string(b[i:end]) {
			return i, false
		}
	}
	if escaped {
		s.texts.keep(text)
	}
	v.putString(s.rows, view(text))
	return end, true
}

// takeRaw is take for any value.
func (s *Splitter) takeRaw(v *vector, b []byte, i int, style Style) (end int, ok bool) {
	if end, ok = jsonscan.Check(b, i); !ok || style == Raw && !fewCommas(b[i:end]) {
		return i, false
	}
	if b[i] != 'n' {
		v.putString(s.rows, view(b[i:end]))
	}
	return end, true
}

// An arena holds texts that do not stand in a message as they are.
type arena struct {
	chunk []byte // its length is what is in use
}

const (
	minChunk  = 64 << 10
	keepChunk = 4 << 20
)

// room returns an empty slice with room for n bytes.
func (a *arena) room(n int) []byte {
	if cap(a.chunk)-len(a.chunk) < n {
		a.chunk = make([]byte, 0, max(minChunk, 2*n, min(2*cap(a.chunk), keepChunk)))
	}
	return a.chunk[len(a.chunk):]
}

// keep makes b, which was appended to what room returned and did not outgrow it, a part of the arena.
func (a *arena) keep(b []byte) { a.chunk = a.chunk[:len(a.chunk)+len(b)] }

// reset forgets all texts.
func (a *arena) reset() {
	if cap(a.chunk) > keepChunk {
		a.chunk = nil
	}
	a.chunk = a.chunk[:0]
}
