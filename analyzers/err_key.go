package analyzers

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

var errKey = check{
	name: "errkey",
	doc: `an error is written as an error, under error

err.Error() keeps the text and loses the type, the wrapped chain and the stack, so that errors can no longer
be counted by kind. A key such as err makes a second column for the same thing. A list of errors is written
as a list of empty objects.

Instead of

	eventlog.Error(ctx, "order_refused", slog.String("err", err.Error()))

write

	eventlog.Fail(ctx, "order_refused", err)
	eventlog.Warn(ctx, "order_delayed", eventlog.Err(err))

eventlint --fix writes eventlog.Err where the file imports eventlog; beside plain slog it mends key and value.`,
	run: checkErrKey,
}

// errKeys are keys that people write for error.
var errKeys = []string{"err", "e", "error", "error_message", "error_msg", "err_msg", "errmsg", "exception"}

func checkErrKey(p *pass) {
	for _, s := range p.sites {
		for _, a := range spelled(s) {
			if a.Value == nil || a.Maker == "eventlog.Err" || s.Err != nil && a.Key == "error" { // the last is keydup's
				continue
			}
			inner := p.errorIn(a.Value)
			switch {
			case inner != nil:
				p.report(s, a.Expr, p.asError(s, a, inner, true), "%s keeps the error's text and loses its type and chain: write %s",
					p.text(a.Value), p.errorAdvice(s, a, inner))
			case a.Class == site.Error && slices.Contains(errKeys, a.Key) && p.isOff(s, a):
				p.report(s, a.Expr, p.asError(s, a, a.Value, false), "the error is written under %q, where nobody looks for its type and chain: write %s",
					a.Key, p.errorAdvice(s, a, a.Value))
			case a.Class == site.Array && isErrorList(a.Type):
				p.report(s, a.Value, nil, "encoding/json writes the errors of a list as empty objects: write eventlog.Err(errors.Join(%s...))", p.text(a.Value))
			}
		}
	}
}

// isOff tells whether an error under key could stand better: eventlog.Err is to be had, or the key is not error.
func (p *pass) isOff(s site.Site, a site.Attr) bool {
	return a.Key != "error" || p.eventlogName(s.Pos) != "" && a.Maker != ""
}

// errorIn returns err when v is err.Error(), else nil.
func (p *pass) errorIn(v ast.Expr) ast.Expr {
	call, ok := ast.Unparen(v).(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Error" || site.ClassOf(p.TypesInfo.TypeOf(sel.X)) != site.Error {
		return nil
	}
	return sel.X
}

// errorAdvice returns what to write for the error e in place of a.
func (p *pass) errorAdvice(s site.Site, a site.Attr, e ast.Expr) string {
	name := p.eventlogName(s.Pos)
	switch {
	case a.Maker == "":
		return `"error", ` + p.text(e)
	case name != "":
		return name + ".Err(" + p.text(e) + ")"
	}
	return `slog.Any("error", ` + p.text(e) + `)`
}

// asError returns the fix that writes the error e in place of a. fromText tells that a's value is e's text.
func (p *pass) asError(s site.Site, a site.Attr, e ast.Expr, fromText bool) []analysis.SuggestedFix {
	if fromText && !slices.Contains(errKeys, a.Key) {
		return nil // a text of its own, such as last_error
	}
	if a.Key != "error" && !p.isFree(s, a, "error") || s.Err != nil || slices.ContainsFunc(s.Attrs, func(x site.Attr) bool {
		return x.KeyExpr != a.KeyExpr && slices.Contains(errKeys, x.Key)
	}) {
		return nil // one event has one error
	}
	call, isCall := a.Expr.(*ast.CallExpr)
	if a.Maker == "" || !isCall { // a key and a value side by side
		if a.Maker != "" || a.KeyExpr == nil {
			return nil
		}
		return p.pairFix(a, e)
	}
	if name := p.eventlogName(s.Pos); name != "" {
		return replace(call, name+".Err("+p.source(e)+")", "write "+name+".Err")
	}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		return replace(call, p.source(sel.X)+`.Any("error", `+p.source(e)+")", "write the error itself")
	}
	return nil
}

// pairFix returns the fix that writes "error", e where a has another key or the error's text.
func (p *pass) pairFix(a site.Attr, e ast.Expr) []analysis.SuggestedFix {
	return []analysis.SuggestedFix{{
		Message: "write the error itself, under error",
		TextEdits: []analysis.TextEdit{
			{Pos: a.KeyExpr.Pos(), End: a.KeyExpr.End(), NewText: []byte(`"error"`)},
			{Pos: a.Value.Pos(), End: a.Value.End(), NewText: []byte(p.source(e))},
		},
	}}
}

func isErrorList(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && site.ClassOf(s.Elem()) == site.Error
}
