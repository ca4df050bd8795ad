package analyzers

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/groundwatch/groundwatch/analyzers/site"
)

var oddArgs = check{
	name: "oddargs",
	doc: `slog's keys and values come in pairs

slog takes any list of arguments and finds out when the program runs: a key without a value, or something
that cannot be a key, is written as !BADKEY, and what follows moves by one. go vet sees this in calls of slog
itself; this check sees it in calls of your own functions that hand their arguments on, too.

Instead of

	slog.Info("order_paid", "order_id", id, "amount")

write

	slog.Info("order_paid", "order_id", id, "amount", amount)`,
	run: checkOddArgs,
}

func checkOddArgs(p *pass) {
	for _, s := range p.sites {
		if s.Style == site.ByPair && s.Call != nil && s.Call.Ellipsis == token.NoPos {
			p.checkPairs(s, s.Args)
		}
		ast.Inspect(s.Node, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && call.Ellipsis == token.NoPos && len(call.Args) > 0 && p.isGroup(call) {
				p.checkPairs(s, call.Args[1:])
			}
			return true
		})
	}
}

func (p *pass) isGroup(call *ast.CallExpr) bool {
	fn, _ := typeutil.Callee(p.TypesInfo, call).(*types.Func)
	return fn != nil && fn.FullName() == slogPath+".Group"
}

// checkPairs reports the first argument that stands where it cannot. An argument whose type says nothing
// (an any) may be a key or an attribute: what follows it is left alone until the order is clear again.
func (p *pass) checkPairs(s site.Site, args []ast.Expr) {
	sure := true
	for i := 0; i < len(args); i++ {
		t := p.TypesInfo.TypeOf(args[i])
		switch {
		case site.IsNamed(t, slogPath, "Attr"):
			sure = true
		case types.Identical(t, types.Typ[types.String]) || types.Identical(t, types.Typ[types.UntypedString]):
			if i+1 == len(args) && sure {
				p.report(s, args[i], nil, "the key %s has no value, so slog writes it as !BADKEY: write its value behind it", p.text(args[i]))
				return
			}
			i++
		case types.IsInterface(t):
			sure = false
			i++ // its value, if it is a key
		case sure:
			p.report(s, args[i], nil, "%s stands where slog expects a key, and a %s cannot be one, so slog writes !BADKEY: write a key before it",
				p.text(args[i]), types.TypeString(t, types.RelativeTo(p.Pkg)))
			return
		default:
			sure = true
		}
	}
}
