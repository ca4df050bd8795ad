package site

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
)

// A maker is a function that returns one attribute from a key and a value, or from a value alone.
type maker struct {
	key   string // the key it writes; "" when its first argument says
	class Class  // "" when the value's type says
}

// slogMakers and eventlogMakers are those functions, but for groups and errors.
var (
	slogMakers = map[string]maker{
		"String": {class: String}, "Int": {class: Int}, "Int64": {class: Int}, "Uint64": {class: Int},
		"Float64": {class: Float}, "Bool": {class: Bool}, "Time": {class: Time}, "Duration": {class: Duration}, "Any": {},
	}
	eventlogMakers = map[string]maker{
		"Ms": {class: Float}, "JSON": {class: Any}, "Secret": {class: String}, "Msg": {key: "msg", class: String},
		"RequestID": {key: "request_id", class: String}, "UserID": {key: "user_id", class: String},
		"OrganisationID": {key: "organisation_id", class: String}, "CorrelationID": {key: "correlation_id", class: String},
		"TraceID": {key: "trace_id", class: String},
	}
)

// attrs are the fields that one or more expressions stand for.
type attrs struct {
	list     []Attr
	complete bool // nothing is hidden
}

func (a *attrs) add(b attrs) {
	a.list = append(a.list, b.list...)
	a.complete = a.complete && b.complete
}

// via returns the attributes as somebody sees them who only names where they come from.
func (a attrs) via(name string) attrs {
	list := slices.Clone(a.list)
	for i := range list {
		list[i] = Attr{Key: list[i].Key, Class: list[i].Class, Via: name, Implied: list[i].Implied}
	}
	return attrs{list, a.complete}
}

// unknown is what nothing can be said about.
var unknown = attrs{}

// readAttr returns the fields of e, an expression of type slog.Attr.
func (f *finder) readAttr(e ast.Expr, scope ast.Node) attrs {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		return f.readMaker(e, scope)
	case *ast.CompositeLit:
		return f.readLiteral(e)
	case *ast.Ident:
		return f.readVariable(e, scope)
	}
	return unknown
}

// readMaker returns the fields of an attribute that call makes.
func (f *finder) readMaker(call *ast.CallExpr, scope ast.Node) attrs {
	fn, _ := typeutil.Callee(f.info, call).(*types.Func)
	if fn == nil || fn.Pkg() == nil {
		return unknown
	}
	makers := slogMakers
	switch fn.Pkg().Path() {
	case slogPath:
		if fn.Name() == "Group" || fn.Name() == "GroupAttrs" {
			return f.readGroup(call, fn, scope)
		}
	case eventlogPath:
		if fn.Name() == "Err" && len(call.Args) == 1 {
			f.used[call] = true
			return f.errorAttrs(call.Args[0], call)
		}
		makers = eventlogMakers
	default:
		return f.readHelper(call, fn)
	}
	m, ok := makers[fn.Name()]
	if !ok || fn.Signature().Recv() != nil {
		return unknown
	}
	f.used[call] = true
	return attrs{[]Attr{f.make(m, call, fn)}, true}
}

func (f *finder) make(m maker, call *ast.CallExpr, fn *types.Func) Attr {
	a := Attr{Key: m.key, Class: m.class, Maker: fn.Pkg().Name() + "." + fn.Name(), Expr: call}
	args := call.Args
	if m.key == "" && len(args) > 0 {
		a.KeyExpr, a.Key = args[0], f.text(args[0])
		args = args[1:]
	}
	if len(args) > 0 {
		a.Value, a.Type = args[0], f.info.TypeOf(args[0])
	}
	if a.Class == "" {
		a.Class = f.classOf(a.Value)
	}
	return a
}

// classOf returns the class of the value v, of which more is known than its type.
func (f *finder) classOf(v ast.Expr) Class {
	if v == nil {
		return Any
	}
	if call, ok := ast.Unparen(v).(*ast.CallExpr); ok {
		if fn, _ := typeutil.Callee(f.info, call).(*types.Func); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == slogPath {
			if len(fn.Name()) > len("Value") && fn.Name() != "AnyValue" && fn.Name() != "GroupValue" {
				if m, ok := slogMakers[fn.Name()[:len(fn.Name())-len("Value")]]; ok {
					return m.class
				}
			}
			if fn.Name() == "AnyValue" && len(call.Args) == 1 {
				return f.classOf(call.Args[0])
			}
			if fn.Name() == "GroupValue" {
				return Object
			}
		}
	}
	return ClassOf(f.info.TypeOf(v))
}

// errorAttrs returns what eventlog.Err and eventlog.Fail write of the error e.
func (f *finder) errorAttrs(e ast.Expr, whole ast.Expr) attrs {
	all := attrs{complete: true}
	for _, field := range ofError {
		all.list = append(all.list, Attr{Key: field.Key, Class: field.Class, Implied: true})
	}
	first := &all.list[0]
	first.Value, first.Type, first.Expr, first.Maker = e, f.info.TypeOf(e), whole, "eventlog.Err"
	return all
}

// readGroup returns the fields of slog.Group or slog.GroupAttrs with the group's name before their keys.
func (f *finder) readGroup(call *ast.CallExpr, fn *types.Func, scope ast.Node) attrs {
	if len(call.Args) == 0 {
		return unknown
	}
	f.used[call] = true
	inner := f.readFields(call, 1, styleOf(fn.Signature().Params().At(1).Type()), scope)
	name := f.text(call.Args[0])
	for i := range inner.list {
		a := &inner.list[i]
		switch {
		case name == "" && f.isConst(call.Args[0]): // slog writes the fields of a group without a name beside the others
		case name == "" || a.Key == "":
			a.Key = ""
		default:
			a.Key = name + "." + a.Key
		}
	}
	return inner
}

// readLiteral returns the field of slog.Attr{Key: …, Value: …}.
func (f *finder) readLiteral(lit *ast.CompositeLit) attrs {
	if !IsNamed(f.info.TypeOf(lit), slogPath, "Attr") || len(lit.Elts) != 2 {
		return unknown
	}
	f.used[lit] = true
	a := Attr{Maker: "slog.Attr", Expr: lit}
	for i, e := range lit.Elts {
		name := []string{"Key", "Value"}[i]
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				name = id.Name
			}
			e = kv.Value
		}
		if name == "Key" {
			a.KeyExpr, a.Key = e, f.text(e)
		} else {
			a.Value, a.Type, a.Class = e, f.info.TypeOf(e), f.classOf(e)
		}
	}
	return attrs{[]Attr{a}, true}
}

// readHelper returns the fields that a function of ours is known to return.
func (f *finder) readHelper(call *ast.CallExpr, fn *types.Func) attrs {
	fields := f.helper(fn.Origin())
	if fields == nil {
		return unknown
	}
	all := attrs{complete: fields.Complete}
	if key := arg(call, fields.KeyArg); key != nil {
		f.used[call] = true
		all.list = append(all.list, Attr{Key: f.text(key), KeyExpr: key, Class: fields.All[0].Class, Maker: f.calleeName(call), Expr: call})
		return all
	}
	for _, x := range fields.All {
		all.list = append(all.list, Attr{Key: x.Key, Class: x.Class, Implied: x.Implied})
	}
	return all.via(fn.Name())
}

// readFields returns the fields of call's arguments from the index first on.
func (f *finder) readFields(call *ast.CallExpr, first int, style Style, scope ast.Node) attrs {
	if first < 0 || first > len(call.Args) {
		return attrs{complete: true}
	}
	args := call.Args[first:]
	if call.Ellipsis == token.NoPos {
		return f.readList(args, style, scope)
	}
	all := f.readList(args[:len(args)-1], style, scope)
	all.add(f.readSlice(args[len(args)-1], style, scope))
	return all
}

// readList returns the fields of arguments, in the order they stand.
func (f *finder) readList(args []ast.Expr, style Style, scope ast.Node) attrs {
	all := attrs{complete: true}
	for i := 0; i < len(args); i++ {
		t := f.info.TypeOf(args[i])
		switch {
		case IsNamed(t, slogPath, "Attr"):
			all.add(f.readAttr(args[i], scope))
		case style == ByPair && isString(t) && i+1 < len(args):
			v := args[i+1]
			all.list = append(all.list, Attr{Key: f.text(args[i]), KeyExpr: args[i], Value: v, Type: f.info.TypeOf(v), Class: f.classOf(v), Expr: v})
			i++
		default:
			all.complete = false // slog writes it as !BADKEY; or an any that may hold an attribute
		}
	}
	return all
}

// readSlice returns the fields of a slice that is handed over with three dots.
func (f *finder) readSlice(e ast.Expr, style Style, scope ast.Node) attrs {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return f.readList(e.Elts, style, scope)
	case *ast.Ident:
		return f.readVariable(e, scope)
	case *ast.CallExpr:
		if id, ok := e.Fun.(*ast.Ident); ok && len(e.Args) > 0 {
			if b, ok := f.info.Uses[id].(*types.Builtin); ok && b.Name() == "append" {
				all := f.readSlice(e.Args[0], style, scope)
				all.add(f.readFields(e, 1, style, scope))
				return all
			}
		}
		if fn, _ := typeutil.Callee(f.info, e).(*types.Func); fn != nil {
			return f.readHelper(e, fn)
		}
	}
	return unknown
}

// readVariable returns the fields that the local variable id was given anywhere in its function, and
// names the variable as their origin.
func (f *finder) readVariable(id *ast.Ident, scope ast.Node) attrs {
	v, ok := f.info.Uses[id].(*types.Var)
	if id.Name == "nil" {
		return attrs{complete: true}
	}
	if !ok || scope == nil || f.reading[v] || v.Pos() < scope.Pos() || v.Pos() > scope.End() || f.isParam(v) {
		return unknown
	}
	f.reading[v] = true
	defer delete(f.reading, v)
	was := f.used
	f.used = map[ast.Node]bool{} // what builds the variable is a site of its own
	defer func() { f.used = was }()
	all := attrs{complete: true}
	ast.Inspect(scope, func(n ast.Node) bool {
		f.readAssignment(n, v, scope, &all)
		return true
	})
	return all.via(id.Name)
}

// readAssignment adds what n assigns to v, if it does.
func (f *finder) readAssignment(n ast.Node, v *types.Var, scope ast.Node, all *attrs) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok || f.info.ObjectOf(id) != v {
				continue
			}
			if len(n.Rhs) != len(n.Lhs) {
				all.complete = false
				continue
			}
			all.add(f.readValue(n.Rhs[i], v, scope))
		}
	case *ast.ValueSpec:
		for i, id := range n.Names {
			if f.info.Defs[id] == v && i < len(n.Values) {
				all.add(f.readValue(n.Values[i], v, scope))
			}
		}
	case *ast.UnaryExpr: // somebody else may write through &v
		if id, ok := ast.Unparen(n.X).(*ast.Ident); ok && n.Op == token.AND && f.info.Uses[id] == v {
			all.complete = false
		}
	}
}

// readValue returns the fields of e, assigned to v. In v = append(v, …) only what is new counts.
func (f *finder) readValue(e ast.Expr, v *types.Var, scope ast.Node) attrs {
	if IsNamed(v.Type(), slogPath, "Attr") {
		return f.readAttr(e, scope)
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && len(call.Args) > 0 {
		fn, isName := call.Fun.(*ast.Ident)
		first, self := ast.Unparen(call.Args[0]).(*ast.Ident)
		if isName && fn.Name == "append" && self && f.info.Uses[first] == v {
			return f.readFields(call, 1, styleOf(v.Type()), scope)
		}
		if isName && fn.Name == "make" {
			return attrs{complete: true}
		}
	}
	return f.readSlice(e, styleOf(v.Type()), scope)
}

// text returns the constant string that e is, "" if it is none.
func (f *finder) text(e ast.Expr) string {
	if v := f.info.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

func (f *finder) isConst(e ast.Expr) bool { return f.info.Types[e].Value != nil }

// isString tells whether slog takes a value of type t for a key: the type string itself.
func isString(t types.Type) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
