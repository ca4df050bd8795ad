// Package shape stores JSON log messages once: it takes them apart into shapes, which many messages share, and typed
// columns, and puts them together again byte for byte. Where columns and shapes are kept, and which messages go
// together, is for others to say.
//
// A Splitter takes messages apart, a Joiner puts them together. A shape is the literal text of a message with slots in
// it; a slot says which column its value is in and how that value is written. A message that fits no shape is kept whole.
package shape

import "github.com/groundwatch/groundwatch/column"

// The limits of a table of shapes. DESIGN: a part has at most 1,000 discovered columns, and a code of a shape fits 16 bits.
const (
	MaxColumns = 1000
	MaxShapes  = 65_535
)

// maxSlots is how many values a shape has at most. Discovery ends at 200 fields; a message with many more is rare and
// would use the columns up.
const maxSlots = 256

// Whole is the code of a row whose text is kept as it is.
const Whole = -1

// A Shape is the text that messages have in common: before each slot a literal, after the last one the tail. The messages
// are JSON objects, with blanks around them or without.
type Shape struct {
	Slots []Slot
	Tail  string
}

// A Slot is a place for a value in a shape.
type Slot struct {
	Before string // the literal text between the value before, or the start, and this one
	Column int    // where the value is: an index into the table's columns; a null there is written as null
	Form   Form   // how it is written
}

// A Table is what a reader needs besides the columns' values: the shapes, and the columns that they speak of.
type Table struct {
	Shapes  []Shape // a row's code is an index into it
	Columns []Field
}

// A Field describes a column.
type Field struct {
	Name  string // unique in the table, not empty
	Path  string // the name of the discovered field whose values it has
	Class Class
	Kind  column.Kind // of the column
	// Wide says that an Int64 column has numbers beyond ±2^53, so that it cannot become Float64.
	Wide bool
}

// A Class is a set of forms whose values can be in one column.
type Class uint8

// The classes. Names of columns after the first of a path end in # and the class.
const (
	TextClass   Class = iota // String: a text without its quotes and escapes
	NumberClass              // Int64 or Float64
	BoolClass                // Bool
	TimeClass                // Timestamp
	UUIDClass                // String: UUIDs in lower case
	RawClass                 // String: any JSON value as it is written
)

var classNames = [...]string{"text", "number", "bool", "time", "uuid", "json"}

// String returns the class's lower-case name.
func (c Class) String() string { return classNames[c] }

// A Split is a list of messages taken apart. It is valid until its Splitter is used again.
type Split struct {
	Shapes   []Shape
	Columns  []Field
	splitter *Splitter
}

// Table returns what a Joiner of s needs.
func (s *Split) Table() *Table { return &Table{s.Shapes, s.Columns} }

// Len returns the number of messages.
func (s *Split) Len() int { return s.splitter.rows }

// Full tells for each column whether it has a value in each row.
func (s *Split) Full() []bool {
	full := make([]bool, len(s.Columns))
	for _, v := range s.splitter.vectors {
		if v.at >= 0 {
			full[v.at] = v.full(s.Len())
		}
	}
	return full
}

// Rows returns the messages from one up to another. Their strings share the memory of the messages; they are valid until the
// next call, which costs least where these ended.
func (s *Split) Rows(from, to int) Rows {
	x := s.splitter
	r := Rows{Codes: x.codesOf(from, to), Whole: x.wholeOf(from, to), Columns: make([]*column.Column, len(s.Columns))}
	for _, v := range x.vectors {
		if v.at >= 0 {
			r.Columns[v.at] = v.rows(from, to)
		}
	}
	return r
}
