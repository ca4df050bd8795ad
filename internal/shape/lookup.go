package shape

import (
	"bytes"
	"strings"
)

// discovered is how many fields discovery finds in a message: its first ones.
const discovered = 200

// maxCommas bounds the values that a slot of style Raw takes, so that it is known how many fields there can be in one.
const maxCommas = 32

// A Want is a field of package discover that a reader wants, in messages of the kinds discover.JSON or discover.Lambda.
// Other kinds have no fields in JSON objects.
type Want struct {
	Name string // as discover.Field has it
	Tree bool   // as discover.Field has it
}

// Lookup tells where the messages of one shape have a field. If exact is true the field's value is that of the column, a
// Bool standing for 1 and 0, and a whole number in a Float64 column for an Int64; with a negative column the field is
// null in all of them. If exact is false the message has to be asked. A Finder does all that.
func (t *Table) Lookup(shape int, w Want) (column int, exact bool) {
	switch a := t.answer(&t.Shapes[shape], w); a.how {
	case nowhere:
		return -1, true
	case asIs:
		return a.column, true
	}
	return -1, false
}

// slot returns the slot of s that has the field. If known is false only the message can tell; a negative slot is none.
func (t *Table) slot(s *Shape, w Want) (slot int, known bool) {
	if strings.HasPrefix(w.Name, "@") && !strings.HasPrefix(w.Name, "@@") {
		return -1, true // a system field, which no object has
	}
	found, leaves := -1, 0
	for i := range s.Slots {
		sl := &s.Slots[i]
		path := t.Columns[sl.Column].Path
		below, inside := strings.CutPrefix(w.Name, path)
		switch inside = inside && strings.HasPrefix(below, "."); {
		case inside && sl.Form.Class() == RawClass:
			return -1, false
		case path == w.Name && leaves >= discovered:
			return -1, false
		case path == w.Name:
			found = i
		case w.Tree && strings.HasPrefix(path, w.Name+"."):
			return -1, false
		}
		leaves += sl.Form.leaves()
	}
	return found, found >= 0 || !w.Tree
}

// leaves returns how many fields a value of this form can have.
func (f Form) leaves() int {
	switch f.Style {
	case Raw:
		return maxCommas + 1
	case Long:
		return discovered
	}
	return 1
}

// fewCommas reports whether a value is one for the style Raw.
func fewCommas(raw []byte) bool { return bytes.Count(raw, []byte{','}) <= maxCommas || raw[0] == '"' }
