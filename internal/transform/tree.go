package transform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A value is one of JSON: a string, a number, a bool, nil, an *object or a *list.
type value any

// A number is one of JSON, as it is written.
type number string

// An object has members in the order in which they came.
type object struct {
	members []member
	places  map[string]int // of members by key; nil where there are fewMembers or it is not known
}

// fewMembers is how many members are looked through one by one: against events of tens of thousands of keys.
const fewMembers = 16

type member struct {
	key   string
	value value
}

type list struct{ items []value }

// at returns the place of a member, -1 if there is none.
func (o *object) at(key string) int {
	if len(o.members) <= fewMembers {
		return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
	}
	if o.places == nil {
		o.places = make(map[string]int, len(o.members))
		for i, m := range o.members {
			o.places[m.key] = i
		}
	}
	if i, ok := o.places[key]; ok {
		return i
	}
	return -1
}

// get returns the value of a member.
func (o *object) get(key string) (value, bool) {
	if i := o.at(key); i >= 0 {
		return o.members[i].value, true
	}
	return nil, false
}

// set gives a member a value: a new one at the end.
func (o *object) set(key string, v value) {
	if i := o.at(key); i >= 0 {
		o.members[i].value = v
		return
	}
	o.members = append(o.members, member{key, v})
	if o.places != nil {
		o.places[key] = len(o.members) - 1
	}
}

// remove takes a member out.
func (o *object) remove(key string) {
	if i := o.at(key); i >= 0 {
		o.members, o.places = slices.Delete(o.members, i, i+1), nil
	}
}

// A path names a member of an object, and of objects in it.
type path []string

func newPath(text string) path { return strings.Split(text, ".") }

// get returns what is at p. A member whose name has dots in it counts too.
func (o *object) find(p path) (value, bool) {
	if v, ok := o.get(strings.Join(p, ".")); ok {
		return v, true
	}
	for i, key := range p {
		v, ok := o.get(key)
		if !ok || i == len(p)-1 {
			return v, ok
		}
		if o, ok = v.(*object); !ok {
			return nil, false
		}
	}
	return nil, false
}

// put sets what is at p, and makes the objects on the way. It does nothing where something else is on the way, or where there is a value
// already that is not to be overwritten.
func (o *object) put(p path, v value, overwrite bool) {
	for _, key := range p[:len(p)-1] {
		next, ok := o.get(key)
		if !ok {
			next = &object{}
			o.set(key, next)
		}
		if o, ok = next.(*object); !ok {
			return
		}
	}
	last := p[len(p)-1]
	if _, exists := o.get(last); !exists || overwrite {
		o.set(last, v)
	}
}

// drop removes what is at p.
func (o *object) drop(p path) {
	if whole := strings.Join(p, "."); o.at(whole) >= 0 {
		o.remove(whole)
		return
	}
	for _, key := range p[:len(p)-1] {
		next, _ := o.get(key)
		var ok bool
		if o, ok = next.(*object); !ok {
			return
		}
	}
	o.remove(p[len(p)-1])
}

// maxDepth bounds how deep values may be nested: against texts built to exhaust the stack.
const maxDepth = 64

// parse reads JSON.
func parse(text []byte) (value, error) {
	text = jsonscan.Trim(text)
	if !jsonscan.Valid(text) {
		return nil, fmt.Errorf("the text is not JSON")
	}
	return valueOf(text, jsonscan.KindOf(text[0]), 0)
}

// valueOf reads a valid value.
func valueOf(raw []byte, kind jsonscan.Kind, depth int) (value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the JSON is nested deeper than %d levels", maxDepth)
	}
	switch kind {
	case jsonscan.Object:
		o := &object{}
		for it := jsonscan.Members(raw, 0); it.Next(); {
			key := it.Key
			if it.KeyEscaped {
				key, _ = jsonscan.Unquote(nil, key)
			}
			v, err := valueOf(it.Value, it.Kind, depth+1)
			if err != nil {
				return nil, err
			}
			o.set(string(key), v)
		}
		return o, nil
	case jsonscan.Array:
		l := &list{}
		for it := jsonscan.Members(raw, 0); it.Next(); {
			v, err := valueOf(it.Value, it.Kind, depth+1)
			if err != nil {
				return nil, err
			}
			l.items = append(l.items, v)
		}
		return l, nil
	case jsonscan.String:
		text, _ := jsonscan.Unquote(nil, raw[1:len(raw)-1])
		return string(text), nil
	case jsonscan.Number:
		return number(raw), nil
	}
	switch raw[0] {
	case 't':
		return true, nil
	case 'f':
		return false, nil
	}
	return nil, nil
}

// appendJSON appends a value as JSON.
func appendJSON(b []byte, v value) []byte {
	switch v := v.(type) {
	case string:
		return jsonscan.AppendString(b, v)
	case number:
		return append(b, v...)
	case bool:
		return fmt.Append(b, v)
	case *object:
		b = append(b, '{')
		for i, m := range v.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(jsonscan.AppendString(b, m.key), ':')
			b = appendJSON(b, m.value)
		}
		return append(b, '}')
	case *list:
		b = append(b, '[')
		for i, item := range v.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

// text returns a value as the text that processors of strings see: numbers and bools too.
func text(v value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case number:
		return string(v), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// leaves counts the fields in a value.
func leaves(v value) int {
	n := 0
	switch v := v.(type) {
	case *object:
		for _, m := range v.members {
			n += leaves(m.value)
		}
	case *list:
		for _, item := range v.items {
			n += leaves(item)
		}
	default:
		return 1
	}
	return n
}

// copied returns a value that shares nothing with v.
func copied(v value) value {
	switch v := v.(type) {
	case *object:
		o := &object{}
		for _, m := range v.members {
			o.members = append(o.members, member{m.key, copied(m.value)})
		}
		return o
	case *list:
		l := &list{}
		for _, item := range v.items {
			l.items = append(l.items, copied(item))
		}
		return l
	}
	return v
}
