package eventlog

import (
	"log/slog"
	"slices"
	"sync/atomic"

	"github.com/groundwatch/groundwatch/eventlog/internal/jsontext"
	"github.com/groundwatch/groundwatch/eventlog/internal/jsonwalk"
)

// Fields are attributes that are encoded already: a logger's or a context's. They are never changed. Nil has none.
type fields struct {
	text []byte   // `,"k":v,"k2":v2`
	at   []uint32 // where each begins in text
	keys filter
	sink *sink // whose reserved keys and redaction they follow

	dropped uint64 // how many were left out because the logger has their key

	// adapted is what became of the fields for the logger that asked last.
	adapted atomic.Pointer[adapted]
}

type adapted struct {
	log    *Logger
	fields *fields
}

// with returns f and attrs behind it; an attribute replaces an older one of the same key.
func (f *fields) with(l *Logger, attrs []slog.Attr) *fields { return f.withGroup(l, "", attrs) }

// withGroup is with inside a group: prefix is its encoded name, with a dot at the end.
func (f *fields) withGroup(l *Logger, prefix string, attrs []slog.Attr) *fields {
	e := newEvent(l)
	e.replaces = true
	e.keys = l.sink.reservedKeys
	if f != nil {
		e.line, e.at = append(e.line, f.text...), append(e.at, f.at...)
		e.keys.join(&f.keys)
	}
	e.prefix = append(e.prefix, prefix...)
	e.addAttrs(attrs) // if a method of theirs leaves by runtime.Goexit, e is not used again
	e.replaces = false
	if e.over.n > 0 {
		e.over.tell(l.sink)
	}
	defer e.free()
	return newFields(l.sink, e.line, e.at)
}

// newFields returns fields with a copy of text and at.
func newFields(s *sink, text []byte, at []uint32) *fields {
	f := &fields{text: append([]byte(nil), text...), at: append([]uint32(nil), at...), sink: s}
	for i := range f.at {
		key, _ := f.field(i)
		f.keys.add(hashOf(key))
	}
	return f
}

// field returns the encoded key and the value of the i-th field.
func (f *fields) field(i int) (key, value []byte) {
	end := len(f.text)
	if i+1 < len(f.at) {
		end = int(f.at[i+1])
	}
	field := f.text[f.at[i]+1 : end]
	n := jsonwalk.SkipString(field, 0)
	return field[1 : n-1], field[n+1:]
}

// index returns which field has this encoded key, or -1.
func (f *fields) index(key []byte) int {
	if f == nil {
		return -1
	}
	return indexField(f.text, f.at, key)
}

// under returns the fields as l writes them behind its own: without those whose keys l has, under l's reserved keys
// and redaction. Most often that is f itself.
func (f *fields) under(l *Logger) *fields {
	if f.sink == l.sink && (l.fields == nil || !f.keys.meets(&l.fields.keys)) {
		return f
	}
	if a := f.adapted.Load(); a != nil && a.log == l {
		return a.fields
	}
	a := &adapted{l, f.adapt(l)}
	f.adapted.Store(a)
	return a.fields
}

// adapt does what under says.
func (f *fields) adapt(l *Logger) *fields {
	var b []byte
	var at []uint32
	var dropped uint64
	erred := l.fields.index(jsontext.Bytes(errorKeys[0])) >= 0
	for i := range f.at {
		key, value := f.field(i)
		if l.sink.isReserved(key) {
			key = append([]byte(reservedPrefix), key...)
		}
		loses := erred && slices.Contains(errorKeys, text(key))
		if loses || l.fields.index(key) >= 0 || indexField(b, at, key) >= 0 {
			dropped++
			continue
		}
		at = append(at, uint32(len(b)))
		b = append(append(append(b, ',', '"'), key...), '"', ':')
		if f.sink == l.sink {
			b = append(b, value...)
		} else {
			b = l.sink.redact.AppendJSON(b, text(key), value)
		}
	}
	g := newFields(l.sink, b, at)
	g.dropped = dropped
	return g
}
