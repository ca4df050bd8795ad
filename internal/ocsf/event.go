package ocsf

import (
	"slices"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// An event is one that is being made: its attributes in the order in which they came, and the texts in its lists.
type event struct {
	attributes []attribute
	inLists    map[string][]string // by path: "answers[].rdata"; for observables
}

// An attribute is a value at a path: "actor.user.name".
type attribute struct {
	path string
	text string // the value if json is empty
	json string
}

// What events have room for at first: most need less.
const (
	usualAttributes = 64
	usualFacts      = 1536 // bytes of JSON beside the record's
	usualFields     = 8    // of an object
)

func newEvent() *event { return &event{attributes: make([]attribute, 0, usualAttributes)} }

// at returns the attribute at a path, nil if there is none.
func (e *event) at(path string) *attribute {
	for i := range e.attributes {
		if e.attributes[i].path == path {
			return &e.attributes[i]
		}
	}
	return nil
}

// has tells whether there is an attribute at a path, or one in an object there.
func (e *event) has(path string) bool {
	for i := range e.attributes {
		if p := e.attributes[i].path; strings.HasPrefix(p, path) && (len(p) == len(path) || p[len(path)] == '.') {
			return true
		}
	}
	return false
}

func (e *event) set(path, json string) {
	e.attributes = append(e.attributes, attribute{path: path, json: json})
}

func (e *event) setText(path, text string) {
	e.attributes = append(e.attributes, attribute{path: path, text: text})
}

func (e *event) setTexts(path string, texts []string) {
	e.set(path, string(appendTexts(nil, texts)))
	e.addInList(path+"[]", texts...)
}

func (e *event) setInt(path string, n int64) { e.set(path, strconv.FormatInt(n, 10)) }

// addInList adds texts in a list, for observables.
func (e *event) addInList(path string, texts ...string) {
	if e.inLists == nil {
		e.inLists = map[string][]string{}
	}
	e.inLists[path] = append(e.inLists[path], texts...)
}

// appendJSON appends the event as JSON. The members of objects are sorted, as in AWS's examples.
func (e *event) appendJSON(b []byte) []byte {
	slices.SortFunc(e.attributes, func(a, b attribute) int { return strings.Compare(a.path, b.path) })
	open := "" // the objects that the attribute before is in, each with a dot behind it
	b = append(b, '{')
	for i, a := range e.attributes {
		name := strings.LastIndexByte(a.path, '.') + 1
		shared := sharedObjects(open, a.path[:name])
		for range strings.Count(open[shared:], ".") {
			b = append(b, '}')
		}
		if i > 0 {
			b = append(b, ',')
		}
		for object := range strings.SplitAfterSeq(a.path[shared:name], ".") {
			if object != "" {
				b = append(jsonscan.AppendString(b, object[:len(object)-1]), ':', '{')
			}
		}
		b = append(jsonscan.AppendString(b, a.path[name:]), ':')
		if a.json != "" {
			b = append(b, a.json...)
		} else {
			b = jsonscan.AppendString(b, a.text)
		}
		open = a.path[:name]
	}
	for range strings.Count(open, ".") {
		b = append(b, '}')
	}
	return append(b, '}')
}

// sharedObjects returns how long the beginning is that two paths of objects share.
func sharedObjects(a, b string) int {
	shared := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			break
		}
		if a[i] == '.' {
			shared = i + 1
		}
	}
	return shared
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
		values := x.event.inLists[o.path]
		if a := x.event.at(o.path); a != nil && a.json == "" {
			values = []string{a.text}
		}
		for _, value := range values {
			if kind := o.of(value); kind != 0 {
				list = append(list, `,{"name":"`+o.path+`","type":"`+observableTypes[kind]+`","type_id":`...)
				list = append(strconv.AppendInt(list, int64(kind), 10), `,"value":`...)
				list = append(jsonscan.AppendString(list, value), '}')
			}
		}
	}
	if list != nil {
		list[0] = '['
		x.event.set("observables", string(append(list, ']')))
	}
}

// of returns the type of an observable with a value; 0 if it is none.
func (o observable) of(value string) int {
	if o.kind == addressOrHostname {
		return kindOfName(value)
	}
	return o.kind
}

// keepRest puts what has no place into unmapped: a flat object of texts, as in AWS's examples.
func (x *conversion) keepRest() {
	rest := x.root.collect(nil, "", 0)
	if len(rest) == 0 {
		return
	}
	slices.SortStableFunc(rest, func(a, b attribute) int { return strings.Compare(a.path, b.path) })
	b := []byte{'{'}
	for i := 0; i < len(rest); {
		same := i + 1
		for same < len(rest) && rest[same].path == rest[i].path {
			same++
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonscan.AppendString(b, rest[i].path), ':')
		b = jsonscan.AppendString(b, restText(rest[i:same]))
		i = same
	}
	x.event.set("unmapped", string(append(b, '}')))
}
