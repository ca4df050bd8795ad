package files

import (
	"slices"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// jsonValues walks the JSON values in a stream of any length: the elements of top-level arrays and the
// objects that stand one after another, on any number of lines. With a list's name it descends into
// top-level objects and gives the elements of that list in place of the object.
type jsonValues struct {
	*textStream
	list  string   // the member to descend into
	wraps []string // the first keys of objects to descend into; none: no object is
	state jsonState
	outer jsonState // of a list: where it ends to
	// broken is how many bytes of the window are known not to be JSON: they are given line by line.
	broken int
	whole  func(error) bool // whether the text before an error is complete to its last byte
	ended  bool             // the text ended inside a value or before a closing bracket
}

type jsonState uint8

const (
	jsonTop    jsonState = iota // between values
	jsonList                    // in a list whose elements are given
	jsonObject                  // in an object that was descended into
)

// A jsonItem is one value, or a line of text that is none.
type jsonItem struct {
	text []byte
	line int64 // where it starts
	json bool  // it is an object, list or other value
	cut  bool  // it was longer than the window may be
}

// next returns the next value or line. It is valid until the next call.
func (v *jsonValues) next() (jsonItem, bool) {
	for v.blanks() {
		if v.broken > 0 {
			return v.junk()
		}
		c := v.rest()[0]
		switch {
		case c == ',':
			v.skip(1)
		case v.state == jsonList && c == ']':
			v.skip(1)
			v.state = v.outer
		case v.state == jsonObject && c == '}':
			v.skip(1)
			v.state = jsonTop
		case v.state == jsonObject && c == '{': // the object before it was broken off
			v.state = jsonTop
		case v.state == jsonObject:
			if c != '"' || !v.memberOf() {
				return v.junk()
			}
		case v.state == jsonTop && c == '[':
			v.skip(1)
			v.state, v.outer = jsonList, jsonTop
		case v.state == jsonTop && c == '{' && v.isWrapper():
			v.skip(1)
			v.state = jsonObject
		case c == '{' || v.state == jsonList && jsonscan.KindOf(c) != jsonscan.Invalid:
			return v.value()
		default:
			return v.junk()
		}
	}
	v.ended = v.ended || v.state != jsonTop
	return jsonItem{}, false
}

// value consumes the value at the window's start, or makes junk of it if it is broken.
func (v *jsonValues) value() (jsonItem, bool) {
	n, ok := v.measure(0)
	if !ok {
		return v.junk()
	}
	item := jsonItem{text: v.rest()[:n], line: v.line, json: true}
	v.skip(n)
	return item, true
}

// measure returns the end of the value at offset i of the window, for which it reads on as needed.
// Where there is no complete value, broken is set.
func (v *jsonValues) measure(i int) (end int, ok bool) {
	for {
		rest := v.rest()
		end, kind := jsonscan.Value(rest, i)
		// A scalar at the window's end may go on; 8 covers the words.
		if kind != jsonscan.Invalid && (end < len(rest) || v.end) {
			return end, true
		}
		if kind == jsonscan.Invalid && end+8 < len(rest) {
			v.broken = end + 1
			return 0, false
		}
		if !v.more() {
			if kind != jsonscan.Invalid {
				return end, true
			}
			v.ended = v.ended || v.end
			v.broken = len(rest)
			return 0, false
		}
	}
}

// memberOf consumes a member of the object that was descended into: the start of the list, or a whole
// other member. It is false, with broken set, where neither stands.
func (v *jsonValues) memberOf() bool {
	end, ok := v.measure(0)
	if !ok {
		return false
	}
	key := string(v.rest()[1 : end-1])
	i, ok := v.past(end)
	if !ok || v.rest()[i] != ':' {
		v.broken = max(end, 1)
		return false
	}
	if i, ok = v.past(i + 1); !ok {
		v.broken = max(end, 1)
		return false
	}
	if key == v.list && v.rest()[i] == '[' {
		v.skip(i + 1)
		v.state, v.outer = jsonList, jsonObject
		return true
	}
	if end, ok = v.measure(i); !ok {
		return false
	}
	v.skip(end)
	return true
}

// past returns the offset of the first byte at or after i that is no blank; ok is false if there is none.
func (v *jsonValues) past(i int) (at int, ok bool) {
	for {
		i = jsonscan.Space(v.rest(), i)
		if i < len(v.rest()) {
			return i, true
		}
		if !v.more() {
			return i, false
		}
	}
}

// isWrapper reports whether the object at the window's start is one to descend into.
func (v *jsonValues) isWrapper() bool {
	if len(v.wraps) == 0 {
		return false
	}
	i, ok := v.past(1)
	if !ok || v.rest()[i] != '"' {
		return false
	}
	end, ok := v.measure(i)
	if !ok {
		v.broken = 0
		return false
	}
	return slices.Contains(v.wraps, string(v.rest()[i+1:end-1]))
}

// junk consumes a line that is no JSON. When the text ended because it could not be read to its end,
// what is left is an incomplete value and is dropped.
func (v *jsonValues) junk() (jsonItem, bool) {
	if v.ended && v.err != nil && !v.whole(v.err) {
		v.skip(len(v.rest()))
		return jsonItem{}, false
	}
	from, line := v.gone, v.line
	text, cut, ok := v.nextLine()
	v.broken = max(0, v.broken-int(v.gone-from))
	return jsonItem{text: text, line: line, cut: cut}, ok
}
