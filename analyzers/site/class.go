package site

import (
	"go/types"
)

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

// ClassOf returns the class that a value of type t has in an event. A pointer has its element's class.
// A type that writes itself (slog.LogValuer, json.Marshaler) is Any.
func ClassOf(t types.Type) Class {
	if t == nil {
		return Any
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok && !isError(t) && !writesItself(t) {
		return ClassOf(p.Elem())
	}
	switch {
	case IsNamed(t, "time", "Time"):
		return Time
	case IsNamed(t, "time", "Duration"):
		return Duration
	case IsNamed(t, eventlogPath, "Redacted"):
		return String
	case isError(t):
		return Error
	case writesItself(t):
		return Any
	case hasMethod(t, "MarshalText"):
		return String
	}
	return classOfShape(t.Underlying())
}

func classOfShape(t types.Type) Class {
	switch t := t.(type) {
	case *types.Basic:
		return classOfBasic(t)
	case *types.Slice:
		if b, ok := t.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
			return String // encoding/json writes []byte as base64
		}
		return Array
	case *types.Array:
		return Array
	case *types.Map, *types.Struct:
		return Object
	}
	return Any
}

func classOfBasic(t *types.Basic) Class {
	switch info := t.Info(); {
	case info&types.IsString != 0:
		return String
	case info&types.IsBoolean != 0:
		return Bool
	case info&types.IsInteger != 0:
		return Int
	case info&types.IsFloat != 0:
		return Float
	}
	return Any
}

// IsNamed tells whether t is the type pkg.name, or a pointer to it.
func IsNamed(t types.Type, pkg, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	o := n.Obj()
	return o.Name() == name && o.Pkg() != nil && o.Pkg().Path() == pkg
}

func isError(t types.Type) bool {
	face := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	return types.Implements(t, face)
}

func writesItself(t types.Type) bool {
	return hasMethod(t, "LogValue") || hasMethod(t, "MarshalJSON")
}

// hasMethod tells whether t or a pointer to it has a method of that name.
func hasMethod(t types.Type, name string) bool {
	o, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := o.(*types.Func)
	return ok
}
