package site

import "go/types"

// A Class is the JSON type of a field's value, told apart a little more where the same JSON means
// different things.
type Class string

const (
	String   Class = "string"
	Int      Class = "int"
	Float    Class = "float"
	Bool     Class = "bool"
	Time     Class = "time"
	Duration Class = "duration"
	Error    Class = "error"
	Array    Class = "array"
	Object   Class = "object"
	Any      Class = "any" // not known before the program runs; agrees with every class
)

// ClassOf returns the class that a value of type t has in an event.
func ClassOf(t types.Type) Class {
	if t == nil {
		return Any
	}
	return Any
}
