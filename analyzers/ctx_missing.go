package analyzers

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

var ctxMissing = check{
	name: "ctxmissing",
	doc: `an event gets the context that is at hand

The context carries request, user and trace: without it the event cannot be found from the others of the
same request. Where a context.Context or an *http.Request is in scope, it belongs into the call.

Instead of

	slog.Info("order_paid", "order_id", id)
	eventlog.Info(context.Background(), "order_paid")

write

	slog.InfoContext(ctx, "order_paid", "order_id", id)
	eventlog.Info(ctx, "order_paid")

eventlint --fix does both.`,
	run: checkCtxMissing,
}

func checkCtxMissing(p *pass) {
	for _, s := range p.sites {
		if s.Call == nil || !writesEvent(s) {
			continue
		}
		switch {
		case s.Ctx != nil && p.isEmptyContext(s.Ctx):
			if name := p.contextAt(s.Pos); name != "" {
				p.report(s, s.Ctx, replace(s.Ctx, name, "hand over "+name),
					"the event gets %s although %s is at hand, so it has no request, user or trace: write %s", p.text(s.Ctx), name, name)
			}
		case s.Ctx == nil && s.API == "slog":
			p.checkWithout(s)
		}
	}
}

// checkWithout reports a call of slog that has a sister which takes the context.
func (p *pass) checkWithout(s site.Site) {
	sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr)
	name := p.contextAt(s.Pos)
	if !ok || name == "" {
		return
	}
	fn, _ := p.TypesInfo.Uses[sel.Sel].(*types.Func)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != slogPath {
		return // an interface of somebody else need not have the sister
	}
	better := sel.Sel.Name + "Context"
	fix := []analysis.SuggestedFix{{
		Message: "write " + better,
		TextEdits: []analysis.TextEdit{
			{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte(better)},
			{Pos: s.Call.Lparen + 1, End: s.Call.Lparen + 1, NewText: []byte(name + ", ")},
		},
	}}
	p.report(s, s.Call, fix, "the event gets no context although %s is at hand, so it has no request, user or trace: write %s(%s, …)",
		name, p.text(sel.X)+"."+better, name)
}

func (p *pass) isEmptyContext(e ast.Expr) bool {
	if p.TypesInfo.Types[e].IsNil() {
		return true
	}
	fn := p.calls(e)
	return fn != nil && (fn.FullName() == "context.Background" || fn.FullName() == "context.TODO")
}

// contextAt returns an expression for the nearest context in scope at pos: a variable, or the context of a
// request. Package variables do not count.
func (p *pass) contextAt(pos token.Pos) string {
	for scope := p.Pkg.Scope().Innermost(pos); scope != nil && scope != p.Pkg.Scope(); scope = scope.Parent() {
		if name := contextIn(scope, pos); name != "" {
			return name
		}
	}
	return ""
}

// contextIn returns the context that was declared last in scope before pos.
func contextIn(scope *types.Scope, pos token.Pos) string {
	var best types.Object
	for _, name := range scope.Names() {
		v, ok := scope.Lookup(name).(*types.Var)
		if !ok || name == "_" || v.Pos() >= pos || !site.IsContext(v.Type()) && !isRequest(v.Type()) {
			continue
		}
		if _, visible := scope.LookupParent(name, pos); visible != v {
			continue // declared in the statement that writes the event
		}
		if best == nil || better(v, best) {
			best = v
		}
	}
	switch {
	case best == nil:
		return ""
	case isRequest(best.Type()):
		return best.Name() + ".Context()"
	}
	return best.Name()
}

// better prefers contexts to requests, and what was declared later.
func better(a, b types.Object) bool {
	if isRequest(a.Type()) != isRequest(b.Type()) {
		return isRequest(b.Type())
	}
	return a.Pos() > b.Pos()
}

func isRequest(t types.Type) bool {
	_, pointer := types.Unalias(t).(*types.Pointer)
	return pointer && site.IsNamed(t, "net/http", "Request")
}
