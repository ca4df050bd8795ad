package awsquery

import (
	"net/url"
	"slices"
	"strings"
	"unsafe"

	"github.com/groundwatch/groundwatch/internal/fault"
	"github.com/groundwatch/groundwatch/internal/wire"
)

// A param is one key of a form, unescaped: the path of a member, "Tags.member.1.Key".
type param struct {
	key, value string
}

// maxParams bounds what small parameters, two bytes each on the wire, grow to in memory.
const maxParams = wire.MaxGrown / int(unsafe.Sizeof(param{}))

// malformed returns the error for a form that does not fit the input, under this protocol's code.
func malformed(message string) *fault.Error {
	return fault.New(fault.Invalid, "MalformedInput", "%s", message)
}

// AWS's texts for a parameter that stands where something else must.
const (
	endedStructure      = "Unexpected complex element termination"
	endedList           = "Unexpected list element termination"
	unexpectedStructure = "Start of structure or map found where not expected."
)

// appendParams appends the parameters of text, the query of a URL or a form.
func appendParams(params []param, text string) ([]param, error) {
	more := strings.Count(text, "&") + 1
	if more > maxParams-len(params) {
		return nil, malformed("")
	}
	params = slices.Grow(params, min(more, len(text)/8+1)) // none is much shorter
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		p, ok := unescape(key, value)
		if !ok {
			return nil, badEscape()
		}
		params = append(params, p)
	}
	return params, nil
}

func unescape(key, value string) (p param, ok bool) {
	var err1, err2 error
	p.key, err1 = url.QueryUnescape(key)
	p.value, err2 = url.QueryUnescape(value)
	return p, err1 == nil && err2 == nil
}

// badEscape returns the error for a percent sign without two hexadecimal digits behind it.
func badEscape() *fault.Error {
	return fault.New(fault.Invalid, "MalformedQueryString", "The query string contains a syntax error")
}

// sortParams brings together what belongs together: parameters in the order of their paths, indexes by number. What has
// the same path stays in its order.
func sortParams(params []param) {
	byPath := func(a, b param) int { return comparePaths(a.key, b.key) }
	if !slices.IsSortedFunc(params, byPath) {
		slices.SortStableFunc(params, byPath)
	}
}

// comparePaths compares by the first step that differs. An index is before a name, a shorter path before a longer one.
func comparePaths(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) && i == len(b) {
		return 0
	}
	start := strings.LastIndexByte(a[:i], '.') + 1
	x, y := step(a[start:]), step(b[start:])
	m, n := isIndex(x), isIndex(y)
	switch {
	case x == y: // one of them ends here
		return len(a) - len(b)
	case m && n && len(x) != len(y):
		return len(x) - len(y)
	case m != n:
		if m {
			return -1
		}
		return 1
	}
	return strings.Compare(x, y)
}

// step returns the first step of a path.
func step(path string) string {
	if dot := strings.IndexByte(path, '.'); dot >= 0 {
		return path[:dot]
	}
	return path
}

// isIndex tells whether a step is an index of a list or map, which counts from 1 and has no zeros in front.
func isIndex(step string) bool {
	if step == "" || step[0] == '0' {
		return false
	}
	for i := range len(step) {
		if step[i] < '0' || step[i] > '9' {
			return false
		}
	}
	return true
}

// A form is the wire.Source of sorted parameters.
type form struct {
	params []param
	at     span // of the value to be read next
	open   []span
	name   []byte // of the last member or key
}

// A span is a value: params[lo:hi] are those whose paths start with its own path, of n bytes. The value itself stands in
// the first of them, its parts in the others.
type span struct {
	lo, hi, n int
}

// newForm returns the source of a structure that params hold.
func newForm(params []param) *form {
	sortParams(params)
	return &form{params: params, at: span{hi: len(params), n: -1}}
}

// scalar returns the text at the path of s. The last one counts.
func (f *form) scalar(s span) (text string, ok bool) {
	for s.lo < s.hi && len(f.params[s.lo].key) == s.n {
		text, ok = f.params[s.lo].value, true
		s.lo++
	}
	return text, ok
}

// parts returns s without its own text.
func (f *form) parts(s span) span {
	for s.lo < s.hi && len(f.params[s.lo].key) == s.n {
		s.lo++
	}
	return s
}

// part returns the first part of s, and moves s behind it. s must hold one.
func (f *form) part(s *span) (name string, part span) {
	start := s.n + 1
	name = step(f.params[s.lo].key[start:])
	part = span{lo: s.lo, hi: s.lo + 1, n: start + len(name)}
	for part.hi < s.hi {
		key := f.params[part.hi].key
		if key[start:min(part.n, len(key))] != name || len(key) > part.n && key[part.n] != '.' {
			break
		}
		part.hi++
	}
	s.lo = part.hi
	return name, part
}

// Null is true for a map's value that was not sent: no form has a null.
func (f *form) Null(*wire.Field) (bool, error) { return f.at.lo == f.at.hi, nil }

// Open enters a value that has parts. One that is sent as an empty text has none.
func (f *form) Open(field *wire.Field) error {
	entries, ended := "", endedStructure
	switch field.Plan.Kind {
	case wire.List:
		entries, ended = nameOr(field.Plan.Elem, "member"), endedList
	case wire.Map:
		entries = "entry"
	}
	parts := f.parts(f.at)
	if text, _ := f.scalar(f.at); text != "" && parts.lo == parts.hi {
		return malformed(ended)
	}
	if entries != "" && !field.Member.Flattened && parts.lo < parts.hi {
		name, inner := f.part(&parts)
		if name != entries || parts.lo < parts.hi {
			return malformed(ended)
		}
		text, _ := f.scalar(inner)
		if parts = f.parts(inner); text != "" && parts.lo == parts.hi {
			return malformed(ended)
		}
	}
	f.open = append(f.open, parts)
	return nil
}

// Next goes by the order of indexes; what is missing between them is not missed.
func (f *form) Next(field *wire.Field) (name []byte, more bool, err error) {
	last := len(f.open) - 1
	top := &f.open[last]
	if top.lo == top.hi {
		f.open = f.open[:last]
		return nil, false, nil
	}
	step, part := f.part(top)
	f.at = part
	switch kind := field.Plan.Kind; {
	case kind == wire.Struct || kind == wire.Union:
		f.name = append(f.name[:0], memberName(field.Plan, step)...)
		return f.name, true, nil
	case !isIndex(step):
		return nil, false, malformed(endedList)
	case kind == wire.Map:
		return f.entry(field)
	}
	return nil, true, nil
}

// entry finds the key and the value of a map's entry, which is what comes next.
func (f *form) entry(field *wire.Field) (name []byte, more bool, err error) {
	keyName, valueName := nameOr(field.Plan.Key, "key"), nameOr(field.Plan.Elem, "value")
	parts, found := f.parts(f.at), false
	f.at = span{}
	for parts.lo < parts.hi {
		step, part := f.part(&parts)
		switch step {
		case keyName:
			var key string
			key, found = f.scalar(part)
			f.name = append(f.name[:0], key...)
		case valueName:
			f.at = part
		}
	}
	if !found {
		return nil, false, malformed(endedStructure)
	}
	return f.name, true, nil
}

// memberName returns the name of the member that is called step in forms, "" if there is none.
func memberName(p *wire.Plan, step string) string {
	for i := range p.Fields {
		if m := p.Fields[i].Member; nameOr(&p.Fields[i], m.Name) == step {
			return m.Name
		}
	}
	return ""
}

// nameOr returns the name that the model has for a member, element, key or value, or else the given one.
func nameOr(f *wire.Field, name string) string {
	if f.Member.XMLName != "" {
		return f.Member.XMLName
	}
	return name
}

func (f *form) Skip() error { return nil }

func (f *form) Scalar(field *wire.Field, s *wire.Scalar) error {
	text, ok := f.scalar(f.at)
	switch {
	case !ok:
		return malformed(unexpectedStructure)
	case wire.ParseText(field, wire.DateTime, text, s):
		return nil
	case field.Plan.Kind == wire.Time:
		return malformed("timestamp must follow ISO8601")
	}
	return wire.CannotBe("STRING_VALUE", field)
}
