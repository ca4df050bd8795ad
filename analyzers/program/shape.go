package program

import "github.com/groundwatch/groundwatch/analyzers/site"

// A Shape is what a reader of events has to know of a key's values to compare them. "" is unknown and
// agrees with every other.
type Shape string

// shapeOf returns the shape of values of class c. Classes that are written alike share one: whole
// numbers are numbers, and an error is written as its text. A time is a text that sorts and a duration
// a number of nanoseconds, so these two are shapes of their own.
func shapeOf(c site.Class) Shape {
	switch c {
	case site.String, site.Error:
		return "string"
	case site.Int, site.Float:
		return "number"
	case site.Any:
		return ""
	}
	return Shape(c)
}

// article returns the shape with its article, for a sentence.
func (s Shape) article() string {
	switch s {
	case "array", "object":
		return "an " + string(s)
	case "":
		return "a value"
	}
	return "a " + string(s)
}
