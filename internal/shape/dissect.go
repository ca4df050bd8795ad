package shape

import (
	"bytes"
	"hash/maphash"
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
	path       struct{ from, to int } // in the dissector's paths
	form       Form
}

// A dissector takes messages apart without knowing any shape. It is slow: each shape is learned once.
type dissector struct {
	b      []byte
	pieces []piece
	paths  []byte          // of pieces
	path   []byte          // of the value at hand
	seen   map[uint64]bool // hashes of the paths of all members
	seed   maphash.Seed
	text   []byte // scratch
	quoted []byte // scratch
	dates  *calendar
}

func newDissector(dates *calendar) *dissector {
	return &dissector{seen: map[uint64]bool{}, seed: maphash.MakeSeed(), dates: dates}
}

// dissect finds the pieces of b. It is false if it cannot be taken apart, or only with doubt about what its fields are:
// where a key is there twice, discovery knows which value counts.
func (d *dissector) dissect(b []byte) bool {
	d.b, d.pieces, d.paths, d.path = b, d.pieces[:0], d.paths[:0], d.path[:0]
	clear(d.seen)
	i := jsonscan.Space(b, 0)
	if i == len(b) || b[i] != '{' {
		return false
	}
	end, ok := jsonscan.Check(b, i)
	return ok && jsonscan.Space(b, end) == len(b) && d.container(i, 1) && len(d.pieces) > 0
}

// pathOf returns the path of p. It is valid until the next message.
func (d *dissector) pathOf(p *piece) string { return view(d.paths[p.path.from:p.path.to]) }

// container adds the pieces of the object or array at b[i], which is on that level. It is false if there are too many, or
// a path is there twice.
func (d *dissector) container(i, level int) bool {
	base := len(d.path)
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
		hash := maphash.Bytes(d.seed, d.path)
		if d.seen[hash] {
			return false
		}
		d.seen[hash] = true
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
	p := piece{start: start, end: end, form: d.form(start, end, kind)}
	p.path.from = len(d.paths)
	if len(d.path) > 0 && d.path[0] == '@' {
		d.paths = append(d.paths, '@') // as names of discovered fields have it
	}
	d.paths = append(d.paths, d.path...)
	p.path.to = len(d.paths)
	d.pieces = append(d.pieces, p)
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
			return f
		}
		if len(b)-start == quotedUUID && isUUID(b[start:]) {
			return Form{Style: UUID}
		}
		return d.stringForm(b[start:])
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
func (d *dissector) stringForm(quoted []byte) Form {
	d.text, _ = jsonscan.Unquote(d.text[:0], quoted[1:len(quoted)-1])
	for _, s := range [...]Style{Plain, HTML, ASCII} {
		if d.quoted = appendQuoted(d.quoted[:0], view(d.text), s); bytes.Equal(d.quoted, quoted) {
			return Form{Style: s}
		}
	}
	return Form{Style: Raw}
}
