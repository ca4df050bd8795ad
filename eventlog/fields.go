package eventlog

import "log/slog"

// fields are attributes that are encoded already: a logger's or a context's.
type fields struct {
	text []byte // `,"k":v,"k2":v2`
	keys keySet
}

// with returns f and attrs behind it; f stays as it is.
func (f fields) with(l *Logger, attrs []slog.Attr) fields {
	e := event{line: append([]byte(nil), f.text...), keys: f.keys.clone()}
	for _, a := range attrs {
		e.addAttr(l, "", a)
	}
	return fields{text: e.line, keys: e.keys}
}

// addFields appends f's fields.
func (e *event) addFields(l *Logger, f fields) {
	e.line = append(e.line, f.text...)
	for _, k := range f.keys.names {
		e.keys.add(k)
	}
}

// A keySet holds the keys of an event.
type keySet struct{ names []string }

// add puts key into the set and reports whether it was new.
func (k *keySet) add(key string) bool {
	for _, n := range k.names {
		if n == key {
			return false
		}
	}
	k.names = append(k.names, key)
	return true
}

func (k keySet) clone() keySet { return keySet{names: append([]string(nil), k.names...)} }
