package ocsf

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A field is a record, or a part of one, that knows whether it has a place in the event.
type field struct {
	key    string // of a member; the index of an element
	raw    []byte // valid JSON without blanks around it
	kind   jsonscan.Kind
	placed bool    // with all that is in it
	inner  []field // members or elements, once they were asked for
}

// readJSON reads a record that is a JSON object and has a value at all the paths that tell its source.
func readJSON(text string, all ...string) (*field, error) {
	raw := jsonscan.Trim([]byte(text))
	if len(raw) == 0 || raw[0] != '{' || !jsonscan.Valid(raw) {
		return nil, errors.New("the record is no JSON object")
	}
	root := &field{raw: raw, kind: jsonscan.Object}
	for _, path := range all {
		if root.textAt(path) == "" {
			return nil, fmt.Errorf("the record has no %s", path)
		}
	}
	return root, nil
}

// fields returns the members of an object or the elements of a list.
func (f *field) fields() []field {
	if f.inner != nil || f.kind != jsonscan.Object && f.kind != jsonscan.Array {
		return f.inner
	}
	f.inner = make([]field, 0, usualFields)
	for it := jsonscan.Members(f.raw, 0); it.Next(); {
		key := it.Key
		switch {
		case f.kind == jsonscan.Array:
			key = strconv.AppendInt(nil, int64(it.Index), 10)
		case it.KeyEscaped:
			key, _ = jsonscan.Unquote(nil, key)
		}
		f.inner = append(f.inner, field{key: string(key), raw: it.Value, kind: it.Kind})
	}
	return f.inner
}

// find returns the field at a path, nil if there is none. Keys stand behind dots, and may have dots themselves; an empty path is f.
func (f *field) find(path string) *field {
	if path == "" {
		return f
	}
	inner := f.fields()
	for i := range inner {
		in := &inner[i]
		rest, ok := strings.CutPrefix(path, in.key)
		switch {
		case !ok:
		case rest == "":
			return in
		case rest[0] == '.':
			if found := in.find(rest[1:]); found != nil {
				return found
			}
		}
	}
	return nil
}

// textAt returns the text of the value at a path, "" if there is none.
func (f *field) textAt(path string) string {
	if in := f.find(path); in != nil && in.scalar() {
		return in.text()
	}
	return ""
}

// says tells whether a field has a value: null and an empty text, list or object say nothing, and are not kept [R].
func (f *field) says() bool {
	switch f.kind {
	case jsonscan.Null:
		return false
	case jsonscan.String:
		return len(f.raw) > len(`""`)
	case jsonscan.Object, jsonscan.Array:
		return len(f.fields()) > 0
	}
	return true
}

// scalar tells whether a field is a text, a number or a bool.
func (f *field) scalar() bool {
	return f.kind != jsonscan.Object && f.kind != jsonscan.Array && f.says()
}

// text returns a text as it is, and everything else as compact JSON.
func (f *field) text() string {
	switch f.kind {
	case jsonscan.String:
		inside := f.raw[1 : len(f.raw)-1]
		if !jsonscan.HasEscape(inside) {
			return string(inside)
		}
		text, _ := jsonscan.Unquote(nil, inside)
		return string(text)
	case jsonscan.Object, jsonscan.Array:
		return string(jsonscan.AppendCompact(nil, f.raw))
	}
	return string(f.raw)
}

// maxDepth is how deep fields without a place are taken apart; what lies deeper is kept as JSON. It is against records that are nested to
// make that slow.
const maxDepth = 32

// collect appends the parts of f that have no place to rest, by their paths. Lists are [] in paths, as in AWS's examples.
func (f *field) collect(rest []attribute, path string, depth int) []attribute {
	if f.scalar() || depth == maxDepth {
		return append(rest, attribute{path: path, text: f.text()})
	}
	inner := f.fields()
	for i := range inner {
		in := &inner[i]
		switch {
		case in.placed || !in.says():
		case f.kind == jsonscan.Array:
			rest = in.collect(rest, path+"[]", depth+1)
		case depth == 0:
			rest = in.collect(rest, in.key, depth+1)
		default:
			rest = in.collect(rest, path+"."+in.key, depth+1)
		}
	}
	return rest
}

// restText returns the values at one path of unmapped as one text: joined by commas as in AWS's examples, as a JSON list where that could not
// be told apart [R].
func restText(values []attribute) string {
	if len(values) == 1 {
		return values[0].text
	}
	texts := make([]string, len(values))
	joined := true
	for i, v := range values {
		texts[i] = v.text
		joined = joined && !strings.ContainsRune(v.text, ',')
	}
	if joined {
		return strings.Join(texts, ",")
	}
	return string(appendTexts(nil, texts))
}

// appendTexts appends a list of texts as JSON.
func appendTexts(b []byte, texts []string) []byte {
	b = append(b, '[')
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonscan.AppendString(b, t)
	}
	return append(b, ']')
}
