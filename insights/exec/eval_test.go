package exec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/plan"
)

// reference computes e for one row, without any of the short ways of eval.
func reference(env *function.Env, e plan.Expr, row []column.Value) column.Value {
	value := func(e plan.Expr) column.Value { return reference(env, e, row) }
	switch e := e.(type) {
	case plan.Slot:
		return row[e]
	case *plan.Const:
		return e.Value
	case *plan.Call:
		args := make([]column.Value, len(e.Args))
		for i, a := range e.Args {
			args[i] = value(a)
		}
		return e.Fn.Eval(env, args)
	case *plan.Bin:
		ms, ok := function.Millis(value(e.X))
		switch {
		case !ok:
			return column.Value{}
		case e.Ceil:
			return column.TimeValue(e.Period.Ceil(ms + e.Shift))
		}
		return column.TimeValue(e.Period.Floor(ms + e.Shift))
	case *plan.Coalesce:
		if v := value(e.X); !v.IsNull() {
			return v
		}
		return value(e.Y)
	case *plan.Arith:
		return function.Arith(e.Op, value(e.X), value(e.Y))
	}
	return referenceTruth(env, e, row).Value()
}

func referenceTruth(env *function.Env, e plan.Expr, row []column.Value) function.Tri {
	value := func(e plan.Expr) column.Value { return reference(env, e, row) }
	truth := func(e plan.Expr) function.Tri { return referenceTruth(env, e, row) }
	switch e := e.(type) {
	case *plan.Logic:
		switch e.Op {
		case plan.And:
			return truth(e.X).And(truth(e.Y))
		case plan.Or:
			return truth(e.X).Or(truth(e.Y))
		}
		return truth(e.X).Not()
	case *plan.Compare:
		return function.Compare(e.Op, value(e.X), value(e.Y))
	case *plan.Like:
		v := value(e.X)
		found := function.Like(v, func(s string) bool { return strings.Contains(s, e.Text) })
		switch {
		case e.Regex != nil:
			found = function.Like(v, e.Regex.Regexp().MatchString)
		case e.Pattern != nil:
			found = function.Contains(v, value(e.Pattern))
		}
		if e.Not && v.Kind() != column.JSON {
			return found.Not()
		}
		return found
	case *plan.In:
		v, found := value(e.X), function.False
		for _, x := range e.List {
			found = found.Or(function.Compare(function.Eq, v, value(x)))
		}
		if v.IsNull() {
			found = function.Unknown
		}
		if e.Not && v.Kind() != column.JSON {
			return found.Not()
		}
		return found
	}
	return function.Truth(value(e))
}

// oddValues are the values at which rules change.
var oddValues = []any{
	nil, nil, 0, 1, -1, 2, 7, 1<<53 + 1, 1 << 53, math.MaxInt64, math.MinInt64, 0.5, -0.5, 1.0, 1e300, float64(1 << 53), math.Copysign(0, -1),
	true, false, "", "1", "01", "1.0", " 2 ", "true", "False", "abc", "Abc", "9223372036854775808", "12345678901234567890", "12345678901234567891", "é", "b0c",
	ms(0), ms(1), ms(1767225600123), js(`{"a":1}`), js("[]"),
}

// oddColumn returns a column of n odd values: of all kinds, or of one kind only, plain or dictionary-coded.
func oddColumn(rnd *rand.Rand, n int) *column.Column {
	kind := column.Kind(rnd.IntN(int(column.Mixed) + 1))
	dictionary := rnd.IntN(2) == 0
	var values []any
	for len(values) < n {
		x := oddValues[rnd.IntN(len(oddValues))]
		v := valueOf(x)
		if v.Kind() != kind && !v.IsNull() && kind != column.Mixed {
			x = nil
			if rnd.IntN(4) > 0 {
				continue
			}
		}
		values = append(values, x)
		if kind == column.Null && len(values) < n {
			values = append(values, nil)
		}
	}
	if kind == column.String && dictionary {
		return coded(values[:n]...)
	}
	c := col(values[:n]...)
	if kind == column.JSON && dictionary && c.Kind == column.JSON {
		dict := &column.Column{Kind: column.JSON, Len: n, Strings: []string{`{"a":1}`, "[]"}, Nulls: c.Nulls, Codes: make([]uint32, n)}
		for i, s := range c.Strings {
			if s == "[]" {
				dict.Codes[i] = 1
			}
		}
		return dict
	}
	return c
}

// oddExpr returns a random expression over n slots.
func oddExpr(rnd *rand.Rand, n, depth int) plan.Expr {
	sub := func() plan.Expr { return oddExpr(rnd, n, depth-1) }
	if depth == 0 || rnd.IntN(6) == 0 {
		if rnd.IntN(3) == 0 {
			return &plan.Const{Value: valueOf(oddValues[rnd.IntN(len(oddValues))])}
		}
		return plan.Slot(rnd.IntN(n))
	}
	switch rnd.IntN(8) {
	case 0:
		return &plan.Logic{Op: plan.Not, X: sub()}
	case 1:
		return &plan.Logic{Op: []plan.LogicOp{plan.And, plan.Or}[rnd.IntN(2)], X: sub(), Y: sub()}
	case 2, 3:
		return &plan.Compare{Op: function.Eq + function.Op(rnd.IntN(6)), X: sub(), Y: sub()}
	case 4:
		return &plan.Arith{Op: function.Add + function.Op(rnd.IntN(6)), X: sub(), Y: sub()}
	case 5:
		return oddLike(rnd, sub)
	case 6:
		return &plan.In{X: sub(), Not: rnd.IntN(2) == 0, List: []plan.Expr{sub(), sub(), &plan.Const{Value: column.IntValue(1)}}}
	}
	return oddCall(rnd, sub)
}

func oddLike(rnd *rand.Rand, sub func() plan.Expr) plan.Expr {
	e := &plan.Like{X: sub(), Not: rnd.IntN(2) == 0}
	switch rnd.IntN(3) {
	case 0:
		e.Text = []string{"", "b", "1"}[rnd.IntN(3)]
	case 1:
		e.Regex = function.NewMatcher(regexp.MustCompile(`(?i)^a|0`))
	case 2:
		e.Pattern = sub()
	}
	return e
}

func oddCall(rnd *rand.Rand, sub func() plan.Expr) plan.Expr {
	hour, _ := function.ParsePeriod("1h")
	switch rnd.IntN(4) {
	case 0:
		return &plan.Coalesce{X: sub(), Y: sub()}
	case 1:
		return &plan.Bin{X: sub(), Period: hour, Ceil: rnd.IntN(2) == 0, Shift: int64(rnd.IntN(2))}
	}
	name := []string{"strlen", "ispresent", "isempty", "abs", "tomillis", "jsonstringify"}[rnd.IntN(6)]
	fn, ok := function.LookupScalar(name)
	if !ok {
		panic("BUG: no function " + name)
	}
	return &plan.Call{Fn: fn, Args: []plan.Expr{sub()}, Eval: fn.Eval}
}

// TestEvalAgreesWithTheReference evaluates random expressions over columns of all kinds, as values and as
// conditions. They must agree with the row-by-row reference in what results show.
func TestEvalAgreesWithTheReference(t *testing.T) {
	const seed, slots = 5, 4
	rnd := rand.New(rand.NewPCG(seed, 1))
	w := testRun().worker(0)
	for round := range 6000 {
		n := 1 + rnd.IntN(20)
		r := &rows{n: n}
		for s := range slots {
			r.set(s, oddColumn(rnd, n))
		}
		e := oddExpr(rnd, slots, 3)
		got, tris := w.eval(e, r), w.tris(e, r)
		if got.Len != n || len(tris) != n {
			t.Fatalf("seed %d, round %d: %s: %d values and %d truths, want %d", seed, round, exprText(e), got.Len, len(tris), n)
		}
		for i := range n {
			row := make([]column.Value, slots)
			for s := range row {
				row[s] = r.col(s).Value(i)
			}
			want, wantTri := reference(w.env, e, row), referenceTruth(w.env, e, row)
			if v := got.Value(i); v.Text() != want.Text() || v.IsNull() != want.IsNull() || function.SortCompare(v, want) != 0 || tris[i] != wantTri {
				t.Fatalf("seed %d, round %d, row %v: %s = %s %q, %s, want %s %q, %s",
					seed, round, row, exprText(e), v.Kind(), v.Text(), tris[i], want.Kind(), want.Text(), wantTri)
			}
		}
	}
}

// exprText shows an expression by the step that would compute it.
func exprText(e plan.Expr) string {
	return fmt.Sprint(plan.Explain(&plan.Plan{Steps: []plan.Step{&plan.Compute{Assigns: []plan.Assign{{Slot: 0, Expr: e}}}}}))
}
