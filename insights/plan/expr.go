package plan

import (
	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
)

// An Expr is an expression whose names are resolved: fields are slots, functions are rows of the
// library, literals are values.
type Expr interface {
	// walk calls f for this node and, while f returns true, for the nodes below it.
	walk(f func(Expr) bool)
}

type (
	// A Slot is the column with that number.
	Slot int
	// A Const is a literal.
	Const struct{ Value column.Value }
	// A Call applies a scalar function. Eval is that of Fn, prepared for the arguments that are literals.
	Call struct {
		Fn   *function.Scalar
		Args []Expr
		Eval func(env *function.Env, args []column.Value) column.Value
	}
	// A Bin rounds a time down to a multiple of a period, or up with Ceil.
	Bin struct {
		X      Expr
		Period function.Period
		Text   string // of the period, canonical
		Ceil   bool
		// Shift is added to the time before rounding: the offset of stats, in milliseconds.
		Shift int64
	}
	// A Member reads a value inside a map or list.
	Member struct {
		X    Expr
		Path []function.Step
		Text bool // X may also be JSON text
	}
	// A Coalesce is the first of its operands that is present.
	Coalesce struct{ X, Y Expr }
	// A Logic is X and Y, X or Y, or with Y nil not X.
	Logic struct {
		Op   LogicOp
		X, Y Expr
	}
	// A Compare is X op Y.
	Compare struct {
		Op   function.Op
		X, Y Expr
	}
	// An Arith is X op Y.
	Arith struct {
		Op   function.Op
		X, Y Expr
	}
	// A Like looks for a text or a regular expression in the text of X. One of Text, Regex and
	// Pattern is set; an empty Text with the others nil is found everywhere.
	Like struct {
		X       Expr
		Not     bool
		Text    string
		Regex   *function.Matcher
		Pattern Expr
	}
	// An In looks for X among List, or among the first column of Query.
	In struct {
		X     Expr
		Not   bool
		List  []Expr
		Query *Plan
	}
)

// LogicOp is and, or, or not.
type LogicOp uint8

// The logic operators.
const (
	And LogicOp = iota + 1
	Or
	Not
)

func (e Slot) walk(f func(Expr) bool)   { f(e) }
func (e *Const) walk(f func(Expr) bool) { f(e) }
func (e *Call) walk(f func(Expr) bool)  { walkAll(e, f, e.Args...) }
func (e *Bin) walk(f func(Expr) bool)   { walkAll(e, f, e.X) }
func (e *Member) walk(f func(Expr) bool) {
	walkAll(e, f, e.X)
}
func (e *Coalesce) walk(f func(Expr) bool) { walkAll(e, f, e.X, e.Y) }
func (e *Logic) walk(f func(Expr) bool)    { walkAll(e, f, e.X, e.Y) }
func (e *Compare) walk(f func(Expr) bool)  { walkAll(e, f, e.X, e.Y) }
func (e *Arith) walk(f func(Expr) bool)    { walkAll(e, f, e.X, e.Y) }
func (e *Like) walk(f func(Expr) bool)     { walkAll(e, f, e.X, e.Pattern) }
func (e *In) walk(f func(Expr) bool)       { walkAll(e, f, append([]Expr{e.X}, e.List...)...) }

func walkAll(e Expr, f func(Expr) bool, below ...Expr) {
	if !f(e) {
		return
	}
	for _, x := range below {
		if x != nil {
			x.walk(f)
		}
	}
}

// slotsOf appends the slots that e reads.
func slotsOf(dst []int, e Expr) []int {
	if e == nil {
		return dst
	}
	e.walk(func(x Expr) bool {
		if s, ok := x.(Slot); ok {
			dst = append(dst, int(s))
		}
		return true
	})
	return dst
}

// Literal returns the value of e if it is a literal.
func Literal(e Expr) (column.Value, bool) {
	if c, ok := e.(*Const); ok {
		return c.Value, true
	}
	return column.Value{}, false
}

// Subqueries returns the queries inside the conditions of a step.
func Subqueries(s Step) []*Plan {
	w, ok := s.(*Where)
	if !ok {
		return nil
	}
	var found []*Plan
	w.Cond.walk(func(e Expr) bool {
		if in, ok := e.(*In); ok && in.Query != nil {
			found = append(found, in.Query)
		}
		return true
	})
	return found
}
