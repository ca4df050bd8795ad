package exec

import (
	"fmt"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// eval returns the value of e for each of r's rows. The column may be one of r's own.
func (w *worker) eval(e plan.Expr, r *rows) *column.Column {
	switch e := e.(type) {
	case plan.Slot:
		return r.col(int(e))
	case *plan.Const:
		return w.constants.of(e, r.n)
	case *plan.Call:
		return w.call(e, r)
	case *plan.Bin:
		return w.bin(e, r)
	case *plan.Member:
		return w.member(e, r)
	case *plan.Coalesce:
		return w.coalesce(e, r)
	case *plan.Arith:
		return w.arith(e, r)
	case *plan.Logic, *plan.Compare, *plan.Like, *plan.In:
		return trisColumn(w.tris(e, r))
	}
	panic(fmt.Sprintf("BUG: expression %T", e))
}

// truth returns the numbers of the rows for which e is true.
func (w *worker) truth(e plan.Expr, r *rows) []int32 {
	tris := w.tris(e, r)
	which := make([]int32, 0, r.n)
	for i, t := range tris {
		if t == function.True {
			which = append(which, int32(i))
		}
	}
	return which
}

// trisColumn turns truth values into a column of booleans and nulls.
func trisColumn(tris []function.Tri) *column.Column {
	out := &column.Column{Kind: column.Bool, Len: len(tris), Ints: make([]int64, len(tris))}
	for i, t := range tris {
		switch t {
		case function.True:
			out.Ints[i] = 1
		case function.Unknown:
			out.Nulls = out.Nulls.Set(i, len(tris))
		}
	}
	return out
}

// call applies a function to each row. A function of one dictionary-coded column and
// literals is applied once per distinct value.
func (w *worker) call(e *plan.Call, r *rows) *column.Column {
	args := make([]column.Value, len(e.Args))
	cols := make([]*column.Column, len(e.Args))
	var varying []int
	for i, a := range e.Args {
		if v, ok := plan.Literal(a); ok {
			args[i] = v
			continue
		}
		cols[i] = w.eval(a, r)
		varying = append(varying, i)
	}
	if len(varying) == 1 && !e.Fn.Volatile {
		at := varying[0]
		return each(cols[at], func(v column.Value) column.Value {
			args[at] = v
			return e.Eval(w.env, args)
		})
	}
	if len(varying) == 0 {
		return column.Const(e.Eval(w.env, args), r.n)
	}
	return makeColumn(r.n, func(i int) column.Value {
		for _, at := range varying {
			args[at] = cols[at].Value(i)
		}
		return e.Eval(w.env, args)
	})
}

// each applies f to every value of c, once per distinct value where c is dictionary-coded.
func each(c *column.Column, f func(column.Value) column.Value) *column.Column {
	if c.Codes == nil || len(c.Strings) >= c.Len {
		return makeColumn(c.Len, func(i int) column.Value { return f(c.Value(i)) })
	}
	distinct := make([]column.Value, len(c.Strings))
	for i := range distinct {
		distinct[i] = f(distinctValue(c, i))
	}
	null := f(column.Value{})
	return makeColumn(c.Len, func(i int) column.Value {
		if c.IsNull(i) {
			return null
		}
		return distinct[c.Codes[i]]
	})
}

// distinctValue returns the value of a code of a dictionary-coded column.
func distinctValue(c *column.Column, code int) column.Value {
	if c.Kind == column.JSON {
		return column.JSONValue(c.Strings[code])
	}
	return column.StringValue(c.Strings[code])
}

// bin rounds times to a period. Text is no time and gives null; numbers are epoch milliseconds ([R] §7.3).
func (w *worker) bin(e *plan.Bin, r *rows) *column.Column {
	in := w.eval(e.X, r)
	round := e.Period.Floor
	if e.Ceil {
		round = e.Period.Ceil
	}
	if in.Kind != column.Timestamp && in.Kind != column.Int64 {
		return makeColumn(r.n, func(i int) column.Value {
			ms, ok := function.Millis(in.Value(i))
			if !ok {
				return column.Value{}
			}
			return column.TimeValue(round(ms + e.Shift))
		})
	}
	out := &column.Column{Kind: column.Timestamp, Len: in.Len, Nulls: in.Nulls, Ints: make([]int64, in.Len)}
	for i, ms := range in.Ints {
		out.Ints[i] = round(ms + e.Shift)
	}
	return out
}

func (w *worker) member(e *plan.Member, r *rows) *column.Column {
	return each(w.eval(e.X, r), func(v column.Value) column.Value {
		if e.Text && v.Kind() == column.String {
			v = function.ParseJSON(v.Str())
		}
		return function.Member(v, e.Path)
	})
}

func (w *worker) coalesce(e *plan.Coalesce, r *rows) *column.Column {
	x := w.eval(e.X, r)
	if x.Kind != column.Null && x.Kind != column.Mixed && x.Nulls == nil {
		return x
	}
	y := w.eval(e.Y, r)
	return makeColumn(r.n, func(i int) column.Value {
		if x.IsNull(i) {
			return y.Value(i)
		}
		return x.Value(i)
	})
}

// tris returns the truth of e for each row.
func (w *worker) tris(e plan.Expr, r *rows) []function.Tri {
	switch e := e.(type) {
	case *plan.Logic:
		return w.logic(e, r)
	case *plan.Compare:
		return w.compare(e, r)
	case *plan.Like:
		return w.like(e, r)
	case *plan.In:
		return w.in(e, r)
	}
	c := w.eval(e, r)
	return trisOf(c, function.Truth)
}

// trisOf judges each value of c, once per distinct value where c is dictionary-coded.
func trisOf(c *column.Column, judge func(column.Value) function.Tri) []function.Tri {
	out := make([]function.Tri, c.Len)
	if c.Codes == nil || len(c.Strings) >= c.Len {
		for i := range out {
			out[i] = judge(c.Value(i))
		}
		return out
	}
	distinct := make([]function.Tri, len(c.Strings))
	for i := range distinct {
		distinct[i] = judge(distinctValue(c, i))
	}
	null := judge(column.Value{})
	for i, code := range c.Codes {
		out[i] = distinct[code]
		if c.IsNull(i) {
			out[i] = null
		}
	}
	return out
}

func (w *worker) logic(e *plan.Logic, r *rows) []function.Tri {
	x := w.tris(e.X, r)
	if e.Op == plan.Not {
		for i := range x {
			x[i] = x[i].Not()
		}
		return x
	}
	y := w.tris(e.Y, r)
	for i := range x {
		if e.Op == plan.And {
			x[i] = x[i].And(y[i])
		} else {
			x[i] = x[i].Or(y[i])
		}
	}
	return x
}

// compare compares each row. Columns against literals take the short ways of compare.go.
func (w *worker) compare(e *plan.Compare, r *rows) []function.Tri {
	x, y, op := e.X, e.Y, e.Op
	if _, ok := plan.Literal(x); ok {
		x, y, op = y, x, mirror(op)
	}
	left := w.eval(x, r)
	if lit, ok := plan.Literal(y); ok {
		if tris := compareLiteral(op, left, lit); tris != nil {
			return tris
		}
		return trisOf(left, func(v column.Value) function.Tri { return function.Compare(op, v, lit) })
	}
	right := w.eval(y, r)
	if tris := compareColumns(op, left, right); tris != nil {
		return tris
	}
	out := make([]function.Tri, r.n)
	for i := range out {
		out[i] = function.Compare(op, left.Value(i), right.Value(i))
	}
	return out
}

// mirror returns the operator for swapped operands.
func mirror(op function.Op) function.Op {
	switch op {
	case function.Lt:
		return function.Gt
	case function.Gt:
		return function.Lt
	case function.Le:
		return function.Ge
	case function.Ge:
		return function.Le
	}
	return op
}

func (w *worker) like(e *plan.Like, r *rows) []function.Tri {
	in := w.eval(e.X, r)
	if e.Pattern != nil {
		pattern := w.eval(e.Pattern, r)
		out := make([]function.Tri, r.n)
		for i := range out {
			v := in.Value(i)
			out[i] = negated(v, function.Contains(v, pattern.Value(i)), e.Not)
		}
		return out
	}
	found := func(s string) bool { return strings.Contains(s, e.Text) }
	if e.Regex != nil {
		found = e.Regex.MatchString
	}
	return trisOf(in, func(v column.Value) function.Tri { return negated(v, function.Like(v, found), e.Not) })
}

// negated is the answer of not like and not in, where t is that without not. Of a map or list no operator holds.
func negated(v column.Value, t function.Tri, not bool) function.Tri {
	if !not || v.Kind() == column.JSON {
		return t
	}
	return t.Not()
}

func (w *worker) in(e *plan.In, r *rows) []function.Tri {
	in := w.eval(e.X, r)
	switch values, literal := literals(e.List); {
	case e.Query != nil:
		set := w.run.sets[e.Query]
		return trisOf(in, func(v column.Value) function.Tri { return negated(v, set.has(v), e.Not) })
	case literal:
		return trisOf(in, func(v column.Value) function.Tri { return negated(v, among(v, values), e.Not) })
	}
	return w.inRows(e, in, r)
}

func literals(list []plan.Expr) ([]column.Value, bool) {
	values := make([]column.Value, len(list))
	for i, e := range list {
		v, ok := plan.Literal(e)
		if !ok {
			return nil, false
		}
		values[i] = v
	}
	return values, true
}

// inRows looks among expressions, which may differ row by row.
func (w *worker) inRows(e *plan.In, in *column.Column, r *rows) []function.Tri {
	cols := make([]*column.Column, len(e.List))
	for i, x := range e.List {
		cols[i] = w.eval(x, r)
	}
	out := make([]function.Tri, r.n)
	values := make([]column.Value, len(cols))
	for i := range out {
		for j, c := range cols {
			values[j] = c.Value(i)
		}
		v := in.Value(i)
		out[i] = negated(v, among(v, values), e.Not)
	}
	return out
}

// among reports whether v equals one of values, by the rules of =: unknown for a null, and where
// it equals none but one of them is null.
func among(v column.Value, values []column.Value) function.Tri {
	if v.IsNull() {
		return function.Unknown
	}
	found := function.False
	for _, x := range values {
		found = found.Or(function.Compare(function.Eq, v, x))
		if found == function.True {
			break
		}
	}
	return found
}
