package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A Sink is told what a value holds, in order. It cannot refuse.
type Sink interface {
	// Open begins a structure, union, list or map. n is the number of a list's elements or a map's entries, and of no
	// use for a structure.
	Open(f *Field, n int)
	// Member says that the next value is the structure's member m.
	Member(m *Field)
	// Key says that the next value stands under key in the map f.
	Key(f *Field, key string)
	// Scalar is a value of f.Plan.Kind. The sink does not keep s.
	Scalar(f *Field, s *Scalar)
	// Null is an empty place in a sparse list or map.
	Null(f *Field)
	// Close ends what was opened last, which was opened for f.
	Close(f *Field)
}

// Encode tells dst what v, of f.Plan.Type, holds. Absent are nil pointers, slices and maps, and empty enums; a number
// or truth value that is no pointer is always there, zero or not. Maps come in the order of their keys. It is an error
// if v is deeper than MaxDepth or holds a member of a union that the plan does not know.
func Encode(dst Sink, f *Field, v reflect.Value) error {
	e := encoder{dst: dst}
	return e.value(f, v)
}

type encoder struct {
	dst   Sink
	depth int
	s     Scalar // reused: its address escapes into the sink
}

// absent tells whether there is no value in the place v.
func absent(f *Field, v reflect.Value) bool {
	if f.Pointer {
		return v.IsNil()
	}
	switch f.Plan.Kind {
	case List, Map, Blob, Union, Document:
		return v.IsNil()
	case String:
		return v.Len() == 0
	case Time:
		return v.IsZero()
	}
	return false
}

// place writes what stands in v, which is a pointer if f says so and is not absent.
func (e *encoder) place(f *Field, v reflect.Value) error {
	if f.Pointer {
		v = v.Elem()
	}
	return e.value(f, v)
}

func (e *encoder) value(f *Field, v reflect.Value) error {
	if f.Plan.Kind >= String {
		load(f, v, &e.s)
		e.dst.Scalar(f, &e.s)
		return nil
	}
	if e.depth++; e.depth > MaxDepth {
		return fmt.Errorf("encode %s: deeper than %d", f.Plan.Shape.Name, MaxDepth)
	}
	var err error
	switch f.Plan.Kind {
	case Struct:
		err = e.structure(f, v)
	case Union:
		err = e.union(f, v)
	case List:
		err = e.list(f, v)
	case Map:
		err = e.dict(f, v)
	}
	e.dst.Close(f)
	e.depth--
	return err
}

func (e *encoder) structure(f *Field, v reflect.Value) error {
	e.dst.Open(f, len(f.Plan.Fields))
	for i := range f.Plan.Fields {
		m := &f.Plan.Fields[i]
		at := m.Get(v)
		if absent(m, at) {
			continue
		}
		e.dst.Member(m)
		if err := e.place(m, at); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) union(f *Field, v reflect.Value) error {
	e.dst.Open(f, 1)
	m, at := f.Plan.Member(v)
	if m == nil {
		return fmt.Errorf("encode union %s: holds %v, which is none of its members", f.Plan.Shape.Name, v)
	}
	e.dst.Member(m)
	return e.place(m, at)
}

func (e *encoder) list(f *Field, v reflect.Value) error {
	n, elem := v.Len(), f.Plan.Elem
	e.dst.Open(f, n)
	for i := range n {
		if err := e.entry(elem, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) dict(f *Field, v reflect.Value) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	e.dst.Open(f, len(keys))
	for _, k := range keys {
		e.dst.Key(f, k.String())
		if err := e.entry(f.Plan.Elem, v.MapIndex(k)); err != nil {
			return err
		}
	}
	return nil
}

// entry writes an element of a list or a value of a map. An empty text there is a text; so is a nil slice an empty list
// unless it may be a null.
func (e *encoder) entry(f *Field, v reflect.Value) error {
	if (f.Pointer || f.Plan.Kind == Union || !f.Dense && f.Plan.Kind != String) && absent(f, v) {
		e.dst.Null(f)
		return nil
	}
	return e.place(f, v)
}

// Load returns what stands in v, a place for f that may be a pointer. ok is false if that is nothing.
func Load(f *Field, v reflect.Value) (s Scalar, ok bool) {
	if absent(f, v) {
		return s, false
	}
	if f.Pointer {
		v = v.Elem()
	}
	load(f, v, &s)
	return s, true
}

func load(f *Field, v reflect.Value, s *Scalar) {
	switch f.Plan.Kind {
	case String:
		s.Text = v.String()
	case Blob, Document:
		s.Bytes = v.Bytes()
	case Bool:
		s.Bool = v.Bool()
	case Int:
		s.Int = v.Int()
	case Float:
		s.Float = v.Float()
	case Time:
		s.Time = v.Interface().(time.Time)
	}
}
