package awsquery

import (
	"reflect"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/wire"
)

// A writer is the wire.Sink of an XML element's content. Names are the model's, so they need no escapes.
type writer struct {
	b     []byte
	name  string // of the element that the next value stands in
	open  []level
	plain []byte // reused: a scalar before it is escaped
}

// A level is a value that has been opened and not closed.
type level struct {
	name string      // its element's; "" without one
	list bool        // a list: every element is called entry
	item *wire.Field // a list's elements or a map's values
	// entry is the name of the element around each of them: in a flattened one that of the member.
	entry string
	// around is the member whose namespace a flattened list's or map's entries are in.
	around *wire.Field
}

// begin opens the element that a value of f stands in.
func (w *writer) begin(name string, f *wire.Field) {
	w.b = append(append(w.b, '<'), name...)
	w.namespace(f)
	w.b = append(w.b, '>')
}

// namespace appends the member's own namespace. That of a shape is for documents, which awsQuery's answers are not.
func (w *writer) namespace(f *wire.Field) {
	if f == nil || f.Member.XMLNamespace == "" {
		return
	}
	w.b = append(w.b, " xmlns"...)
	if f.Member.XMLNamespacePfx != "" {
		w.b = append(append(w.b, ':'), f.Member.XMLNamespacePfx...)
	}
	w.b = append(appendEscaped(append(w.b, `="`...), f.Member.XMLNamespace), '"')
}

func (w *writer) end(name string) {
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

// element opens the element of the next value and returns its name: in a list what its elements are called.
func (w *writer) element(f *wire.Field) string {
	name := w.name
	if n := len(w.open); n > 0 && w.open[n-1].list {
		name = w.open[n-1].entry
	}
	w.begin(name, f)
	return name
}

// done ends the entry that a map's value stands in.
func (w *writer) done() {
	if n := len(w.open); n > 0 && w.open[n-1].item != nil && !w.open[n-1].list {
		w.end(w.open[n-1].entry)
	}
}

func (w *writer) Open(f *wire.Field, _ int) {
	l := level{item: f.Plan.Elem, list: f.Plan.Kind == wire.List}
	switch {
	case l.item == nil:
	case f.Member.Flattened:
		l.entry, l.around = w.name, f
	case l.list:
		l.entry = nameOr(l.item, "member")
	default:
		l.entry = "entry"
	}
	if l.around == nil && (len(w.open) > 0 || w.name != "") {
		l.name = w.element(f)
	}
	w.open = append(w.open, l)
}

func (w *writer) Close(*wire.Field) {
	last := len(w.open) - 1
	if w.open[last].name != "" {
		w.end(w.open[last].name)
	}
	w.open = w.open[:last]
	w.done()
}

func (w *writer) Member(m *wire.Field) { w.name = nameOr(m, m.Member.Name) }

func (w *writer) Key(f *wire.Field, key string) {
	top := &w.open[len(w.open)-1]
	w.begin(top.entry, top.around)
	name := nameOr(f.Plan.Key, "key")
	w.begin(name, f.Plan.Key)
	w.b = appendEscaped(w.b, key)
	w.end(name)
	w.name = nameOr(f.Plan.Elem, "value")
}

// Null writes an empty element. The protocol has no nulls, and AWS's services no sparse lists in it.
func (w *writer) Null(f *wire.Field) {
	w.end(w.element(f))
	w.done()
}

func (w *writer) Scalar(f *wire.Field, s *wire.Scalar) {
	name := w.element(f)
	if f.Plan.Kind == wire.String {
		w.b = appendEscaped(w.b, s.Text)
	} else {
		w.plain = wire.AppendText(w.plain[:0], f, wire.DateTime, s)
		w.b = append(w.b, w.plain...)
	}
	w.end(name)
	w.done()
}

// appendMembers appends the elements of v's members; v is a structure of f.Plan.Type.
func appendMembers(b []byte, f *wire.Field, v reflect.Value) ([]byte, error) {
	w := &writer{b: b}
	err := wire.Encode(w, f, v)
	return w.b, err
}

// appendElement appends an element that holds a text.
func appendElement(b []byte, name, text string) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = appendEscaped(b, text)
	return append(append(append(b, "</"...), name...), '>')
}

// appendEscaped appends text as the content of an element or attribute. What XML 1.0 has no way to hold, control
// characters and bytes that are no UTF-8, becomes U+FFFD; line ends are escaped, or readers would change them.
func appendEscaped(b []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if esc := escape(r, size); esc != "" {
			b = append(append(b, text[start:i]...), esc...)
			start = i + size
		}
		i += size
	}
	return append(b, text[start:]...)
}

// escape returns what stands for r, which took size bytes, "" if that is r.
func escape(r rune, size int) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&#34;"
	case '\t':
		return "&#x9;"
	case '\n':
		return "&#xA;"
	case '\r':
		return "&#xD;"
	case utf8.RuneError:
		if size == 1 {
			return "\uFFFD"
		}
		return ""
	}
	if r < ' ' || r == 0xFFFE || r == 0xFFFF {
		return "\uFFFD"
	}
	return ""
}
