package clean

import (
	"errors"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A row is one event spread over the columns of a table. It belongs to one worker, which fills it
// with one event after the other.
type row struct {
	shape  *shape
	cells  []cell  // by column
	filled []int   // columns that have a value
	draft  []kinds // of the columns if they are a draft, else nil
	hasAny bool    // there is a restColumn
	rest   []byte  // its object without the closing brace; empty if it has no member
	moved  int64   // values in rest of all events so far
	err    error   // of the event at hand
}

// A cell is a value as it stands in the event; Invalid is none.
type cell struct {
	raw  []byte
	kind jsonscan.Kind
}

// errNoRest says that an event has a value for which there is no column. It is what revises a draft; the
// text is for the case that all was surveyed before.
var errNoRest = errors.New("an input changed while it was cleaned: it has values that were not there before")

func newRow(s *schema, limit int) *row {
	r := &row{shape: fixedShape(s.Columns, limit), cells: make([]cell, len(s.Columns)), hasAny: s.Rest}
	if s.Draft {
		for _, c := range s.Columns {
			r.draft = append(r.draft, kindsOfType(c.Type))
		}
	}
	return r
}

// fits reports whether the value of a column, which is a draft, would leave it the type that it has.
func (r *row) fits(column int) bool {
	if r.draft == nil || r.draft[column] == hasText {
		return true
	}
	k, c := r.draft[column], &r.cells[column]
	return (k | kindsOf(c.raw, c.kind)).kind() == k.kind()
}

// fill makes r the row of an event. r refers to its text until the next call.
func (r *row) fill(obj object) error {
	for _, i := range r.filled {
		r.cells[i].kind = jsonscan.Invalid
	}
	r.filled, r.rest, r.err = r.filled[:0], r.rest[:0], nil
	r.shape.walk(obj, r)
	return r.err
}

func (r *row) leaf(n *node, raw []byte, kind jsonscan.Kind) {
	c := &r.cells[n.column]
	if c.kind == jsonscan.Invalid {
		r.filled = append(r.filled, n.column)
	} else if !r.fits(n.column) { // the first of two values
		r.err = errNoRest
	}
	c.raw, c.kind = raw, kind
}

func (r *row) over(name, raw []byte, _ jsonscan.Kind) {
	if !r.hasAny {
		r.err = errNoRest
		return
	}
	r.moved++
	if len(r.rest) == 0 {
		r.rest = append(r.rest, '{')
	} else {
		r.rest = append(r.rest, ',')
	}
	r.rest = append(jsonscan.AppendString(r.rest, view(name)), ':')
	r.rest = append(r.rest, raw...)
}

// misfit moves the value of a column whose type does not hold it.
func (r *row) misfit(column int) {
	r.over([]byte(r.shape.names[column]), r.cells[column].raw, r.cells[column].kind)
	r.cells[column].kind = jsonscan.Invalid
}

// text appends the text of a cell: of a string without quotes and escapes, of anything else the JSON.
func (c *cell) text(dst []byte) []byte {
	if c.kind != jsonscan.String {
		return append(dst, c.raw...)
	}
	dst, _ = jsonscan.Unquote(dst, c.raw[1:len(c.raw)-1]) // the event is valid JSON
	return dst
}
