package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/groundwatch/groundwatch/column"
	"github.com/groundwatch/groundwatch/insights/function"
	"github.com/groundwatch/groundwatch/insights/syntax"
)

// null is the expression of a name that nothing can be behind.
var null = &Const{}

// expr resolves e. Mistakes are noted and leave a null in their place.
func (c *compiler) expr(e syntax.Expr) Expr {
	switch e := e.(type) {
	case *syntax.Field:
		return c.field(e)
	case *syntax.String:
		return &Const{column.StringValue(e.Value)}
	case *syntax.Number:
		return &Const{number(e.Text)}
	case *syntax.Period:
		c.fail(e.Span, "write the number alone, in milliseconds for times", "a period such as %s stands only in bin, datefloor, dateceil and rate", e)
		return null
	case *syntax.Param:
		c.fail(e.Span, "", "parameter %q has no value outside a saved query", e.Name)
		return null
	case *syntax.Regex:
		c.fail(e.Span, "", "a regular expression stands only after like, =~ and in parse")
		return null
	}
	if slot, ok := c.byText(e); ok {
		return Slot(slot)
	}
	switch e := e.(type) {
	case *syntax.Call:
		return c.call(e)
	case *syntax.Unary:
		return c.unary(e)
	case *syntax.Binary:
		return c.binary(e)
	case *syntax.Like:
		return c.like(e)
	case *syntax.In:
		return c.in(e)
	}
	panic(fmt.Sprintf("BUG: expression %T", e))
}

// byText returns the column that is known by the text of e: one of the scope or, outside the aggregates
// of a stats command, one that this command makes.
func (c *compiler) byText(e syntax.Expr) (slot int, ok bool) {
	s := c.scope
	if c.agg != nil {
		s = c.agg.after
		if call, ok := e.(*syntax.Call); ok && isAggregate(call) {
			return 0, false
		}
	}
	if len(s.byKey) == 0 {
		return 0, false
	}
	k, ok := s.byKey[exprKey(e)]
	return k.slot, ok
}

func isAggregate(e *syntax.Call) bool {
	_, ok := function.LookupAggregate(e.Name)
	return ok
}

// number reads a number literal: exact when it is a whole number. One of more than 64 bits is kept as its digits,
// as fields have it.
func number(text string) column.Value {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return column.IntValue(n)
	}
	if strings.Trim(text, "0123456789") == "" {
		return column.StringValue(text)
	}
	f, _ := strconv.ParseFloat(text, 64) // the lexer let only numbers through; too large is null
	return column.FloatValue(f)
}

// field resolves a name: to a column, to a member of one, to a field of the source, or, where there
// is no such thing, to null with the name noted as missing.
func (c *compiler) field(f *syntax.Field) Expr {
	if c.agg != nil {
		return c.agg.field(c, f)
	}
	s := c.scope
	slot, rest, ok := s.resolved(f)
	switch {
	case ok && len(rest) == 0:
		return Slot(slot)
	case ok && s.info[slot].tree:
		return &Member{X: Slot(slot), Path: steps(rest)}
	}
	if x, ok := c.side(f); ok {
		return x
	}
	if v, ok := boolean(f); ok {
		return &Const{v}
	}
	if s.raw == nil && c.sorting {
		return c.sortName(f)
	}
	if s.raw == nil {
		c.missing = append(c.missing, f)
		return null
	}
	if hasIndex(f.Parts) {
		c.warn("%s: an index in brackets reads maps and lists; a discovered array is written %s", f, dotted(f))
		return null
	}
	return Slot(s.field(ScanField{Name: f.Name(), Unmask: c.unmasking}))
}

// dotted writes a path with its indexes after dots, as discovered fields have them.
func dotted(f *syntax.Field) string {
	parts := make([]string, len(f.Parts))
	for i, p := range f.Parts {
		parts[i] = p.Name
		if p.Index {
			parts[i] = strconv.Itoa(p.N)
		}
	}
	return strings.Join(parts, ".")
}

// boolean reads true and false, which are literals when no column has that name.
func boolean(f *syntax.Field) (column.Value, bool) {
	if len(f.Parts) != 1 {
		return column.Value{}, false
	}
	switch strings.ToLower(f.Parts[0].Name) {
	case "true":
		return column.BoolValue(true), true
	case "false":
		return column.BoolValue(false), true
	}
	return column.Value{}, false
}

// side resolves a name of a join: Left.x and Right.x.
func (c *compiler) side(f *syntax.Field) (Expr, bool) {
	j := c.join
	if j == nil || j.scope != c.scope || len(f.Parts) < 2 {
		return nil, false
	}
	inner := &syntax.Field{Span: f.Span, Parts: f.Parts[1:]}
	switch f.Parts[0].Name {
	case j.left:
		return c.field(inner), true
	case j.right:
		return c.rightField(inner, f.Name()), true
	}
	return nil, false
}

func steps(parts []syntax.Part) []function.Step {
	path := make([]function.Step, len(parts))
	for i, p := range parts {
		path[i] = function.Step{Name: p.Name, Index: p.N, IsIndex: p.Index}
	}
	return path
}

func (c *compiler) unary(e *syntax.Unary) Expr {
	x := c.expr(e.X)
	switch e.Op {
	case syntax.Not:
		return &Logic{Op: Not, X: x}
	case syntax.Plus:
		return c.fold(&Arith{Op: function.Add, X: &Const{column.IntValue(0)}, Y: x})
	}
	return c.fold(&Arith{Op: function.Sub, X: &Const{column.IntValue(0)}, Y: x})
}

var comparisons = map[syntax.Op]function.Op{
	syntax.Eq: function.Eq, syntax.Ne: function.Ne, syntax.Lt: function.Lt,
	syntax.Le: function.Le, syntax.Gt: function.Gt, syntax.Ge: function.Ge,
}

var arithmetic = map[syntax.Op]function.Op{
	syntax.Add: function.Add, syntax.Sub: function.Sub, syntax.Mul: function.Mul,
	syntax.Div: function.Div, syntax.Mod: function.Mod, syntax.Pow: function.Pow,
}

func (c *compiler) binary(e *syntax.Binary) Expr {
	x, y := c.expr(e.X), c.expr(e.Y)
	c.warnHyphen(e)
	switch e.Op {
	case syntax.And:
		return &Logic{And, x, y}
	case syntax.Or:
		return &Logic{Or, x, y}
	}
	if op, ok := comparisons[e.Op]; ok {
		return &Compare{op, x, y}
	}
	return c.fold(&Arith{arithmetic[e.Op], x, y})
}

// warnHyphen tells that foo-bar, without blanks, is a subtraction and not a name.
func (c *compiler) warnHyphen(e *syntax.Binary) {
	_, isX := e.X.(*syntax.Field)
	_, isY := e.Y.(*syntax.Field)
	if e.Op == syntax.Sub && isX && isY && e.Y.Where().Start.Offset == e.X.Where().End.Offset+1 {
		c.warn("%s-%s is %s minus %s; a name with a hyphen goes into backticks: `%s-%s`", e.X, e.Y, e.X, e.Y, e.X, e.Y)
	}
}

// fold computes arithmetic on literals when the query is read.
func (c *compiler) fold(a *Arith) Expr {
	x, okX := Literal(a.X)
	y, okY := Literal(a.Y)
	if okX && okY {
		return &Const{function.Arith(a.Op, x, y)}
	}
	return a
}

func (c *compiler) like(e *syntax.Like) Expr {
	out := &Like{X: c.expr(e.X), Not: e.Not}
	switch p := e.Pattern.(type) {
	case *syntax.String:
		out.Text = p.Value
	case *syntax.Regex:
		out.Regex = c.regex(p)
	default:
		out.Pattern = c.expr(p)
	}
	return out
}

// regex compiles a regular expression; a mistake in it is noted.
func (c *compiler) regex(r *syntax.Regex) *function.Matcher {
	re, err := function.CompileRegex(r.Pattern)
	if err != nil {
		c.fail(r.Span, "", "%v", err)
		return nil
	}
	return function.NewMatcher(re)
}

func (c *compiler) in(e *syntax.In) Expr {
	out := &In{X: c.expr(e.X), Not: e.Not}
	if e.Query != nil {
		out.Query = c.subquery(e.Query)
		return out
	}
	for _, x := range e.List {
		out.List = append(out.List, c.expr(x))
	}
	return out
}

// Check returns what is wrong with the stages of q that could be read, apart from what their names mean: their
// order, limits out of range, unknown functions and wrong numbers of arguments. It is for queries that cannot be
// planned, so that all mistakes are told at once.
func Check(q *syntax.Query) syntax.Errors {
	c := &compiler{}
	syntax.Walk(q, func(n any) bool {
		switch n := n.(type) {
		case *syntax.Query:
			c.checkOrder(n.Commands)
		case *syntax.Limit:
			c.limit(n)
		case *syntax.Call:
			c.checkCall(n)
		}
		return true
	})
	return c.errs
}

// checkCall refuses a call of no function or with a wrong number of arguments.
func (c *compiler) checkCall(e *syntax.Call) {
	if agg, ok := function.LookupAggregate(e.Name); ok {
		c.arity(e, agg.Min, agg.Max, agg.Usage, agg.Star)
	} else if fn, ok := function.LookupScalar(e.Name); ok {
		c.arity(e, fn.Min, fn.Max, fn.Usage, false)
	} else if !strings.EqualFold(e.Name, "bin") {
		c.fail(e.Span, didYouMean(e.Name), "unknown function %q", e.Name)
	}
}

// call resolves a function call.
func (c *compiler) call(e *syntax.Call) Expr {
	if agg, ok := function.LookupAggregate(e.Name); ok {
		if c.agg != nil {
			return member(c.agg.call(c, e, agg), e.Path)
		}
		c.fail(e.Span, "stats "+e.String(), "%s is an aggregate and belongs into stats", e.Name)
		return null
	}
	if strings.EqualFold(e.Name, "bin") && len(e.Args) == 1 {
		return member(c.bin(e), e.Path)
	}
	fn, ok := function.LookupScalar(e.Name)
	if !ok && strings.EqualFold(e.Name, "bin") {
		fn, ok = function.LookupScalar("datefloor")
	}
	if !ok {
		c.fail(e.Span, didYouMean(e.Name), "unknown function %q", e.Name)
		return null
	}
	if !c.arity(e, fn.Min, fn.Max, fn.Usage, false) {
		return null
	}
	was := c.unmasking
	c.unmasking = was || fn.Name == "unmask"
	args, literals := c.args(e.Name, e.Args)
	c.unmasking = was
	if fn.Check != nil {
		if err := fn.Check(literals); err != nil {
			c.fail(e.Span, "", "%v", err)
			return null
		}
	}
	return member(simplify(fn, args, literals), e.Path)
}

// args resolves the arguments of a call. Those of some functions may be periods.
func (c *compiler) args(fn string, exprs []syntax.Expr) (args []Expr, literals []*column.Value) {
	for _, a := range exprs {
		var x Expr
		if p, ok := a.(*syntax.Period); ok && takesPeriod(fn) {
			x = &Const{column.StringValue(p.String())}
		} else {
			x = c.expr(a)
		}
		args = append(args, x)
		if v, ok := Literal(x); ok {
			literals = append(literals, &v)
		} else {
			literals = append(literals, nil)
		}
	}
	return args, literals
}

func takesPeriod(fn string) bool {
	switch strings.ToLower(fn) {
	case "bin", "datefloor", "dateceil", "date_floor", "date_ceil", "rate":
		return true
	}
	return false
}

// arity checks the number of arguments.
func (c *compiler) arity(e *syntax.Call, least, most int, usage string, star bool) bool {
	n := len(e.Args)
	switch {
	case e.Star && star:
		return true
	case e.Star:
		c.fail(e.Span, usage, "%s cannot be called with *", e.Name)
	case n < least || most >= 0 && n > most:
		c.fail(e.Span, usage, "%s takes %s, found %d", e.Name, countOf(least, most), n)
	default:
		return true
	}
	return false
}

func countOf(least, most int) string {
	switch {
	case most < 0:
		return fmt.Sprintf("at least %s", plural(least))
	case least == most:
		return plural(least)
	}
	return fmt.Sprintf("%d to %s", least, plural(most))
}

func plural(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// member reads a path inside x, if there is one.
func member(x Expr, path []syntax.Part) Expr {
	if len(path) == 0 {
		return x
	}
	return &Member{X: x, Path: steps(path)}
}

// simplify turns a call into a cheaper equal: rounding times to a fixed period, masked data that
// the source unmasks, and calls of literals, which are computed once.
func simplify(fn *function.Scalar, args []Expr, literals []*column.Value) Expr {
	switch {
	case fn.Name == "datefloor" || fn.Name == "dateceil":
		if literals[1] != nil {
			if p, err := function.ParsePeriod(literals[1].Text()); err == nil {
				return &Bin{X: args[0], Period: p, Text: literals[1].Text(), Ceil: fn.Name == "dateceil"}
			}
		}
	case fn.Name == "unmask":
		return args[0]
	case fn.Name == "coalesce" && len(args) == 2:
		return &Coalesce{args[0], args[1]}
	}
	call := &Call{fn, args, fn.Eval}
	if fn.Bind != nil {
		call.Eval = fn.Bind(literals)
	}
	if fn.Volatile {
		return call
	}
	values := make([]column.Value, len(args))
	for i, l := range literals {
		if l == nil {
			return call
		}
		values[i] = *l
	}
	return &Const{fn.Eval(&function.Env{}, values)}
}

// bin resolves bin(P): @timestamp rounded down. After stats it needs a column of that name.
func (c *compiler) bin(e *syntax.Call) Expr {
	p, ok := e.Args[0].(*syntax.Period)
	if !ok {
		c.fail(e.Args[0].Where(), "bin(5m)", "bin takes a period, found %s", e.Args[0])
		return null
	}
	period, err := function.ParsePeriod(p.String())
	if err != nil {
		c.fail(p.Span, "", "bin: %v", err)
		return null
	}
	if c.agg != nil {
		c.outsideAggregate(e.Span, e)
		return null
	}
	slot, ok := c.scope.byName["@timestamp"]
	switch {
	case ok:
	case c.scope.raw != nil:
		slot = c.scope.field(ScanField{Name: "@timestamp"})
	default:
		c.fail(e.Span, "carry it over: stats ..., max(@timestamp) as @t | stats ... by datefloor(@t, "+p.String()+")",
			"bin needs @timestamp, which is gone after stats")
		return null
	}
	return &Bin{X: Slot(slot), Period: period, Text: p.String()}
}

// didYouMean suggests the function whose name is nearest.
func didYouMean(name string) string {
	var known []string
	for _, f := range function.Scalars() {
		known = append(known, f.Name)
	}
	for _, f := range function.Aggregates() {
		known = append(known, f.Name)
	}
	if s := syntax.Suggest(name, append(known, "bin")); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return ""
}

// fail notes a mistake.
func (c *compiler) fail(at syntax.Span, hint, format string, args ...any) {
	c.errs = append(c.errs, &syntax.Error{Span: at, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// warn notes something the user may not expect.
func (c *compiler) warn(format string, args ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}
