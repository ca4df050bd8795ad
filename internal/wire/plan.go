package wire

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/groundwatch/groundwatch/internal/model"
)

// A Kind is how a Plan's values lie in Go.
type Kind uint8

// The kinds. The comment is the Go type, which may be a named one.
const (
	Struct   Kind = iota + 1 // struct
	Union                    // interface over pointers to structs with one field, Value
	List                     // slice
	Map                      // map with string keys
	String                   // string
	Blob                     // []byte
	Bool                     // bool
	Int                      // int8, int16, int32, int64
	Float                    // float32, float64
	Time                     // time.Time
	Document                 // JSON
)

// JSON is the Go type of a document: a value of any form, as JSON text.
type JSON []byte

// A Plan says how the values of a shape lie in a Go type. It is immutable once compiled.
type Plan struct {
	Shape  *model.Shape
	Type   reflect.Type // without a pointer
	Kind   Kind
	Fields []Field // of a Struct or Union: those that the Go type has, in the model's order
	Elem   *Field  // a List's elements, a Map's values
	Key    *Field  // a Map's keys

	byName map[string]int // Fields by Member.Name
}

// Field returns the field for the member with that name, or nil.
func (p *Plan) Field(name []byte) *Field {
	if i, ok := p.byName[string(name)]; ok {
		return &p.Fields[i]
	}
	return nil
}

// Member returns the member that the union u holds and its value, or nil if it holds none that the model knows.
func (p *Plan) Member(u reflect.Value) (*Field, reflect.Value) {
	if u.IsNil() {
		return nil, reflect.Value{}
	}
	v := u.Elem()
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, reflect.Value{}
	}
	for i := range p.Fields {
		if f := &p.Fields[i]; f.variant == v.Type().Elem() {
			return f, v.Elem().Field(f.index)
		}
	}
	return nil, reflect.Value{}
}

// A Field is a place for a value: a member of a structure or union, an element of a list, a key or value of a map.
type Field struct {
	Member  *model.Member // its traits
	Plan    *Plan         // of its values
	Pointer bool          // Go holds a pointer, nil when absent
	Dense   bool          // an entry of a list or map that may hold no nulls

	index   int          // in the struct, or in variant
	variant reflect.Type // the struct that implements a union's interface for this member
}

// Get returns the field's place in the struct v.
func (f *Field) Get(v reflect.Value) reflect.Value { return v.Field(f.index) }

// Variant returns the struct that holds the field if it is a union's member, else nil. Its pointer is in the interface.
func (f *Field) Variant() reflect.Type { return f.variant }

// Root returns a field for a value that is part of nothing.
func Root(p *Plan) *Field {
	return &Field{Member: &model.Member{Name: p.Shape.Name, Shape: p.Shape}, Plan: p}
}

// Unions tell which struct type holds the member of a union: the union's shape, the interface's type, the member's name.
// They return nil for one they do not know.
type Unions func(shape *model.Shape, iface reflect.Type, member string) reflect.Type

// A Compiler makes plans and keeps them. It is safe for concurrent use.
type Compiler struct {
	Unions Unions // nil means those of the SDK

	mu struct {
		sync.Mutex
		plans map[planKey]*Plan // complete ones only
	}
}

type planKey struct {
	shape *model.Shape
	t     reflect.Type
}

// Plan returns the plan for values of shape in t, which may be a pointer. A member that t has no field for is left out:
// the SDK and the model may differ in age. Two kinds that cannot meet are an error.
func (c *Compiler) Plan(shape *model.Shape, t reflect.Type) (*Plan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p := c.mu.plans[planKey{shape, t}]; p != nil {
		return p, nil
	}
	run := compiling{unions: c.Unions, done: c.mu.plans, fresh: map[planKey]*Plan{}}
	if run.unions == nil {
		run.unions = sdkUnions
	}
	p, err := run.plan(shape, t)
	if err != nil {
		return nil, fmt.Errorf("plan %s in %s: %w", shape.Name, t, err)
	}
	if c.mu.plans == nil {
		c.mu.plans = map[planKey]*Plan{}
	}
	for k, p := range run.fresh {
		c.mu.plans[k] = p
	}
	return p, nil
}

// A compiling is one run of the compiler: plans that refer to each other are kept together or not at all.
type compiling struct {
	unions      Unions
	done, fresh map[planKey]*Plan
}

var errMismatch = errors.New("the Go type cannot hold the shape")

func (c *compiling) plan(shape *model.Shape, t reflect.Type) (*Plan, error) {
	k := planKey{shape, t}
	if p := c.done[k]; p != nil {
		return p, nil
	}
	if p := c.fresh[k]; p != nil {
		return p, nil
	}
	p := &Plan{Shape: shape, Type: t, Kind: kindOf(shape, t)}
	if p.Kind == 0 {
		return nil, errMismatch
	}
	c.fresh[k] = p
	var err error
	switch p.Kind {
	case Struct, Union:
		err = c.fields(p)
	case List:
		p.Elem, err = c.entry(shape, t.Elem())
	case Map:
		if p.Key, err = c.field(&shape.Key, t.Key()); err == nil {
			p.Elem, err = c.entry(shape, t.Elem())
		}
	}
	return p, err
}

// kindOf returns how values of shape lie in t, 0 if they cannot.
func kindOf(shape *model.Shape, t reflect.Type) Kind {
	switch shape.Type {
	case model.Structure, model.Union:
		if t.Kind() == reflect.Interface { // some models do not say that a structure is a union
			return Union
		}
		return only(Struct, t.Kind() == reflect.Struct)
	case model.List:
		return only(List, t.Kind() == reflect.Slice)
	case model.Map:
		return only(Map, t.Kind() == reflect.Map && t.Key().Kind() == reflect.String)
	case model.String:
		return only(String, t.Kind() == reflect.String)
	case model.Blob:
		return only(Blob, t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8)
	case model.Boolean:
		return only(Bool, t.Kind() == reflect.Bool)
	case model.Byte, model.Short, model.Int, model.Long:
		return only(Int, t.Kind() >= reflect.Int8 && t.Kind() <= reflect.Int64)
	case model.Float, model.Double:
		return only(Float, t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64)
	case model.Timestamp:
		return only(Time, t == reflect.TypeFor[time.Time]())
	case model.Document:
		return only(Document, t == reflect.TypeFor[JSON]())
	}
	return 0
}

func only(k Kind, fits bool) Kind {
	if fits {
		return k
	}
	return 0
}

// field plans the place of type t for the values of m.
func (c *compiling) field(m *model.Member, t reflect.Type) (*Field, error) {
	f := &Field{Member: m}
	if t.Kind() == reflect.Pointer {
		f.Pointer, t = true, t.Elem()
	}
	var err error
	f.Plan, err = c.plan(m.Shape, t)
	return f, err
}

// entry plans the elements of a list or the values of a map.
func (c *compiling) entry(shape *model.Shape, t reflect.Type) (*Field, error) {
	f, err := c.field(&shape.Elem, t)
	f.Dense = !shape.Sparse
	return f, err
}

// fields plans the members of a structure or union.
func (c *compiling) fields(p *Plan) error {
	p.byName = make(map[string]int, len(p.Shape.Members))
	for i := range p.Shape.Members {
		m := &p.Shape.Members[i]
		t := p.Type
		if p.Kind == Union {
			t = c.unions(p.Shape, p.Type, m.Name)
		}
		place, ok := placeOf(t, m.Name, p.Kind)
		if !ok {
			continue
		}
		f, err := c.field(m, place.Type)
		if err != nil {
			return fmt.Errorf("member %s: %w", m.Name, err)
		}
		f.index = place.Index[0]
		if p.Kind == Union {
			f.variant = t
		}
		p.byName[m.Name] = len(p.Fields)
		p.Fields = append(p.Fields, *f)
	}
	return nil
}

// placeOf returns the field of t, nil or a struct, that holds a member.
func placeOf(t reflect.Type, member string, k Kind) (reflect.StructField, bool) {
	if t == nil {
		return reflect.StructField{}, false
	}
	if k == Union {
		return t.FieldByName("Value")
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == GoName(member) && !f.Anonymous {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// GoName returns the SDK's name of the field for a member: its first letter is a capital one.
func GoName(member string) string {
	member = strings.TrimLeft(member, "_")
	r, n := utf8.DecodeRuneInString(member)
	return string(unicode.ToUpper(r)) + member[n:]
}

// Only returns the plan of the same structure with those fields that keep accepts. The others are unknown to it.
func (p *Plan) Only(keep func(*Field) bool) *Plan {
	q := &Plan{Shape: p.Shape, Type: p.Type, Kind: p.Kind, byName: map[string]int{}}
	for i := range p.Fields {
		if keep(&p.Fields[i]) {
			q.byName[p.Fields[i].Member.Name] = len(q.Fields)
			q.Fields = append(q.Fields, p.Fields[i])
		}
	}
	return q
}
