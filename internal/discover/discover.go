// Package discover finds the fields of log events by the rules of CloudWatch Logs Insights: JSON
// flattened to dotted names, Lambda's platform and text lines, VPC flow and Route 53 records. It
// leaves to others where events come from and the system fields that are not in their text
// (@timestamp, @message, @log and so on).
package discover

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/internal/jsonscan"
)

// A Field is a discovered field that a caller wants.
type Field struct {
	// Name is the full dotted name as a query writes it, without backticks.
	Name string
	// Tree asks for an inner node too: where Name is an object or array in the event its JSON text
	// is given, where it is a leaf its value. Without Tree such a node is null.
	Tree bool
	// All asks for all fields of the event as one flat JSON object of name and value text; Name is
	// then only a label.
	All bool
}

// Options tune an Extractor. The zero value is right for queries.
type Options struct {
	// Strict makes sure of the whole event before any of its fields is given. Without it an event
	// is read only as far as the wanted fields make necessary and what is skipped is checked
	// lightly, so that an event which is malformed outside of them may give them all the same.
	// Wanted values themselves are always checked. Each and All are always strict.
	Strict bool
	// VPCFormat is the record format of VPC flow logs, as in "${az-id} ${srcaddr}"; names of fields
	// separated by blanks do as well. "" means the default format of version 2.
	VPCFormat string
}

// An Extractor finds wanted fields in events of one kind. It learns the order of keys from the
// events it sees to be faster on the next ones; what it finds does not depend on that. It is not
// safe for concurrent use.
type Extractor struct {
	kind   Kind
	opt    Options
	fields []Field

	// By New, for the kinds that need it:
	tree    tree           // JSON, Lambda: wanted names as the keys that lead to them
	lambda  []lambdaField  // Lambda: per field how to take it from a line whose JSON does not have it, or nil; nil if none is
	columns []recordColumn // VPCFlow, Route53
	all     bool           // a field has All

	// The state of the event at hand:
	event  []byte // without blanks around it
	in     []byte // the text that slots are parts of: event, or the JSON in it
	slots  []slot // per field: its value
	walker walker
	leaves leaves
	arena  arena
	line   LambdaLine
	text   []byte // of allFields

	invocation []byte // see Invocation
}

// A slot is the value found for a field: a part of the event's text, or nothing while kind is Invalid.
type slot struct {
	start, end int // of a string: between the quotes
	kind       jsonscan.Kind
	escaped    bool // a string with escapes
}

// New returns an Extractor of fields for events of the kind given.
func New(kind Kind, fields []Field, opt Options) *Extractor {
	x := &Extractor{kind: kind, opt: opt, fields: fields, slots: make([]slot, len(fields))}
	for _, f := range fields {
		x.all = x.all || f.All
	}
	switch kind {
	case JSON:
		x.tree.init(fields)
	case Lambda:
		x.tree.init(fields)
		x.lambda = lambdaFields(fields)
	case VPCFlow:
		x.columns = recordColumns(vpcColumns(opt.VPCFormat), fields)
	case Route53:
		x.columns = recordColumns(route53Columns, fields)
	}
	return x
}

// Extract finds the fields in msg, the text of one event, and appends exactly one value to each of
// cols: the value of field i, or null, to cols[i]. Whole numbers that fit 64 bits come as Int64,
// true and false too as 1 and 0, other numbers as Float64 if that keeps all their digits, else as
// their digits in a String; text is a String, a node of a Tree field JSON.
//
// Strings share the memory of msg where they stand there as they are, else that of x: they are
// valid as long as msg is and until x is Reset.
func (x *Extractor) Extract(msg []byte, cols []*column.Builder) {
	x.Find(msg)
	x.Append(cols)
}

// Find is the first half of Extract: it finds the fields in msg but makes no values of them, so that
// an event can be turned down by Text at less cost. x keeps msg until the next event.
func (x *Extractor) Find(msg []byte) {
	b := jsonscan.Trim(msg)
	clear(x.slots)
	x.event, x.in = b, b
	object := len(b) > 0 && b[0] == '{'
	switch {
	case x.columns != nil:
		x.findColumns(b)
	case len(x.tree.paths) == 0:
		// Nothing can be found.
	case x.kind == JSON:
		if object {
			x.find(b, true)
		}
	case !object || !x.find(b, false): // Lambda
		if x.in = fragment(b); x.in != nil {
			x.find(x.in, true)
		}
	}
}

// Text returns the text of a field in the event that Find was given last. ok is false if the field is
// not there, is no text, or does not stand in the event as it is: Append knows more then. The text is a
// part of the event.
func (x *Extractor) Text(field int) (text []byte, ok bool) {
	s := &x.slots[field]
	if s.kind != jsonscan.String || s.escaped {
		return nil, false
	}
	return x.in[s.start:s.end], true
}

// Append is the second half of Extract: it appends what Find found.
func (x *Extractor) Append(cols []*column.Builder) {
	if x.all || x.lambda != nil {
		x.putOthers(cols)
		return
	}
	for i := range x.slots {
		x.put(cols[i], &x.slots[i])
	}
}

// putOthers appends the values of all fields, with those that do not come from slots.
func (x *Extractor) putOthers(cols []*column.Builder) {
	parsed := false
	for i, f := range x.fields {
		switch {
		case f.All:
			cols[i].JSON(x.allFields(x.event))
		case x.lambda != nil && x.lambda[i] != nil && x.slots[i].kind == jsonscan.Invalid:
			if !parsed {
				x.parseLine(x.event)
				parsed = true
			}
			cols[i].Value(x.lambda[i](&x.line))
		default:
			x.put(cols[i], &x.slots[i])
		}
	}
}

// Reset gives the memory of strings back for new ones: those of earlier events are no longer valid.
func (x *Extractor) Reset() { x.arena.reset() }
