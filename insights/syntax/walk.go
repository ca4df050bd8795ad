package syntax

import "fmt"

// Walk calls f for n, a *Query, a Command or an Expr, and if f returns true for all that is read
// inside it, in the order of the text: commands, expressions, the fields that commands name, and
// subqueries with their own. The names that a command gives (after as, into) are not visited, nor
// are the sides of lookup that name columns of its table.
func Walk(n any, f func(n any) bool) {
	if !f(n) {
		return
	}
	switch n := n.(type) {
	case *Query:
		for _, c := range n.Commands {
			Walk(c, f)
		}
	case Command:
		walkCommand(n, f)
	case Expr:
		walkExpr(n, f)
	default:
		panic(fmt.Sprintf("BUG: walking a %T", n))
	}
}

// walkCommand walks what c reads.
func walkCommand(c Command, f func(any) bool) {
	switch c := c.(type) {
	case *Fields:
		walkProjs(c.Projs, f)
	case *Display:
		walkProjs(c.Projs, f)
	case *Filter:
		Walk(c.Cond, f)
	case *FilterIndex:
		Walk(c.Field, f)
		walkAll(c.Values, f)
	case *Stats:
		walkProjs(c.Aggs, f)
		walkProjs(c.By, f)
	case *Sort:
		for _, k := range c.Keys {
			Walk(k.Expr, f)
		}
	case *Parse:
		walkIf(c.From, f)
	case *Pattern:
		Walk(c.Expr, f)
	case *Unmask:
		walkIf(c.Expr, f)
	case *Unnest:
		Walk(c.Expr, f)
	case *Join:
		Walk(c.LeftKey, f)
		Walk(c.RightKey, f)
		Walk(c.Query, f)
	case *Lookup:
		for _, m := range c.Match {
			Walk(m.Field, f)
		}
	case *AppendCols:
		Walk(c.Query, f)
	case *RelevantFields:
		walkAll(c.Fields, f)
		Walk(c.Cond, f)
	case *Invoke:
		for _, a := range c.Args {
			Walk(a.Value, f)
		}
	default:
		walkAll(fieldsRead(c), f)
	}
}

// fieldsRead returns the fields that a command reads which has no other expressions.
func fieldsRead(c Command) []*Field {
	switch c := c.(type) {
	case *Dedup:
		return c.Fields
	case *JSONField:
		return []*Field{c.Field}
	case *Expand:
		return []*Field{c.Field}
	case *CIDRLookup:
		return []*Field{c.Match.Field}
	case *AddTotals:
		return c.Fields
	case *Accum:
		return []*Field{c.Field}
	case *Autoregress:
		return []*Field{c.Field}
	case *CountFrequent:
		return c.Fields
	case *FillMissing:
		var fields []*Field
		for _, v := range c.Values {
			fields = append(fields, v.Field)
		}
		return fields
	case *Outlier:
		return c.Fields
	case *Sessionize:
		return c.Fields
	}
	return nil
}

// walkExpr walks the parts of x.
func walkExpr(x Expr, f func(any) bool) {
	switch x := x.(type) {
	case *Call:
		walkAll(x.Args, f)
	case *Unary:
		Walk(x.X, f)
	case *Binary:
		Walk(x.X, f)
		Walk(x.Y, f)
	case *Like:
		Walk(x.X, f)
		Walk(x.Pattern, f)
	case *In:
		Walk(x.X, f)
		walkAll(x.List, f)
		if x.Query != nil {
			Walk(x.Query, f)
		}
	}
}

func walkAll[E Expr](list []E, f func(any) bool) {
	for _, x := range list {
		Walk(x, f)
	}
}

func walkProjs(projs []Proj, f func(any) bool) {
	for _, p := range projs {
		Walk(p.Expr, f)
	}
}

// walkIf walks x unless it is nil.
func walkIf(x Expr, f func(any) bool) {
	if x != nil {
		Walk(x, f)
	}
}
