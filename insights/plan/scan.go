// Package plan turns a parsed Insights query into steps that can be run: names resolved to columns,
// every rule of the language checked, the needed fields listed. It evaluates nothing.
package plan

// A Scan says what a query needs of its source.
type Scan struct {
	// Fields are the columns of each batch, in this order.
	Fields []ScanField
	// From and To bound @timestamp in epoch milliseconds, both inclusive.
	From, To int64
	// Contains holds texts that occur in the raw message of every row the query can use. A source
	// may leave out rows that lack one of them.
	Contains []string
	// Texts are conditions that every row the query can use meets. A source may leave out rows that
	// do not.
	Texts []ScanTexts
	// Unnumbered says that no row's number is looked at: a source may leave out which row is older than another of its time.
	Unnumbered bool
	// Unmask asks for all fields as they were logged, where the source hides what is sensitive.
	Unmask bool
}

// ScanTexts is met by rows in which a field is one of some texts. No number equals one of them, so only a
// text with the same characters does.
type ScanTexts struct {
	Field int // the position in Scan.Fields
	Any   []string
}

// A ScanField is one column that a source gives: a system field such as @message, @timestamp,
// @logStream or @log, or a discovered field by its full dotted name.
type ScanField struct {
	Name string
	// Tree asks for an inner node too: where Name is an object or array in the event its JSON text
	// is given, where it is a leaf its value. Without Tree such a node is null.
	Tree bool
	// All asks for all discovered fields of the event as one flat JSON object of name and value
	// text; Name is then only a label.
	All bool
	// Event asks for a number by which the source finds the event again, together with its time and the
	// row's number; Name is then only a label.
	Event bool
	// Unmask asks for the field as it was logged, where the source hides what is sensitive.
	Unmask bool
}
