package site

import "go/types"

// An Emitter says what the arguments of a function mean that writes events. It is the fact by which
// a wrapper is known to the packages that call it. An index of -1 means that there is no such argument.
type Emitter struct {
	API     string // as in Site
	Level   string // "" when LevelArg says
	Style   Style
	Tags    []TagArg
	Message int // slog's message
	Ctx     int
	Err     int
	Attrs   int  // where fields start
	Spread  bool // Attrs is variadic; else it is one slice
	Key     int  // eventlog.Add: a key by itself
	KeyType Class
	Fields  []Field // what the function adds itself
}

// AFact marks Emitter as a fact about a function.
func (*Emitter) AFact() {}

// A TagArg is an argument that names an event, and what the function puts around it.
type TagArg struct {
	Arg            int
	Role           Role
	Prefix, Suffix string
}

// A Field is a field whose key and class are known to callers.
type Field struct {
	Key     string
	Class   Class
	Implied bool
}

// Fields is the fact that a function returns attributes.
type Fields struct {
	All      []Field
	Complete bool // All are the only ones
	KeyArg   int  // the function's argument that is the key of the one field, which has none in All; else -1
}

// AFact marks Fields as a fact about a function.
func (*Fields) AFact() {}

// An entry is one row of the tables below: what a function's name adds to its signature.
type entry struct {
	level   string
	roles   []Role // of its string parameters, in order; none when it only adds fields
	keyed   Class  // its string parameter is a key, with a value of that class
	implied []Field
}

// What the logger adds to an event by itself (eventlog's documentation of Unit, Call and Err).
var (
	ofUnit  = []Field{{"duration_ms", Float, true}, {"outcome", String, true}}
	ofError = []Field{{"error", Error, true}, {"error_type", String, true}, {"error_chain", Array, true}, {"error_stack", Any, true}}
)

// eventlogEntries are the functions and methods of package eventlog that write events or add fields.
var eventlogEntries = map[string]entry{
	"Debug":        {level: "debug", roles: []Role{Event}},
	"Info":         {level: "info", roles: []Role{Event}},
	"Warn":         {level: "warn", roles: []Role{Event}},
	"Error":        {level: "error", roles: []Role{Event}},
	"Fail":         {level: "error", roles: []Role{Event}, implied: ofError},
	"Emit":         {roles: []Role{Event}},
	"Begin":        {level: "info", roles: []Role{Done, Failed}, implied: ofUnit},
	"Try":          {level: "info", roles: []Role{Done, Failed}, implied: ofUnit},
	"Assert":       {level: "error", roles: []Role{Assertion}},
	"Recover":      {level: "error", roles: []Role{Event}, implied: ofError},
	"With":         {},
	"Set":          {},
	"Add":          {keyed: Int},
	"AddMs":        {keyed: Float},
	"Logger.Debug": {level: "debug", roles: []Role{Event}},
	"Logger.Info":  {level: "info", roles: []Role{Event}},
	"Logger.Warn":  {level: "warn", roles: []Role{Event}},
	"Logger.Error": {level: "error", roles: []Role{Event}},
	"Logger.Fail":  {level: "error", roles: []Role{Event}, implied: ofError},
	"Logger.Log":   {roles: []Role{Event}},
	"Logger.Emit":  {roles: []Role{Event}},
	"Logger.With":  {},
	"Call.Set":     {},
	"Unit.Set":     {},
	"Unit.Add":     {keyed: Int},
	"Unit.AddMs":   {keyed: Float},
}

// slogEntries are those of log/slog. Their string parameter is a message, not a tag.
var slogEntries = map[string]entry{
	"Debug": {level: "debug"}, "DebugContext": {level: "debug"},
	"Info": {level: "info"}, "InfoContext": {level: "info"},
	"Warn": {level: "warn"}, "WarnContext": {level: "warn"},
	"Error": {level: "error"}, "ErrorContext": {level: "error"},
	"Log": {}, "LogAttrs": {}, "With": {},
	"Logger.Debug": {level: "debug"}, "Logger.DebugContext": {level: "debug"},
	"Logger.Info": {level: "info"}, "Logger.InfoContext": {level: "info"},
	"Logger.Warn": {level: "warn"}, "Logger.WarnContext": {level: "warn"},
	"Logger.Error": {level: "error"}, "Logger.ErrorContext": {level: "error"},
	"Logger.Log": {}, "Logger.LogAttrs": {}, "Logger.With": {},
	"Record.Add": {}, "Record.AddAttrs": {},
}

const (
	eventlogPath = "github.com/groundwatch/groundwatch/eventlog"
	slogPath     = "log/slog"
)

// known returns the emitter that fn is by the tables, nil if it is none.
func known(fn *types.Func) *Emitter {
	if fn.Pkg() == nil {
		return nil
	}
	api, table := "slog", slogEntries
	switch fn.Pkg().Path() {
	case slogPath:
	case eventlogPath:
		api, table = "eventlog", eventlogEntries
	default:
		return knownByShape(fn)
	}
	row, ok := table[shortName(fn)]
	if !ok {
		return nil
	}
	return newEmitter(api, row, fn.Signature())
}

// knownByShape recognises a method of an interface that eventlog's Logger or slog's could stand behind:
// the same name, and the same parameters.
func knownByShape(fn *types.Func) *Emitter {
	recv := fn.Signature().Recv()
	if recv == nil || !types.IsInterface(recv.Type()) {
		return nil
	}
	for _, t := range []struct {
		api   string
		table map[string]entry
	}{{"eventlog", eventlogEntries}, {"slog", slogEntries}} {
		row, ok := t.table["Logger."+fn.Name()]
		if !ok || row.level == "" {
			continue
		}
		e := newEmitter(t.api, row, fn.Signature())
		asEventlog := len(e.Tags) == 1 && e.Tags[0].Arg == 1 && e.Ctx == 0 && e.Style == ByAttr
		asSlog := e.Message >= 0 && e.Style == ByPair && fn.Signature().Params().Len() == e.Message+2
		if asEventlog || asSlog {
			return e
		}
	}
	return nil
}

// newEmitter reads the meaning of the parameters off their types.
func newEmitter(api string, row entry, sig *types.Signature) *Emitter {
	e := &Emitter{API: api, Level: row.level, Message: -1, Ctx: -1, Err: -1, Attrs: -1, Key: -1, Fields: row.implied}
	roles := row.roles
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		switch {
		case sig.Variadic() && i == sig.Params().Len()-1:
			e.Attrs, e.Spread, e.Style = i, true, styleOf(t)
		case IsContext(t):
			e.Ctx = i
		case types.Identical(t, types.Universe.Lookup("error").Type()):
			e.Err = i
		case !types.Identical(t, types.Typ[types.String]):
		case len(roles) > 0:
			e.Tags = append(e.Tags, TagArg{Arg: i, Role: roles[0]})
			roles = roles[1:]
		case row.keyed != "":
			e.Key, e.KeyType = i, row.keyed
		case api == "slog":
			e.Message = i
		}
	}
	return e
}

// styleOf tells what a variadic parameter of slice type t takes.
func styleOf(t types.Type) Style {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return NoFields
	}
	if IsNamed(s.Elem(), slogPath, "Attr") {
		return ByAttr
	}
	if face, ok := s.Elem().Underlying().(*types.Interface); ok && face.Empty() {
		return ByPair
	}
	return NoFields
}

// IsContext tells whether t is context.Context.
func IsContext(t types.Type) bool { return IsNamed(t, "context", "Context") }

// shortName returns "Info" for a function and "Logger.Info" for a method.
func shortName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}
