package wire

import (
	"reflect"
	"time"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// Limits of one request. MaxMembers and MaxText bound what a key or text costs to compare and keep; MaxGrown bounds what
// many small elements, two bytes each on the wire, grow to in memory. AWS's own largest text is a lookup table's body of
// 10 MiB; all others end at 1 MiB.
const (
	MaxDepth   = 128
	MaxMembers = 10_000 // in one structure or map
	MaxText    = 10 << 20
	MaxGrown   = 64 << 20 // bytes of elements and entries in all lists and maps
)

// A Scalar is a value without parts. Which field counts follows from the Kind of the plan.
type Scalar struct {
	Text  string    // String
	Bytes []byte    // Blob, and Document as JSON text
	Int   int64     // Int
	Float float64   // Float
	Time  time.Time // Time
	Bool  bool      // Bool
}

// A Source reads one value after the other, as a plan asks for them. Its errors are for the sender: *fault.Error with
// AWS's code and text, as Malformed makes them.
type Source interface {
	// Null passes a null, if that is what comes next for f, and reports whether it was. It may refuse one where f is
	// Dense.
	Null(f *Field) (bool, error)
	// Open enters the structure, union, list or map that must come next.
	Open(f *Field) error
	// Next moves to the next member, element or entry of what was opened last; more is false behind the last one, which
	// ends it. name is the member's as in the model, or the entry's key, until the next call; nil in a list.
	Next(f *Field) (name []byte, more bool, err error)
	// Skip passes a value that the plan does not know.
	Skip() error
	// Scalar reads a value of f.Plan.Kind into s. What it stores may share memory with what it reads from.
	Scalar(f *Field, s *Scalar) error
}

// Malformed returns the error for a request that cannot be read. AWS gives a message for some mistakes and none for most.
func Malformed(message string) *fault.Error {
	return fault.New(fault.Invalid, "SerializationException", "%s", message)
}

// Decode reads a value of f from src into v, which must be settable and of f.Plan.Type. Unknown members are passed,
// nulls are as good as absent, of a member given twice the last counts. An error is for the sender.
func Decode(src Source, f *Field, v reflect.Value) error {
	d := decoder{src: src}
	return d.value(f, v)
}

type decoder struct {
	src   Source
	depth int
	grown uintptr
	s     Scalar // reused: its address escapes into the source
}

// place reads a value of f into v, which is a pointer if f says so. A null leaves v zero.
func (d *decoder) place(f *Field, v reflect.Value) error {
	null, err := d.src.Null(f)
	if err != nil || null {
		v.SetZero()
		return err
	}
	if !f.Pointer {
		return d.value(f, v)
	}
	p := reflect.New(f.Plan.Type)
	if err := d.value(f, p.Elem()); err != nil {
		return err
	}
	v.Set(p)
	return nil
}

func (d *decoder) value(f *Field, v reflect.Value) error {
	if f.Plan.Kind >= String {
		d.s = Scalar{}
		if err := d.src.Scalar(f, &d.s); err != nil {
			return err
		}
		return Store(f, v, &d.s)
	}
	if d.depth++; d.depth > MaxDepth {
		return Malformed("Nesting is too deep")
	}
	if err := d.src.Open(f); err != nil {
		return err
	}
	var err error
	switch f.Plan.Kind {
	case Struct:
		err = d.structure(f, v)
	case Union:
		err = d.union(f, v)
	case List:
		err = d.list(f, v)
	case Map:
		err = d.dict(f, v)
	}
	d.depth--
	return err
}

func (d *decoder) structure(f *Field, v reflect.Value) error {
	p := f.Plan
	for n := 0; ; n++ {
		name, more, err := d.src.Next(f)
		if err != nil || !more {
			return err
		}
		if n >= MaxMembers {
			return Malformed("")
		}
		m := p.Field(name)
		if m == nil {
			err = d.src.Skip()
		} else {
			err = d.place(m, m.Get(v))
		}
		if err != nil {
			return err
		}
	}
}

// union reads the one member that a union holds. One that is null or unknown counts as none; none or several are
// malformed.
func (d *decoder) union(f *Field, v reflect.Value) error {
	held := 0
	for n := 0; ; n++ {
		name, more, err := d.src.Next(f)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if n >= MaxMembers {
			return Malformed("")
		}
		m := f.Plan.Field(name)
		if m == nil {
			if err := d.src.Skip(); err != nil {
				return err
			}
			continue
		}
		if null, err := d.src.Null(m); err != nil || null {
			if err != nil {
				return err
			}
			continue
		}
		held++
		u := reflect.New(m.variant)
		if err := d.inVariant(m, u.Elem().Field(m.index)); err != nil {
			return err
		}
		v.Set(u)
	}
	if held != 1 {
		return Malformed("")
	}
	return nil
}

// inVariant reads a union's member into the field of its variant.
func (d *decoder) inVariant(m *Field, v reflect.Value) error {
	if m.Pointer {
		v.Set(reflect.New(m.Plan.Type))
		v = v.Elem()
	}
	return d.value(m, v)
}

func (d *decoder) list(f *Field, v reflect.Value) error {
	elem := f.Plan.Elem
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for {
		_, more, err := d.src.Next(f)
		if err != nil || !more {
			return err
		}
		null, err := d.src.Null(elem)
		if err != nil {
			return err
		}
		if null && elem.Dense {
			continue
		}
		if err := d.grow(v.Type().Elem().Size()); err != nil {
			return err
		}
		n := v.Len()
		v.Grow(1)
		v.SetLen(n + 1)
		v.Index(n).SetZero()
		if null {
			continue
		}
		if err := d.element(elem, v.Index(n)); err != nil {
			return err
		}
	}
}

// element reads a value that is no null into v.
func (d *decoder) element(f *Field, v reflect.Value) error {
	if !f.Pointer {
		return d.value(f, v)
	}
	p := reflect.New(f.Plan.Type)
	v.Set(p)
	return d.value(f, p.Elem())
}

func (d *decoder) dict(f *Field, v reflect.Value) error {
	t, elem := v.Type(), f.Plan.Elem
	v.Set(reflect.MakeMap(t))
	for n := 0; ; n++ {
		name, more, err := d.src.Next(f)
		if err != nil || !more {
			return err
		}
		if n >= MaxMembers {
			return Malformed("")
		}
		if err := d.grow(t.Elem().Size() + t.Key().Size()); err != nil {
			return err
		}
		key := reflect.New(t.Key()).Elem()
		key.SetString(string(name))
		null, err := d.src.Null(elem)
		if err != nil {
			return err
		}
		if null && elem.Dense {
			v.SetMapIndex(key, reflect.Value{})
			continue
		}
		value := reflect.New(t.Elem()).Elem()
		if !null {
			if err := d.element(elem, value); err != nil {
				return err
			}
		}
		v.SetMapIndex(key, value)
	}
}

// grow counts what an element takes in memory.
func (d *decoder) grow(size uintptr) error {
	if d.grown += size; d.grown > MaxGrown {
		return Malformed("")
	}
	return nil
}

// Store puts s into v, which is of f.Plan.Type. A number that does not fit is malformed.
func Store(f *Field, v reflect.Value, s *Scalar) error {
	switch f.Plan.Kind {
	case String:
		v.SetString(s.Text)
	case Blob, Document:
		v.SetBytes(s.Bytes)
	case Bool:
		v.SetBool(s.Bool)
	case Int:
		if v.OverflowInt(s.Int) {
			return Malformed("")
		}
		v.SetInt(s.Int)
	case Float:
		if v.OverflowFloat(s.Float) && s.Float-s.Float == 0 { // an infinity is one in 32 bits too
			return Malformed("")
		}
		v.SetFloat(s.Float)
	case Time:
		v.Set(reflect.ValueOf(s.Time))
	}
	return nil
}
