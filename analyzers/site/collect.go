package site

import (
	"go/ast"
	"go/constant"
	"go/types"
	"regexp"
	"slices"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// collect puts the package's sites into r.
func (f *finder) collect(r *Result) {
	for file := range f.in.Root().Children() {
		tree, ok := file.Node().(*ast.File)
		if !ok || ast.IsGenerated(tree) {
			continue
		}
		sites := f.collectFile(file)
		if f.isTest(tree) {
			r.Tests = append(r.Tests, sites...)
		} else {
			r.Sites = append(r.Sites, sites...)
		}
	}
}

func (f *finder) collectFile(file inspector.Cursor) []Site {
	var sites []Site
	for cur := range file.Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		if e := f.emitterOf(call); e != nil {
			sites = append(sites, f.site(cur, call, e))
		}
	}
	for cur := range file.Preorder((*ast.CompositeLit)(nil)) {
		if s, ok := f.named(cur); ok {
			sites = append(sites, s)
		}
	}
	for cur := range file.Preorder((*ast.CallExpr)(nil), (*ast.CompositeLit)(nil)) {
		if s, ok := f.loose(cur); ok {
			sites = append(sites, s)
		}
	}
	f.addLater(sites)
	slices.SortStableFunc(sites, func(a, b Site) int { return int(a.Pos) - int(b.Pos) })
	return sites
}

// place returns a site at cur that says no more than where it is.
func (f *finder) place(cur inspector.Cursor) Site {
	e := cur.Node().(ast.Expr)
	s := Site{Node: e, Cursor: cur, Pos: e.Pos(), Pkg: f.pass.Pkg.Path()}
	s.Call, _ = e.(*ast.CallExpr)
	if d, ok := f.scope(cur).(*ast.FuncDecl); ok {
		if fn, ok := f.info.Defs[d.Name].(*types.Func); ok {
			s.Func = shortName(fn)
		}
	}
	return s
}

// site describes call, whose function is e.
func (f *finder) site(cur inspector.Cursor, call *ast.CallExpr, e *Emitter) Site {
	s := f.place(cur)
	s.API, s.Level, s.Style = e.API, f.level(call, e), e.Style
	s.Callee = f.calleeName(call)
	s.Ctx, s.Err, s.Message = arg(call, e.Ctx), arg(call, e.Err), arg(call, e.Message)
	if e.Attrs >= 0 && e.Attrs <= len(call.Args) {
		s.Args = call.Args[e.Attrs:]
	}
	fields := f.fieldsOf(call, e, f.scope(cur))
	s.Attrs, s.Complete = fields.list, fields.complete
	for _, t := range e.Tags {
		f.addTag(&s, t, arg(call, t.Arg))
	}
	if s.Message != nil {
		if _, before, after, ok := f.handedOn(s.Message); ok && before+after == "" {
			s.Message, s.Forwards = nil, true
		} else if name := f.text(s.Message); LooksLikeTag(name) {
			s.Tags = append(s.Tags, Tag{Name: name, Expr: s.Message, Role: Event, Const: true})
		}
	}
	return s
}

func (f *finder) addTag(s *Site, t TagArg, e ast.Expr) {
	if e == nil {
		return
	}
	if _, _, _, ok := f.handedOn(e); ok {
		s.Forwards = true
		return
	}
	tag := Tag{Expr: e, Role: t.Role, Const: f.isConst(e)}
	if tag.Const {
		tag.Name = t.Prefix + f.text(e) + t.Suffix
	}
	s.Tags = append(s.Tags, tag)
}

// fieldsOf returns the fields that call writes, e's own after those it names.
func (f *finder) fieldsOf(call *ast.CallExpr, e *Emitter, scope ast.Node) attrs {
	all := attrs{complete: true}
	if key := arg(call, e.Key); key != nil {
		all.list = append(all.list, Attr{Key: f.text(key), KeyExpr: key, Class: e.KeyType, Maker: "eventlog.Add", Expr: key})
	}
	switch {
	case e.Attrs >= 0 && e.Spread:
		all.add(f.readFields(call, e.Attrs, e.Style, scope))
	case e.Attrs >= 0 && e.Attrs < len(call.Args):
		all.add(f.readSlice(call.Args[e.Attrs], e.Style, scope))
	}
	failure := arg(call, e.Err)
	if failure != nil {
		all.add(f.errorAttrs(failure, failure))
	}
	for _, x := range e.Fields {
		if failure != nil && slices.Contains(ofError, x) {
			continue
		}
		a := Attr{Key: x.Key, Class: x.Class, Implied: x.Implied}
		if !x.Implied {
			a.Via = f.calleeName(call)
		}
		all.list = append(all.list, a)
	}
	return all
}

// loose returns the site of an attribute that no site has taken yet.
func (f *finder) loose(cur inspector.Cursor) (Site, bool) {
	if f.used[cur.Node()] {
		return Site{}, false
	}
	var got attrs
	switch n := cur.Node().(type) {
	case *ast.CallExpr:
		got = f.readMaker(n, f.scope(cur))
	case *ast.CompositeLit:
		got = f.readLiteral(n)
	}
	if !f.used[cur.Node()] { // a helper's fields are where the helper is
		return Site{}, false
	}
	s := f.place(cur)
	s.API, s.Style, s.Attrs, s.Complete = "attr", ByAttr, got.list, got.complete
	if s.Call != nil {
		s.Callee = f.calleeName(s.Call)
	}
	s.Inner = f.insideGroupValue(cur)
	return s, true
}

func (f *finder) insideGroupValue(cur inspector.Cursor) bool {
	for c := range cur.Enclosing((*ast.CallExpr)(nil)) {
		if call := c.Node().(*ast.CallExpr); call != cur.Node() {
			fn, _ := typeutil.Callee(f.info, call).(*types.Func)
			return fn != nil && fn.FullName() == slogPath+".GroupValue"
		}
	}
	return false
}

// addLater gives the fields that a function adds to its unit of work or its outside call to the site
// that began it, so that the event is described in one place.
func (f *finder) addLater(sites []Site) {
	begins := map[ast.Node][]*Site{} // by function
	calls := map[types.Object]*Site{}
	for i, s := range sites {
		switch s.Callee {
		case "eventlog.Begin":
			scope := f.scope(s.Cursor)
			begins[scope] = append(begins[scope], &sites[i])
		case "eventlog.Try":
			if v := f.holder(s.Cursor); v != nil {
				calls[v] = &sites[i]
			}
		}
	}
	for _, s := range sites {
		var at *Site
		switch s.Callee {
		case "eventlog.Set", "eventlog.Add", "eventlog.AddMs", "eventlog.Unit.Set", "eventlog.Unit.Add", "eventlog.Unit.AddMs":
			if b := begins[f.scope(s.Cursor)]; len(b) == 1 {
				at = b[0]
			}
		case "eventlog.Call.Set":
			if sel, ok := s.Call.Fun.(*ast.SelectorExpr); ok {
				if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok {
					at = calls[f.info.Uses[id]]
				}
			}
		}
		if at != nil {
			at.Attrs = append(at.Attrs, attrs{list: s.Attrs}.via(s.Callee).list...)
		}
	}
}

// scope returns the declared function around cur, nil at package level.
func (f *finder) scope(cur inspector.Cursor) ast.Node {
	for c := range cur.Enclosing((*ast.FuncDecl)(nil)) {
		return c.Node()
	}
	return nil
}

// level returns the level that call writes at: e's, or its constant argument.
func (f *finder) level(call *ast.CallExpr, e *Emitter) string {
	if e.Level != "" {
		return e.Level
	}
	for _, a := range call.Args {
		if t := f.info.Types[a]; IsNamed(t.Type, slogPath, "Level") && t.Value != nil {
			n, _ := constant.Int64Val(t.Value)
			return levelName(n)
		}
	}
	return ""
}

// levelName returns the name of the highest level that is not above n (log/slog: -4, 0, 4, 8).
func levelName(n int64) string {
	switch {
	case n < 0:
		return "debug"
	case n < 4:
		return "info"
	case n < 8:
		return "warn"
	}
	return "error"
}

func (f *finder) calleeName(call *ast.CallExpr) string {
	o := typeutil.Callee(f.info, call)
	fn, ok := o.(*types.Func)
	switch {
	case o == nil:
		return ""
	case !ok:
		return o.Name()
	case fn.Pkg() == nil || fn.Pkg() == f.pass.Pkg:
		return shortName(fn)
	}
	return fn.Pkg().Name() + "." + shortName(fn)
}

// arg returns call's i-th argument, nil if it has none.
func arg(call *ast.CallExpr, i int) ast.Expr {
	if i < 0 || i >= len(call.Args) {
		return nil
	}
	return call.Args[i]
}

var tagLike = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)+$`)

// LooksLikeTag tells whether a slog message is meant as a tag: words in small letters, joined by
// underscores, at least two of them.
func LooksLikeTag(message string) bool { return tagLike.MatchString(message) }
