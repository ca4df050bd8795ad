package shape

import (
	"bytes"
	"strconv"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

const (
	// maxElements is up to how many elements an array is taken apart; a longer one is one value. Each length is a shape of
	// its own.
	maxElements = 8
	// maxLevels is how deep objects and arrays are taken apart; what is deeper is one value.
	maxLevels = 16
)

// A piece is a value in a message, as a message nobody knows yet is taken apart.
type piece struct {
	start, end int
	path       string
	form       Form
}

// A dissector takes messages apart without knowing any shape. It is slow: each shape is learned once.
type dissector struct {
	b      []byte
	pieces []piece
	path   []byte
	dates  *calendar
}

// dissect finds the pieces of b. ok is false if it cannot be taken apart, or only with doubt about what its fields are.
func (d *dissector) dissect(b []byte) (scope Scope, ok bool) {
	d.b, d.pieces, d.path = b, d.pieces[:0], d.path[:0]
	i := jsonscan.Space(b, 0)
	if i == len(b) || b[i] != '{' {
		return 0, false
	}
	end, ok := jsonscan.Check(b, i)
	if !ok || jsonscan.Space(b, end) != len(b) {
		return 0, false
	}
	return Object, d.container(i, 1) && d.unique()
}

// unique reports whether no two pieces have the same path: which of them counts is for discovery to say.
func (d *dissector) unique() bool {
	seen := make(map[string]bool, len(d.pieces))
	for _, p := range d.pieces {
		if seen[p.path] {
			return false
		}
		seen[p.path] = true
	}
	return len(d.pieces) > 0
}

// container adds the pieces of the object or array at b[i], which is on that level. It is false if there are too many, or
// a key is there twice.
func (d *dissector) container(i, level int) bool {
	base := len(d.path)
	keys := map[string]bool{}
	for it := jsonscan.Members(d.b, i); it.Next(); {
		d.path = d.path[:base]
		if level > 1 {
			d.path = append(d.path, '.')
		}
		switch {
		case d.b[i] == '[':
			d.path = strconv.AppendInt(d.path, int64(it.Index), 10)
		case it.KeyEscaped:
			d.path, _ = jsonscan.Unquote(d.path, it.Key)
		default:
			d.path = append(d.path, it.Key...)
		}
		if keys[string(d.path)] {
			return false
		}
		keys[string(d.path)] = true
		start := cap(d.b) - cap(it.Value) // it is a part of b
		if !d.value(start, start+len(it.Value), it.Kind, level) {
			return false
		}
	}
	d.path = d.path[:base]
	return true
}

// value adds the pieces of a value whose path is at hand.
func (d *dissector) value(start, end int, kind jsonscan.Kind, level int) bool {
	switch kind {
	case jsonscan.Null:
		return true // is literal text until the place is known to have values
	case jsonscan.Object, jsonscan.Array:
		if level < maxLevels && d.few(start, kind) {
			return d.container(start, level+1)
		}
	}
	if len(d.pieces) == maxSlots {
		return false
	}
	d.pieces = append(d.pieces, piece{start: start, end: end, path: fieldName(d.path), form: d.form(start, end, kind)})
	return true
}

// few reports whether the container at b[i] is taken apart: an object, or an array with few elements.
func (d *dissector) few(i int, kind jsonscan.Kind) bool {
	n := 0
	if kind == jsonscan.Array {
		for it := jsonscan.Members(d.b, i); n <= maxElements && it.Next(); n++ {
		}
	}
	return n <= maxElements
}

// fieldName returns the name that a field with that path has: one that begins with @ gets another one.
func fieldName(path []byte) string {
	if len(path) > 0 && path[0] == '@' {
		return "@" + string(path)
	}
	return string(path)
}

// form returns how the value b[start:end] is written.
func (d *dissector) form(start, end int, kind jsonscan.Kind) Form {
	b := d.b[:end]
	switch kind {
	case jsonscan.True, jsonscan.False:
		return Form{Style: Bool}
	case jsonscan.Number:
		return numberForm(b, start)
	case jsonscan.String:
		if f, _, at, ok := d.dates.readStamp(b, start+1); ok && at == end-1 {
			f.Style = Time
			return f
		}
		return stringForm(b[start:end])
	}
	if fewCommas(b[start:]) {
		return Form{Style: Raw}
	}
	return Form{Style: Long}
}

// numberForm returns how the number at the end of b is written.
func numberForm(b []byte, start int) Form {
	if _, _, ok := takeShort(b, start); ok {
		return Form{Style: Short}
	}
	if _, scale, _, ok := takeSimple(b, start); ok && scale > 0 && scale <= maxFixed {
		return Form{Style: Fixed, Digits: uint8(scale)}
	}
	return Form{Style: Raw}
}

// stringForm returns how a JSON string is written.
func stringForm(quoted []byte) Form {
	text, _ := jsonscan.Unquote(nil, quoted[1:len(quoted)-1])
	for _, s := range [...]Style{Plain, HTML, ASCII} {
		if bytes.Equal(appendQuoted(nil, string(text), s), quoted) {
			return Form{Style: s}
		}
	}
	return Form{Style: Raw}
}
