package filterpattern

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Value is what a metric filter publishes or puts into a dimension: a number that is always the
// same, a property of a JSON event, or a column of a space-delimited one. It is immutable: all
// methods are safe for concurrent use.
type Value struct {
	source string

	number   string         // of a number
	property *jsonForm      // of a property: the pattern that it exists
	columns  *delimitedForm // of a column: the pattern it belongs to
	name     string         // of a column: as Field.Name has it
}

// Value reads a metric value for events that match p: a number (1), a property ($.latency) if p is
// a JSON pattern, a column ($size, $7) if p is space-delimited. An error is always an *Error.
//
// It does not limit the length; PutMetricFilter allows 100 characters.
func (p *Pattern) Value(text string) (*Value, error) {
	v, err := p.value(&scanner{text: text})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Dimension reads the value of a dimension for events that match p: a property or a column, as
// Value does. A number is refused, and so is anything with a pattern of terms, which have no
// parts that differ.
func (p *Pattern) Dimension(text string) (*Value, error) {
	v, err := p.value(&scanner{text: text})
	switch {
	case err != nil:
		return nil, err
	case v.number != "":
		return nil, &Error{Msg: "found the number " + text + " as a dimension", Hint: p.wantedValue()}
	}
	return v, nil
}

// wantedValue says what a value that refers to the event looks like.
func (p *Pattern) wantedValue() string {
	switch p.kind {
	case JSON:
		return "write a property such as $.name"
	case Delimited:
		return "write a column such as $name or $1"
	}
	return "only JSON and space-delimited patterns have values to refer to"
}

// value reads a value expression. Nothing may stand around it.
func (p *Pattern) value(s *scanner) (*Value, *Error) {
	v := &Value{source: s.text}
	if _, ok := parseNumber([]byte(s.text)); ok {
		v.number = s.text
		return v, nil
	}
	var err *Error
	switch {
	case s.peek() != '$':
		return nil, s.errorAt(0, "found "+s.found()+", want a number or a value of the event", p.wantedValue())
	case strings.HasPrefix(s.text, "$.") || strings.HasPrefix(s.text, "$["):
		err = v.parseProperty(s, p)
	default:
		err = v.parseColumn(s, p)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// parseProperty reads a selector. One with a wildcard is refused: it may give several values.
func (v *Value) parseProperty(s *scanner, p *Pattern) *Error {
	if p.kind != JSON {
		return s.errorAt(0, "found a JSON property with a pattern of kind "+p.kind.String(), p.wantedValue())
	}
	sel, err := s.selector()
	switch {
	case err != nil:
		return err
	case s.pos < len(s.text):
		return s.unexpected("the end of the property")
	case sel.wild():
		return s.errorAt(0, "found a wildcard in a property that has to be one value", "name a key or an index")
	}
	c := &condition{selector: sel, comparison: &comparison{op: equal, text: newWildcard("*")}}
	v.property = &jsonForm{conds: []*condition{c}, expr: &expression{}}
	v.property.compile()
	return nil
}

// parseColumn reads $name or $7. A name that the pattern does not have is refused, and so is the
// position of a token that surely has a name: its value goes by that name only (spec §5).
func (v *Value) parseColumn(s *scanner, p *Pattern) *Error {
	f, ok := p.form.(*delimitedForm)
	if !ok {
		return s.errorAt(0, "found a column with a pattern of kind "+p.kind.String(), p.wantedValue())
	}
	s.pos++
	name := s.run(isNameByte)
	switch {
	case name == "":
		return s.unexpected("the name or number of a column")
	case s.pos < len(s.text):
		return s.unexpected("the end of the column's name")
	}
	v.columns, v.name = f, "$"+name
	return f.checkName(s, name)
}

// checkName refuses a name that no value of the pattern can have.
func (f *delimitedForm) checkName(s *scanner, name string) *Error {
	for _, c := range f.columns {
		if c.name == name {
			return nil
		}
	}
	position, err := strconv.Atoi(name)
	switch {
	case err != nil:
		return s.errorAt(1, "the pattern has no column "+name, "name one of its columns")
	case position == 0 || strconv.Itoa(position) != name:
		return s.errorAt(1, "found column "+name+", want a number from 1", "")
	case f.ellipsis < 0 && position > len(f.columns):
		return s.errorAt(1, fmt.Sprintf("found column %d of a pattern with %d columns", position, len(f.columns)), "")
	case f.ellipsis < 0 || position <= f.ellipsis:
		if c := f.columns[position-1]; c.name != "" {
			return s.errorAt(1, "column "+name+" has a name", "write $"+c.name)
		}
	}
	return nil
}

// String returns the expression as it was written.
func (v *Value) String() string { return v.source }

// Text returns the value that the event has: a text without its quotes and escapes, a number or
// boolean as the event writes it. It reports false if there is none, if it is null, an object or
// an array, or if the event is not of the pattern's kind. It does not ask whether the event matches
// the pattern.
func (v *Value) Text(event []byte) (string, bool) {
	switch {
	case v.number != "":
		return v.number, true
	case v.columns != nil:
		return v.column(event)
	}
	kind, raw := v.find(event)
	switch kind {
	case jsonscan.Number, jsonscan.True, jsonscan.False:
		return string(raw), true
	case jsonscan.String:
		text, ok := jsonscan.Unquote(nil, raw[1:len(raw)-1])
		return string(text), ok
	}
	return "", false
}

// Float returns the number that the event has, and false if Text is false or not a number from end
// to end, or one beyond what a float64 can hold.
func (v *Value) Float(event []byte) (float64, bool) {
	text, ok := v.Text(event)
	if !ok {
		return 0, false
	}
	if _, ok := parseNumber([]byte(text)); !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	return f, true
}

// find returns the property's value in the event.
func (v *Value) find(event []byte) (jsonscan.Kind, []byte) {
	b, ok := document(event)
	if !ok {
		return jsonscan.Invalid, nil
	}
	var saw [1]sight
	w := walker{form: v.property, b: b, saw: saw[:]}
	if w.run(); w.malformed {
		return jsonscan.Invalid, nil
	}
	return saw[0].kind, saw[0].raw
}

// column returns the column's value in the event. Of two columns with one name, the last counts.
func (v *Value) column(event []byte) (text string, ok bool) {
	v.columns.each(event, func(position int, c *column, tok token) bool {
		if fieldName(position, c) == v.name {
			text, ok = string(event[tok.start:tok.end]), true
		}
		return true
	})
	return text, ok
}
