package analyzers

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/groundwatch/groundwatch/analyzers/dictionary"
	"github.com/groundwatch/groundwatch/analyzers/site"
)

const (
	eventlogPath = "github.com/groundwatch/groundwatch/eventlog"
	slogPath     = "log/slog"
)

// A pass is one check on one package.
type pass struct {
	*analysis.Pass

	cfg    dictionary.Config
	result *site.Result
	sites  []site.Site
}

// report tells a finding about the part at of s, unless a comment at either silences it.
func (p *pass) report(s site.Site, at ast.Node, fixes []analysis.SuggestedFix, format string, args ...any) {
	if p.result.Ignored(p.Analyzer.Name, at.Pos(), s.Pos) {
		return
	}
	p.Report(analysis.Diagnostic{
		Pos:            at.Pos(),
		End:            at.End(),
		Category:       p.Analyzer.Name,
		Message:        fmt.Sprintf(format, args...),
		SuggestedFixes: fixes,
	})
}

// replace returns the fix that writes text in place of n.
func replace(n ast.Node, text, why string) []analysis.SuggestedFix {
	return []analysis.SuggestedFix{{
		Message:   why,
		TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}},
	}}
}

// rename returns the fix that writes the name better in place of the literal e; none when e is no literal,
// as a constant may be used elsewhere too.
func rename(e ast.Expr, better string) []analysis.SuggestedFix {
	lit, ok := ast.Unparen(e).(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING || better == "" {
		return nil
	}
	return replace(lit, strconv.Quote(better), "write "+better)
}

// isFree tells whether a may be written under the name better in place of its own: it is not the logger's, and no other
// field of s, or of the calls that s is chained with as in slog.With(…).Info(…), has it or would get it. A fix that is
// not free would make two faults of one.
func (p *pass) isFree(s site.Site, a site.Attr, better string) bool {
	renamed := a
	renamed.Key = strings.TrimSuffix(a.Key, p.ownKey(a)) + better
	if p.isReserved(s, renamed) || renamed.Key == "tag" {
		return false
	}
	has := func(x site.Attr) bool {
		if x.Expr == a.Expr && x.KeyExpr == a.KeyExpr {
			return false
		}
		return x.Key == renamed.Key || strings.TrimSuffix(x.Key, lastPart(x.Key))+p.cfg.Keys.Style.Better(lastPart(x.Key)) == renamed.Key
	}
	if slices.ContainsFunc(s.Attrs, has) {
		return false
	}
	return !slices.ContainsFunc(p.sites, func(x site.Site) bool {
		return x.Pos == s.Pos && slices.ContainsFunc(x.Attrs, has) // chained calls start at one place
	})
}

// ifFree returns fix if a may be written under the name better, else none.
func (p *pass) ifFree(s site.Site, a site.Attr, better string, fix []analysis.SuggestedFix) []analysis.SuggestedFix {
	if !p.isFree(s, a, better) {
		return nil
	}
	return fix
}

// text returns e in one line, shortened where it is long, without what a terminal would obey or hide.
func (p *pass) text(e ast.Expr) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, types.ExprString(e))
}

// source returns e as it is written.
func (p *pass) source(e ast.Expr) string {
	from, to := p.Fset.Position(e.Pos()), p.Fset.Position(e.End())
	text, err := p.ReadFile(from.Filename)
	if err != nil || to.Offset > len(text) {
		return p.text(e)
	}
	return string(text[from.Offset:to.Offset])
}

// eventlogName returns the name that the file around pos has for package eventlog, "" if it does not
// import it.
func (p *pass) eventlogName(pos token.Pos) string {
	for _, f := range p.Files {
		if pos < f.FileStart || pos > f.FileEnd {
			continue
		}
		for _, imp := range f.Imports {
			if path, _ := strconv.Unquote(imp.Path.Value); path != eventlogPath {
				continue
			}
			if imp.Name == nil {
				return "eventlog"
			}
			if imp.Name.Name != "_" && imp.Name.Name != "." {
				return imp.Name.Name
			}
		}
	}
	return ""
}

// spelled yields the attributes whose key or value stands at the site itself.
func spelled(s site.Site) []site.Attr {
	var all []site.Attr
	for _, a := range s.Attrs {
		if a.Via == "" && a.Expr != nil {
			all = append(all, a)
		}
	}
	return all
}

// lastPart returns what stands behind the last dot of key.
func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// writesEvent tells whether s writes an event, rather than fields for later ones.
func writesEvent(s site.Site) bool { return len(s.Tags) > 0 || s.Message != nil || s.Forwards }

// constant returns the string that the compiler knows e to be, "" if it knows none.
func (p *pass) constant(e ast.Expr) string {
	if e == nil {
		return ""
	}
	if v := p.TypesInfo.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

// calls returns the function that e calls, nil if e is no call of a known function.
func (p *pass) calls(e ast.Expr) *types.Func {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		fn, _ := typeutil.Callee(p.TypesInfo, call).(*types.Func)
		return fn
	}
	return nil
}
