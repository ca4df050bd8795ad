package discover

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// Each calls f with every field of msg, the text of one event, in the order of the text until f
// returns false; the fields that New was given do not matter. Values are as from Extract; names and
// strings are valid as long as msg is and until x is Reset.
func (x *Extractor) Each(msg []byte, f func(name string, v column.Value) bool) {
	b := jsonscan.Trim(msg)
	switch x.kind {
	case JSON:
		x.eachLeaf(b, true, f)
	case Lambda:
		x.eachLambda(b, f)
	case VPCFlow, Route53:
		x.eachColumn(b, f)
	}
}

// eachLeaf calls f with the fields of the object at the start of b. It is false if there is none or,
// with whole, if it is not all of b.
func (x *Extractor) eachLeaf(b []byte, whole bool, f func(name string, v column.Value) bool) bool {
	l := &x.leaves
	if end, ok := l.collect(b, false); !ok || whole && end != len(b) {
		return false
	}
	l.unique(b)
	for i := range l.list {
		lf := &l.list[i]
		if !lf.dead && !f(x.arena.name(l, lf, b), x.arena.value(b, &lf.slot)) {
			break
		}
	}
	return true
}

// name returns the name of lf, a leaf of the event b.
func (a *arena) name(l *leaves, lf *leaf, b []byte) string {
	path := l.pathOf(lf, b)
	at := len(path) > 0 && path[0] == '@'
	if lf.inText && !at {
		return view(path)
	}
	name := a.room(len(path) + 1)
	if at {
		name = append(name, '@') // see fieldPath
	}
	return a.take(append(name, path...))
}

// allFields returns all fields of the event b as one JSON object of names and the texts of their values.
func (x *Extractor) allFields(b []byte) string {
	out := append(x.text[:0], '{')
	var number [32]byte
	x.Each(b, func(name string, v column.Value) bool {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(jsonscan.AppendString(out, name), ':')
		if v.Kind() == column.String {
			out = jsonscan.AppendString(out, v.Str())
		} else {
			out = jsonscan.AppendString(out, view(v.AppendText(number[:0])))
		}
		return true
	})
	x.text = append(out, '}')
	return x.arena.take(append(x.arena.room(len(x.text)), x.text...))
}
