package transform

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// maxDepth bounds how deep values may be nested: against texts built to exhaust the stack.
const maxDepth = 64

// Why a text is not read.
var (
	errNotJSON = errors.New("the text is not JSON")
	errTooDeep = fmt.Errorf("the JSON is nested deeper than %d levels", maxDepth)
)

// A jsonReader reads one text. Its values are parts of it, or of the memory of the event for texts with escapes.
type jsonReader struct {
	event *event
	text  string
	raw   []byte // the same
	at    int
}

// parse reads JSON.
func (e *event) parse(s string) (value, error) {
	r := jsonReader{event: e, text: s, raw: unsafe.Slice(unsafe.StringData(s), len(s))}
	r.at = jsonscan.Space(r.raw, 0)
	v, err := r.value(0)
	if err == nil && jsonscan.Space(r.raw, r.at) != len(s) {
		err = errNotJSON
	}
	if errors.Is(err, errTooDeep) && !jsonscan.Valid(r.raw) {
		err = errNotJSON
	}
	return v, err
}

// value reads the value at r.at.
func (r *jsonReader) value(depth int) (v value, err error) {
	if depth > maxDepth {
		return v, errTooDeep
	}
	if r.at == len(r.raw) {
		return v, errNotJSON
	}
	switch r.raw[r.at] {
	case '"':
		v.kind = text
		v.text, v.plain, err = r.string()
		return v, err
	case '{':
		v = nodeOf(object, r.event.node())
		return v, r.object(v.node, depth)
	case '[':
		v = nodeOf(list, r.event.node())
		return v, r.list(v.node, depth)
	}
	end, ok := jsonscan.Check(r.raw, r.at)
	if !ok {
		return v, errNotJSON
	}
	v.text = r.text[r.at:end]
	switch jsonscan.KindOf(r.raw[r.at]) {
	case jsonscan.Number:
		v.kind = number
	case jsonscan.True, jsonscan.False:
		v.kind = boolean
	default:
		v = value{}
	}
	r.at = end
	return v, nil
}

// string reads the string at r.at. It is plain if JSON writes it as it is.
func (r *jsonReader) string() (s string, plain bool, err error) {
	start := r.at + 1
	end, escaped, ok := jsonscan.CheckString(r.raw, start)
	if !ok {
		return "", false, errNotJSON
	}
	r.at = end
	if s = r.text[start : end-1]; !escaped {
		return s, true, nil
	}
	from := len(r.event.plain)
	r.event.plain, _ = jsonscan.Unquote(r.event.plain, r.raw[start:end-1])
	made := r.event.plain[from:]
	return unsafe.String(unsafe.SliceData(made), len(made)), false, nil
}

// next passes the opening bracket or a comma, or the closing bracket: then there is nothing more.
func (r *jsonReader) next(first bool, closing byte) (more bool, err error) {
	if first {
		r.at++
	}
	r.at = jsonscan.Space(r.raw, r.at)
	if r.at == len(r.raw) {
		return false, errNotJSON
	}
	switch c := r.raw[r.at]; {
	case c == closing:
		r.at++
		return false, nil
	case first:
		return true, nil
	case c != ',':
		return false, errNotJSON
	}
	r.at = jsonscan.Space(r.raw, r.at+1)
	return true, nil
}

func (r *jsonReader) object(o *node, depth int) error {
	for first := true; ; first = false {
		more, err := r.next(first, '}')
		if err != nil || !more {
			return err
		}
		if r.at == len(r.raw) || r.raw[r.at] != '"' {
			return errNotJSON
		}
		m := member{}
		if m.key, m.plain, err = r.string(); err != nil {
			return err
		}
		if r.at = jsonscan.Space(r.raw, r.at); r.at == len(r.raw) || r.raw[r.at] != ':' {
			return errNotJSON
		}
		r.at = jsonscan.Space(r.raw, r.at+1)
		if m.value, err = r.value(depth + 1); err != nil {
			return err
		}
		o.setMember(m)
	}
}

func (r *jsonReader) list(l *node, depth int) error {
	for first := true; ; first = false {
		more, err := r.next(first, ']')
		if err != nil || !more {
			return err
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		l.add(v)
	}
}
