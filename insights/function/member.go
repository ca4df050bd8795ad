package function

import (
	"bytes"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Step is one step of a path into a map or list: the key Name or, with IsIndex, the list position
// Index counted from 0. A step with IsIndex and a Name is a position in a list and a key in a map.
type Step struct {
	Name    string
	Index   int
	IsIndex bool
}

// ParseJSON returns the map or list that text holds, or null: other JSON values are none, and neither
// is text that breaks a rule of RFC 8259. Blanks between tokens are dropped; nothing else changes.
func ParseJSON(text string) column.Value {
	b := bytesOf(text)
	start := jsonscan.Space(b, 0)
	if start == len(b) || jsonscan.KindOf(b[start]) < jsonscan.Object {
		return column.Value{}
	}
	end, ok := jsonscan.Check(b, start)
	if !ok || jsonscan.Space(b, end) != len(b) {
		return column.Value{}
	}
	return column.JSONValue(compact(text[start:end]))
}

// compact drops the blanks between the tokens of valid JSON text.
func compact(text string) string {
	b := bytesOf(text)
	i := nextBlank(b, 0)
	if i == len(b) {
		return text
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	for i < len(b) {
		i = jsonscan.Space(b, i)
		end := nextBlank(b, i)
		out = append(out, b[i:end]...)
		i = end
	}
	return stringOf(out)
}

// nextBlank returns the first position at or after i that holds a blank outside a string, or len(b).
func nextBlank(b []byte, i int) int {
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			i, _ = jsonscan.SkipString(b, i+1)
		case c <= ' ':
			return i
		default:
			i++
		}
	}
	return i
}

// Member returns what stands at path in the map or list v, without building a tree of it: text,
// an Int64, a Float64, 1 or 0 for a boolean, a map or list, or null if the path leads nowhere. Of equal
// keys the last counts. Where a.b leads nowhere, a key that is itself spelled a.b is tried.
func Member(v column.Value, path []Step) column.Value {
	if v.Kind() != column.JSON {
		return column.Value{}
	}
	if len(path) == 0 {
		return v
	}
	raw := find(bytesOf(v.Str()), path)
	if raw == nil {
		return column.Value{}
	}
	return jsonValue(raw)
}

// find returns the text of the value at path in the JSON value b, or nil.
func find(b []byte, path []Step) []byte {
	if len(path) == 0 {
		return b
	}
	if len(b) == 0 {
		return nil
	}
	switch step := path[0]; {
	case b[0] == '[' && step.IsIndex:
		return find(element(b, step.Index), path[1:])
	case b[0] != '{':
		return nil
	}
	key := ""
	for n, step := range path {
		if step.IsIndex && step.Name == "" {
			return nil
		}
		if n > 0 {
			key += "."
		}
		key += step.Name
		if val := lookup(b, key); val != nil {
			if raw := find(val, path[n+1:]); raw != nil {
				return raw
			}
		}
	}
	return nil
}

// element returns the element of the list b at index, or nil.
func element(b []byte, index int) []byte {
	for it := jsonscan.Members(b, 0); it.Next(); {
		if it.Index == index {
			return it.Value
		}
	}
	return nil
}

// lookup returns the last value of key in the map b, or nil.
func lookup(b []byte, key string) (val []byte) {
	var buf [64]byte
	for it := jsonscan.Members(b, 0); it.Next(); {
		name := it.Key
		if it.KeyEscaped {
			name, _ = jsonscan.Unquote(buf[:0], name)
		}
		if string(name) == key {
			val = it.Value
		}
	}
	return val
}

// jsonValue returns the value that raw, one JSON value, stands for. Booleans are 1 and 0, as those of discovered
// fields are.
func jsonValue(raw []byte) column.Value {
	switch jsonscan.KindOf(raw[0]) {
	case jsonscan.True:
		return column.IntValue(1)
	case jsonscan.False:
		return column.IntValue(0)
	case jsonscan.Number:
		return jsonNumber(raw)
	case jsonscan.String:
		return column.StringValue(jsonText(raw))
	case jsonscan.Object, jsonscan.Array:
		return column.JSONValue(stringOf(raw))
	}
	return column.Value{}
}

// jsonNumber keeps all digits of whole numbers; those of more than 64 bits become their digits as text,
// and so do other numbers beyond a float's range.
func jsonNumber(raw []byte) column.Value {
	if i, ok := jsonscan.ParseInt(raw); ok {
		return column.IntValue(i)
	}
	text := jsonscan.AppendNumber(nil, raw)
	if f, ok := jsonscan.ParseFloat(raw); ok && bytes.IndexByte(text, '.') >= 0 {
		return column.FloatValue(f)
	}
	return column.StringValue(string(text))
}

// jsonText returns the text of raw, a JSON string with its quotes.
func jsonText(raw []byte) string {
	s := raw[1 : len(raw)-1]
	if !jsonscan.HasEscape(s) {
		return stringOf(s)
	}
	text, ok := jsonscan.Unquote(nil, s)
	if !ok {
		return stringOf(s)
	}
	return stringOf(text)
}

// bytesOf returns the bytes of s without copying them; they must not be written to.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// stringOf returns b as a string without copying it; b must not be written to any more.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// appendJSON appends v as JSON: numbers and booleans as results show them, maps and lists as they
// are, all else as a string.
func appendJSON(dst []byte, v column.Value) []byte {
	switch v.Kind() {
	case column.Null:
		return append(dst, "null"...)
	case column.String, column.Timestamp:
		return jsonscan.AppendString(dst, v.Text())
	}
	return v.AppendText(dst)
}

// elements calls each with the elements of a list given as a value or as text, until it returns
// false. ok is false if v is no list.
func elements(v column.Value, each func(column.Value) bool) (ok bool) {
	if v.Kind() == column.String {
		v = ParseJSON(v.Str())
	}
	if !strings.HasPrefix(v.Str(), "[") || v.Kind() != column.JSON {
		return false
	}
	for it := jsonscan.Members(bytesOf(v.Str()), 0); it.Next(); {
		if !each(jsonValue(it.Value)) {
			break
		}
	}
	return true
}
