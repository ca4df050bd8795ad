package analyzers

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

var beforeAct = check{
	name: "beforeact",
	doc: `an event is written after the act

An event says that something happened. Written before the call that does it, it is a lie when the call
fails, and cannot say how long it took or what came of it. The check sees an event whose tag's verb is the
name of the function that is called in the next statement.

Instead of

	eventlog.Info(ctx, "label_created", slog.Int("order_id", id))
	err := createLabel(ctx, id)

write

	err := createLabel(ctx, id)
	if err != nil {
		eventlog.Fail(ctx, "label_refused", err, slog.Int("order_id", id))
		return err
	}
	eventlog.Info(ctx, "label_created", slog.Int("order_id", id))`,
	run: checkBeforeAct,
}

func checkBeforeAct(p *pass) {
	for _, s := range p.sites {
		if s.Call == nil || len(s.Tags) != 1 || s.Tags[0].Role != site.Event || s.Tags[0].Expr == nil || s.Level == "error" {
			continue
		}
		stmt := s.Cursor.Parent()
		if _, ok := stmt.Node().(*ast.ExprStmt); !ok {
			continue
		}
		next, ok := stmt.NextSibling()
		if !ok {
			continue
		}
		if call := p.actIn(next, s.Tags[0].Name); call != nil {
			p.report(s, s.Tags[0].Expr, nil, "%q is written before %s does it, and stays there if that fails: write the event after the call, when its outcome is known",
				s.Tags[0].Name, p.text(call.Fun))
		}
	}
}

// actIn returns the call in the statement at cur that does what tag says has been done, nil if there is none.
// Bodies of inner blocks and functions run later, or not at all.
func (p *pass) actIn(cur inspector.Cursor, tag string) *ast.CallExpr {
	var found *ast.CallExpr
	cur.Inspect([]ast.Node{(*ast.BlockStmt)(nil), (*ast.FuncLit)(nil), (*ast.GoStmt)(nil), (*ast.DeferStmt)(nil), (*ast.CallExpr)(nil)}, func(c inspector.Cursor) bool {
		call, ok := c.Node().(*ast.CallExpr)
		if ok && found == nil && p.does(call, tag) {
			found = call
		}
		return ok
	})
	return found
}

// does tells whether call's function has the plain form of tag's verb in its name, and one of tag's other
// words is in that name, in what the function is called on and with, or in the types of those.
func (p *pass) does(call *ast.CallExpr, tag string) bool {
	name, rest := calleeWords(call)
	words := dictionary.Words(tag)
	for i, w := range words {
		if !slices.ContainsFunc(verbsOf(w), func(v string) bool { return hasVerb(name, v) }) {
			continue
		}
		things := slices.Delete(slices.Clone(words), i, i+1)
		if len(name) == 1 && !slices.Contains(vagueVerbs, name[0]) && len(things) > 0 {
			return true // Send: what is sent may have any name
		}
		if shares(name, things) || shares(rest, things) || shares(p.typeWords(call), things) {
			return true
		}
	}
	return false
}

// vagueVerbs are names of functions that alone say too little: what is closed next may be something else.
var vagueVerbs = []string{"add", "close", "do", "done", "end", "get", "log", "open", "put", "read", "run", "set", "start", "stop", "wait", "write"}

// verbsOf returns the plain forms that the past form w may have.
func verbsOf(w string) []string {
	if v := dictionary.Verb(w); v != "" {
		return []string{v}
	}
	if stem, ok := strings.CutSuffix(w, "ed"); ok && len(stem) > 2 {
		return []string{stem, stem + "e"}
	}
	return nil
}

func hasVerb(name []string, verb string) bool {
	return len(name) > 0 && (name[0] == verb || dictionary.Plain(name[0]) == verb)
}

// calleeWords returns the words of the called function's name, and those of what it is called on and with.
func calleeWords(call *ast.CallExpr) (name, rest []string) {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = dictionary.Words(f.Name)
	case *ast.SelectorExpr:
		name = dictionary.Words(f.Sel.Name)
		rest = dictionary.Words(types.ExprString(f.X))
	}
	for _, a := range call.Args {
		rest = append(rest, dictionary.Words(types.ExprString(a))...)
	}
	return name, rest
}

// typeWords returns the words of the types that call is called on, takes and returns.
func (p *pass) typeWords(call *ast.CallExpr) []string {
	var words []string
	typed := append([]ast.Expr{call}, call.Args...)
	if f, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		typed = append(typed, f.X)
	}
	for _, e := range typed {
		if t := p.TypesInfo.TypeOf(e); t != nil {
			words = append(words, dictionary.Words(types.TypeString(t, func(*types.Package) string { return "" }))...)
		}
	}
	return words
}

// shares tells whether a and b have a word in common, the plural of one counting as well.
func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(w string) bool {
		return slices.ContainsFunc(b, func(v string) bool { return w == v || w == v+"s" || w+"s" == v })
	})
}
