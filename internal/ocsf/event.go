package ocsf

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// An event is one that is being made: its attributes by their paths.
type event struct {
	attributes map[string][]byte   // JSON by path: "actor.user.name"
	texts      map[string][]string // what observables can be, by path; those in lists too: "answers[].rdata"
}

func newEvent() *event { return &event{attributes: map[string][]byte{}, texts: map[string][]string{}} }

// has tells whether there is an attribute at a path, or one in an object there.
func (e *event) has(path string) bool {
	if _, ok := e.attributes[path]; ok {
		return true
	}
	for p := range e.attributes {
		if rest, ok := strings.CutPrefix(p, path); ok && rest[0] == '.' {
			return true
		}
	}
	return false
}

func (e *event) set(path string, json []byte) { e.attributes[path] = json }

func (e *event) setText(path, text string) {
	e.set(path, jsonscan.AppendString(nil, text))
	e.texts[path] = []string{text}
}

func (e *event) setTexts(path string, texts []string) {
	e.set(path, appendTexts(nil, texts))
	e.texts[path+"[]"] = texts
}

func (e *event) setInt(path string, n int64) { e.set(path, strconv.AppendInt(nil, n, 10)) }

// appendJSON appends the event as JSON. The members of objects are sorted, as in AWS's examples.
func (e *event) appendJSON(b []byte) []byte {
	var open []string // the objects that the attribute before is in
	b = append(b, '{')
	for i, path := range slices.Sorted(maps.Keys(e.attributes)) {
		parts := strings.Split(path, ".")
		name := len(parts) - 1
		shared := 0
		for shared < min(len(open), name) && open[shared] == parts[shared] {
			shared++
		}
		for range open[shared:] {
			b = append(b, '}')
		}
		if i > 0 {
			b = append(b, ',')
		}
		for _, object := range parts[shared:name] {
			b = append(jsonscan.AppendString(b, object), ':', '{')
		}
		b = append(jsonscan.AppendString(b, parts[name]), ':')
		b = append(b, e.attributes[path]...)
		open = parts[:name]
	}
	for range open {
		b = append(b, '}')
	}
	return append(b, '}')
}

// The types of observables that the mappings know (ocsf/ocsf-schema, the types of dictionary.json).
const (
	hostname    = 1
	address     = 2
	userName    = 4
	urlString   = 6
	resourceUID = 10

	addressOrHostname = 0 // whichever the value is, if any; no type of the schema
)

var observableTypes = map[int]string{hostname: "Hostname", address: "IP Address", userName: "User Name", urlString: "URL String", resourceUID: "Resource UID"}

// An observable names an attribute whose values are listed among the observables.
type observable struct {
	path string
	kind int
}

// observe lists the observables of an event.
func (x *conversion) observe(all []observable) {
	var list []byte
	for _, o := range all {
		for _, value := range x.event.texts[o.path] {
			kind := o.kind
			if kind == addressOrHostname {
				if kind = kindOfName(value); kind == 0 {
					continue
				}
			}
			one := newEvent()
			one.setText("name", o.path)
			one.setText("type", observableTypes[kind])
			one.setInt("type_id", int64(kind))
			one.setText("value", value)
			list = one.appendJSON(append(list, ','))
		}
	}
	if list != nil {
		list[0] = '['
		x.event.set("observables", append(list, ']'))
	}
}

// keepRest puts what has no place into unmapped: a flat object of texts, as in AWS's examples.
func (x *conversion) keepRest() {
	rest := map[string][]string{}
	x.root.collect("", 0, rest)
	if len(rest) == 0 {
		return
	}
	b := []byte{'{'}
	for i, path := range slices.Sorted(maps.Keys(rest)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonscan.AppendString(b, path), ':')
		b = jsonscan.AppendString(b, restText(rest[path]))
	}
	x.event.set("unmapped", append(b, '}'))
}
