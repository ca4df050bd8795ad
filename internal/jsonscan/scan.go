// Package jsonscan walks JSON text (RFC 8259) in a byte slice without building a tree and without
// allocating. What the values mean, which of them a caller wants and how they are stored is left to others.
package jsonscan

import "bytes"

// Kind says what a JSON value is.
type Kind uint8

// The kinds. Invalid marks text that is not a value.
const (
	Invalid Kind = iota
	Null
	False
	True
	Number
	String
	Object
	Array
)

var kindNames = [...]string{"invalid", "null", "false", "true", "number", "string", "object", "array"}

// String returns the kind's lower-case name.
func (k Kind) String() string { return kindNames[k] }

// MaxDepth is how many objects and arrays may stand inside each other; deeper text is malformed to
// every function here. It is the bound of encoding/json.
const MaxDepth = 10_000

// kindOf maps the first byte of a value to its kind.
var kindOf = [256]Kind{
	'"': String, '{': Object, '[': Array, 't': True, 'f': False, 'n': Null, '-': Number,
	'0': Number, '1': Number, '2': Number, '3': Number, '4': Number,
	'5': Number, '6': Number, '7': Number, '8': Number, '9': Number,
}

// KindOf returns the kind of the value whose first byte is c; Invalid if no value starts so.
func KindOf(c byte) Kind { return kindOf[c] }

// Space returns the first position at or after i that holds no blank (space, tab, line feed,
// carriage return), or len(b).
func Space(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && isSpace(b[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// Trim returns b without the blanks at both ends.
func Trim(b []byte) []byte {
	b = b[Space(b, 0):]
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// Value returns the end of the value that starts at b[i], which must not be a blank, and its kind;
// for malformed text the kind is Invalid and end is where that showed.
//
// It checks quickly rather than fully: brackets match in kind, commas and colons stand where they
// must, keys are strings, strings end, true, false and null are spelled out. It does not check that
// a number follows the grammar beyond being made of digits and the bytes + - . e E, nor anything
// inside strings (escapes, control characters, UTF-8). See Check for all of that.
func Value(b []byte, i int) (end int, k Kind) {
	if uint(i) >= uint(len(b)) {
		return i, Invalid
	}
	k = kindOf[b[i]]
	ok := false
	switch k {
	case String:
		if j := bytes.IndexByte(b[i+1:], '"'); j >= 0 && b[i+j] != '\\' {
			return i + j + 2, String
		}
		end, ok = skipEscaped(b, i+1)
	case Number:
		return SkipNumber(b, i), Number
	case Object, Array:
		end, ok = nested(b, i, false)
	default:
		end, ok = scalar(b, i, k)
	}
	if !ok {
		return end, Invalid
	}
	return end, k
}

// Check is Value with every rule of the grammar checked, UTF-8 in strings included. It returns the
// end of the value that starts at b[i]; when ok is false, the position where the text went wrong.
func Check(b []byte, i int) (end int, ok bool) {
	if uint(i) >= uint(len(b)) {
		return i, false
	}
	switch k := kindOf[b[i]]; k {
	case String:
		return anyString(b, i+1, true)
	case Object, Array:
		return nested(b, i, true)
	case Number:
		return checkNumber(b, i)
	default:
		return scalar(b, i, k)
	}
}

// Valid reports whether b is exactly one JSON text, blanks around it allowed, by all the rules of
// RFC 8259: no control characters in strings, only known escapes, valid UTF-8, nothing nested more
// than MaxDepth deep.
func Valid(b []byte) bool {
	end, ok := Check(b, Space(b, 0))
	return ok && Space(b, end) == len(b)
}

// scalar returns the end of the true, false, null or number at b[i], numbers checked lightly.
func scalar(b []byte, i int, k Kind) (end int, ok bool) {
	switch k {
	case Number:
		return SkipNumber(b, i), true
	case True:
		return word(b, i, "true")
	case False:
		return word(b, i, "false")
	case Null:
		return word(b, i, "null")
	}
	return i, false
}

func word(b []byte, i int, w string) (end int, ok bool) {
	if len(b)-i >= len(w) && string(b[i:i+len(w)]) == w {
		return i + len(w), true
	}
	return i, false
}

// nested returns the end of the object or array at b[i].
func nested(b []byte, i int, strict bool) (end int, ok bool) {
	var levels [1]uint64
	end, ok, deep := nest(b, i, strict, levels[:])
	if deep {
		return nestDeep(b, i, strict)
	}
	return end, ok
}

// nestDeep is nested for text more than 64 levels deep; its stack costs more to clear.
func nestDeep(b []byte, i int, strict bool) (end int, ok bool) {
	var levels [(MaxDepth + 63) / 64]uint64
	end, ok, _ = nest(b, i, strict, levels[:])
	return end, ok
}

// nest walks the object or array at b[i]. Bit d of levels tells whether level d is an object. deep
// says that levels was too short.
func nest(b []byte, i int, strict bool, levels []uint64) (end int, ok, deep bool) {
	limit := min(len(levels)*64, MaxDepth)
	for depth := 0; ; {
		var k Kind
		if i < len(b) {
			k = kindOf[b[i]]
		}
		switch {
		case k == String:
			i, ok = anyString(b, i+1, strict)
		case k >= Object:
			if depth == limit {
				return i, false, true
			}
			var empty bool
			if i, empty, ok = open(b, i, k, strict); !ok {
				return i, false, false
			}
			if !empty {
				setLevel(levels, depth, k == Object)
				depth++
				continue
			}
		case k == Number && strict:
			i, ok = checkNumber(b, i)
		default:
			i, ok = scalar(b, i, k)
		}
		if !ok {
			return i, false, false
		}
		if i, depth, ok = next(b, i, strict, levels, depth); !ok || depth == 0 {
			return i, ok, false
		}
	}
}

// open passes the opening bracket at b[i] and, in an object, the first key. i then stands at a
// value, or after the closing bracket if the container is empty.
func open(b []byte, i int, k Kind, strict bool) (at int, empty, ok bool) {
	i = Space(b, i+1)
	if i == len(b) {
		return i, false, false
	}
	if k == Array {
		if b[i] == ']' {
			return i + 1, true, true
		}
		return i, false, true
	}
	if b[i] == '}' {
		return i + 1, true, true
	}
	i, ok = passKey(b, i, strict)
	return i, false, ok
}

// next moves from the end of a value to the start of the next one: it passes closing brackets, a
// comma and, in an object, the key. depth 0 says that the outermost container ended at i.
func next(b []byte, i int, strict bool, levels []uint64, depth int) (at, level int, ok bool) {
	for depth > 0 {
		i = Space(b, i)
		if i == len(b) {
			return i, depth, false
		}
		object := levels[(depth-1)>>6]>>(uint(depth-1)&63)&1 != 0
		switch c := b[i]; {
		case c == ',' && object:
			i, ok = passKey(b, Space(b, i+1), strict)
			return i, depth, ok
		case c == ',':
			return Space(b, i+1), depth, true
		case c == '}' && object, c == ']' && !object:
			i++
			depth--
		default:
			return i, depth, false
		}
	}
	return i, 0, true
}

// passKey passes the key at b[i], its colon and the blanks around it.
func passKey(b []byte, i int, strict bool) (at int, ok bool) {
	if i >= len(b) || b[i] != '"' {
		return i, false
	}
	if i, ok = anyString(b, i+1, strict); !ok {
		return i, false
	}
	i = Space(b, i)
	if i == len(b) || b[i] != ':' {
		return i, false
	}
	return Space(b, i+1), true
}

func setLevel(levels []uint64, depth int, object bool) {
	bit := uint64(1) << (uint(depth) & 63)
	if object {
		levels[depth>>6] |= bit
	} else {
		levels[depth>>6] &^= bit
	}
}
