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
		if isObject(b, true) {
			x.eachLeaf(b, f)
		}
	case Lambda:
		x.eachLambda(b, f)
	case VPCFlow, Route53:
		x.eachColumn(b, f)
	}
}

// eachLeaf calls f with the fields of the valid JSON object b.
func (x *Extractor) eachLeaf(b []byte, f func(name string, v column.Value) bool) {
	l := &x.leaves
	l.collect(b, 0, false)
	l.unique()
	for i := range l.list {
		lf := &l.list[i]
		if !lf.dead && !f(x.arena.name(l.pathOf(lf)), x.arena.value(&lf.slot)) {
			return
		}
	}
}

// name returns the name of the field at path.
func (a *arena) name(path []byte) string {
	name := a.room(len(path) + 1)
	if len(path) > 0 && path[0] == '@' {
		name = append(name, '@')
	}
	return a.take(append(name, path...))
}

// findAll fills the slots of fields with All: all fields of the event b as one JSON object of names
// and the texts of their values.
func (x *Extractor) findAll(b []byte) {
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
	for i, f := range x.fields {
		if f.All {
			x.slots[i] = slot{kind: jsonscan.Object, raw: x.text}
		}
	}
}
