package wiretest

import (
	"reflect"
	"time"

	"github.com/groundwatch/groundwatch/internal/model"
	"github.com/groundwatch/groundwatch/internal/wire"
)

var scalars = map[model.Type]reflect.Type{
	model.String: reflect.TypeFor[string](), model.Blob: reflect.TypeFor[[]byte](), model.Boolean: reflect.TypeFor[bool](),
	model.Byte: reflect.TypeFor[int8](), model.Short: reflect.TypeFor[int16](), model.Int: reflect.TypeFor[int32](),
	model.Long: reflect.TypeFor[int64](), model.Float: reflect.TypeFor[float32](), model.Double: reflect.TypeFor[float64](),
	model.Timestamp: reflect.TypeFor[time.Time](), model.Document: reflect.TypeFor[wire.JSON](),
}

// structure returns a struct with a field per member: pointers, but for enums, what nil says, and what has a default.
func (y *types) structure(s *model.Shape) reflect.Type {
	var fields []reflect.StructField
	for i := range s.Members {
		m := &s.Members[i]
		t := y.of(m.Shape)
		if t == nil {
			continue
		}
		if m.Shape.Enum == nil && nilable(t) && (m.Default == "" || m.ClientOptional) {
			t = reflect.PointerTo(t)
		}
		fields = append(fields, reflect.StructField{Name: wire.GoName(m.Name), Type: t})
	}
	return reflect.StructOf(fields)
}

// nilable tells whether t needs a pointer to be absent.
func nilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
}

// entry returns the type of a list's elements or a map's values.
func (y *types) entry(s *model.Shape) reflect.Type {
	t := y.of(s.Elem.Shape)
	if t != nil && s.Sparse && nilable(t) {
		t = reflect.PointerTo(t)
	}
	return t
}

// union returns an interface. The tag sets variants of the same type apart.
func (y *types) union(s *model.Shape) reflect.Type {
	if y.variants[s] == nil {
		y.variants[s] = map[string]reflect.Type{}
	}
	for i := range s.Members {
		m := &s.Members[i]
		if t := y.of(m.Shape); t != nil {
			y.variants[s][m.Name] = reflect.StructOf([]reflect.StructField{
				{Name: "Value", Type: t, Tag: reflect.StructTag(`member:"` + m.Name + `"`)},
			})
		}
	}
	return reflect.TypeFor[any]()
}

// variant is the wire.Unions of the suite.
func (y *types) variant(s *model.Shape, _ reflect.Type, member string) reflect.Type {
	return y.variants[s][member]
}

// The suites' errors, which need methods. Their shapes are found by their codes.

// A codedError is what all of the suites' errors share.
type codedError struct{ code string }

func (e codedError) Error() string     { return e.code }
func (e codedError) ErrorCode() string { return e.code }

type nestedErrorData struct{ Foo *string }

// An anyError has the members of all errors of the suites.
type anyError struct {
	codedError
	Header   *string
	TopLevel *string
	Nested   *nestedErrorData
	Message  *string
}

func (e *anyError) ErrorMessage() string {
	if e.Message == nil {
		return ""
	}
	return *e.Message
}
