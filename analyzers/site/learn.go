package site

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// maxRounds bounds how long a chain of wrappers inside one package is followed. A round that learns
// nothing ends the search, so ordinary packages take two or three.
const maxRounds = 20

// A param is where a parameter belongs.
type param struct {
	owner types.Object // the function, or the variable that holds it; nil for other function literals
	index int
	sig   *types.Signature
}

// learn finds the package's wrappers and the functions that return attributes.
func (f *finder) learn() {
	f.readParams()
	for range maxRounds {
		changed := false
		for cur := range f.in.Root().Preorder((*ast.CallExpr)(nil), (*ast.FuncDecl)(nil)) {
			switch n := cur.Node().(type) {
			case *ast.CallExpr:
				changed = f.learnWrapper(cur, n) || changed
			case *ast.FuncDecl:
				changed = f.learnHelper(n) || changed
			}
		}
		if !changed {
			break
		}
	}
	clear(f.used)
}

// readParams notes every parameter of the package's functions.
func (f *finder) readParams() {
	for cur := range f.in.Root().Preorder((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var owner types.Object
		var sig *types.Signature
		switch n := cur.Node().(type) {
		case *ast.FuncDecl:
			fn, ok := f.info.Defs[n.Name].(*types.Func)
			if !ok {
				continue
			}
			owner, sig = fn, fn.Signature()
		case *ast.FuncLit:
			sig, _ = f.info.TypeOf(n).(*types.Signature)
			owner = f.holder(cur)
		}
		for i := 0; sig != nil && i < sig.Params().Len(); i++ {
			f.params[sig.Params().At(i)] = param{owner, i, sig}
		}
	}
}

// holder returns the variable that the function literal at cur is given to, nil if there is none.
func (f *finder) holder(cur inspector.Cursor) types.Object {
	kind, i := cur.ParentEdge()
	switch parent := cur.Parent().Node().(type) {
	case *ast.AssignStmt:
		if kind == edge.AssignStmt_Rhs && len(parent.Lhs) == len(parent.Rhs) {
			if id, ok := parent.Lhs[i].(*ast.Ident); ok {
				return f.info.ObjectOf(id)
			}
		}
	case *ast.ValueSpec:
		if i < len(parent.Names) && len(parent.Names) == len(parent.Values) {
			return f.info.Defs[parent.Names[i]]
		}
	}
	return nil
}

// learnWrapper looks whether the call at cur hands on a tag or message that its function was given, and
// tells whether that is news.
func (f *finder) learnWrapper(cur inspector.Cursor, call *ast.CallExpr) bool {
	e := f.emitterOf(call)
	if e == nil {
		return false
	}
	changed := false
	for _, t := range e.Tags {
		if t.Arg >= len(call.Args) {
			continue
		}
		if p, before, after, ok := f.handedOn(call.Args[t.Arg]); ok {
			made := TagArg{p.index, t.Role, t.Prefix + before, after + t.Suffix}
			changed = f.wrap(cur, call, e, p, func(w *Emitter) {
				if !slices.Contains(w.Tags, made) && len(w.Tags) < maxTags {
					w.Tags = append(w.Tags, made)
				}
			}) || changed
		}
	}
	if e.Message >= 0 && e.Message < len(call.Args) {
		if p, before, after, ok := f.handedOn(call.Args[e.Message]); ok && before+after == "" {
			changed = f.wrap(cur, call, e, p, func(w *Emitter) { w.Message = p.index }) || changed
		}
	}
	return changed
}

// maxTags ends the growth of a wrapper that calls itself with a longer tag each time.
const maxTags = 8

// handedOn returns the parameter that e is, or that e puts constant text around. The second makes a wrapper only where
// the parameter's name says that it is part of a tag: "order_"+status is no tag, but one a value.
func (f *finder) handedOn(e ast.Expr) (p param, prefix, suffix string, ok bool) {
	p, prefix, suffix, ok = f.surrounded(e)
	return p, prefix, suffix, ok && (prefix+suffix == "" || slices.Contains(partNames, p.name()))
}

// partNames are what parameters are called that are part of a tag.
var partNames = []string{"tag", "name", "event", "what", "action", "act", "verb", "noun", "op", "operation", "stem", "prefix", "suffix", "base"}

func (p param) name() string { return strings.ToLower(p.sig.Params().At(p.index).Name()) }

func (f *finder) surrounded(e ast.Expr) (p param, prefix, suffix string, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, isVar := f.info.Uses[e].(*types.Var)
		if !isVar {
			return param{}, "", "", false
		}
		p, ok = f.params[v]
		return p, "", "", ok && p.owner != nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return param{}, "", "", false
		}
		if f.isConst(e.X) {
			p, prefix, suffix, ok = f.surrounded(e.Y)
			return p, f.text(e.X) + prefix, suffix, ok
		}
		if f.isConst(e.Y) {
			p, prefix, suffix, ok = f.surrounded(e.X)
			return p, prefix, suffix + f.text(e.Y), ok
		}
	}
	return param{}, "", "", false
}

// wrap makes p's owner an emitter, or a better known one, and tells whether anything is new.
func (f *finder) wrap(cur inspector.Cursor, call *ast.CallExpr, e *Emitter, p param, note func(*Emitter)) bool {
	old := f.emitters[p.owner]
	w := &Emitter{API: fullName(p.owner), Level: f.level(call, e), Message: -1, Ctx: -1, Err: -1, Attrs: -1, Key: -1}
	if old != nil {
		*w = *old
		w.Tags, w.Fields = slices.Clone(old.Tags), slices.Clone(old.Fields)
		if w.Level != f.level(call, e) {
			w.Level = ""
		}
	}
	note(w)
	for i := range p.sig.Params().Len() {
		t := p.sig.Params().At(i).Type()
		last := i == p.sig.Params().Len()-1
		switch {
		case IsContext(t):
			w.Ctx = i
		case last && p.sig.Variadic() && styleOf(t) != NoFields, last && styleOf(t) == ByAttr:
			w.Attrs, w.Spread, w.Style = i, p.sig.Variadic(), styleOf(t)
		}
	}
	for _, a := range f.fieldsOf(call, e, f.scope(cur)).list {
		if id, ok := ast.Unparen(orNone(a.Value)).(*ast.Ident); ok && a.Maker == "eventlog.Err" {
			if v, ok := f.info.Uses[id].(*types.Var); ok && f.params[v].owner == p.owner {
				w.Err = f.params[v].index
			}
		}
		if field := (Field{a.Key, a.Class, a.Implied}); a.Key != "" && !slices.Contains(w.Fields, field) {
			w.Fields = append(w.Fields, field)
		}
	}
	if old != nil && reflect.DeepEqual(old, w) {
		return false
	}
	f.emitters[p.owner] = w
	return true
}

// orNone returns e, or an expression that is nothing in particular.
func orNone(e ast.Expr) ast.Expr {
	if e == nil {
		return &ast.BadExpr{}
	}
	return e
}

// learnHelper looks whether d returns attributes that are known, and tells whether that is news.
func (f *finder) learnHelper(d *ast.FuncDecl) bool {
	fn, ok := f.info.Defs[d.Name].(*types.Func)
	if !ok || d.Body == nil || fn.Signature().Results().Len() != 1 {
		return false
	}
	result := fn.Signature().Results().At(0).Type()
	one := IsNamed(result, slogPath, "Attr")
	if !one && styleOf(result) != ByAttr {
		return false
	}
	all, keyArg := attrs{complete: true}, -1
	for _, r := range returns(d) {
		if len(r.Results) != 1 {
			all.complete = false
			continue
		}
		var got attrs
		if one {
			got = f.readAttr(r.Results[0], d)
		} else {
			got = f.readSlice(r.Results[0], ByAttr, d)
		}
		all.add(got)
	}
	made := &Fields{Complete: all.complete, KeyArg: keyArg}
	for _, a := range all.list {
		field := Field{a.Key, a.Class, a.Implied}
		switch {
		case a.Key != "":
			if !slices.Contains(made.All, field) {
				made.All = append(made.All, field)
			}
		case one && len(all.list) == 1 && a.KeyExpr != nil:
			if p, before, after, ok := f.handedOn(a.KeyExpr); ok && before+after == "" && p.owner == fn {
				made.KeyArg, made.All = p.index, []Field{field}
			}
		default:
			made.Complete = false
		}
	}
	if old := f.helpers[fn]; old != nil && reflect.DeepEqual(old, made) {
		return false
	}
	f.helpers[fn] = made
	return true
}

// returns lists d's own return statements, not those of functions inside it.
func returns(d *ast.FuncDecl) []*ast.ReturnStmt {
	var all []*ast.ReturnStmt
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			all = append(all, r)
		}
		_, inner := n.(*ast.FuncLit)
		return !inner
	})
	return all
}

// emitterOf returns what is known of the function that call calls, nil if it writes no events.
func (f *finder) emitterOf(call *ast.CallExpr) *Emitter {
	if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if sel := f.info.Selections[s]; sel != nil && sel.Kind() == types.MethodExpr {
			return nil // its first argument is the receiver; nobody logs like that
		}
	}
	return f.emitter(typeutil.Callee(f.info, call))
}

// fullName returns how o is called in all of a program.
func fullName(o types.Object) string {
	if fn, ok := o.(*types.Func); ok {
		return fn.FullName()
	}
	if o.Pkg() != nil {
		return o.Pkg().Path() + "." + o.Name()
	}
	return o.Name()
}
