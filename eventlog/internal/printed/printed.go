// Package printed prints values of any kind, without ever following one into itself.
// It leaves where they are printed to others.
package printed

import (
	"fmt"
	"reflect"
)

// maxPrinted is how many values fmt may have to print for a panic's value.
const maxPrinted = 1000

// maxDepth is how deep a value may be inside of others.
const maxDepth = 32

// Sprint is fmt.Sprint of v, which catches the panics of v's methods, but does not follow a map or slice into itself
// until the stack is full, which nobody can catch. What is too deep or too large is only named.
func Sprint(v any) string {
	left := maxPrinted
	if printable(reflect.ValueOf(v), 0, &left) {
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%T, too deep or too large to be printed", v)
}

// printable tells whether fmt can print v, which is depth deep in another value; it takes from left what v has inside.
func printable(v reflect.Value, depth int, left *int) bool {
	*left--
	if *left < 0 || depth > maxDepth {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer:
		return depth > 0 || printable(v.Elem(), depth+1, left) // fmt follows only the outermost
	case reflect.Interface:
		return printable(v.Elem(), depth, left)
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			if !printable(i.Key(), depth+1, left) || !printable(i.Value(), depth+1, left) {
				return false
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if !printable(v.Index(i), depth+1, left) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if !printable(v.Field(i), depth+1, left) {
				return false
			}
		}
	}
	return true
}
